"""How large the runs of each profile are, and the paper's three transceivers at that scale."""

from __future__ import annotations

from dataclasses import dataclass, field

from .spec import TransceiverSpec


@dataclass(frozen=True)
class Scale:
    """How large the runs of a profile are; zeros and None leave a specification's default."""

    sources: tuple[str, str]  # of T1 and T2, of T3
    seeds: tuple[int, ...]
    shared: dict[str, int] = field(default_factory=dict)  # fields of every specification
    pretraining: dict[str, int] = field(default_factory=dict)
    fine_tuning: dict[str, int] = field(default_factory=dict)


_QUICK = {"train": 4_500, "held_out": 500, "test": 500, "draws": 2}
# small batches, so that a second of training makes enough steps for the lines to stand in order
_SMOKE = {"train": 640, "held_out": 128, "test": 128, "draws": 2, "batch": 8}
SCALES = {
    "paper": Scale(("mnist", "cifar10"), (0, 1, 2, 3, 4)),
    "quick": Scale(("glyphs", "scenes"), (0,), _QUICK, {"epochs": 6}, {"epochs": 3}),
    "smoke": Scale(("glyphs", "scenes"), (0,), _SMOKE, {"epochs": 2}, {"epochs": 1}),
}


def users(profile: str, seed: int) -> dict[str, TransceiverSpec]:
    """Return the three transceivers T1, T2, T3 (Section IV) at a profile's scale."""
    scale = SCALES[profile]
    shared = {**scale.shared, **scale.pretraining}
    near, far = scale.sources
    return {
        "T1": TransceiverSpec(near, 0.1, seed, **shared),
        "T2": TransceiverSpec(near, 0.3, seed, **shared),
        "T3": TransceiverSpec(far, 0.1, seed, **shared),
    }
