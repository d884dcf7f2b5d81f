"""How large the runs of each profile are, and the paper's three transceivers at that scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from . import sources as known
from .spec import TransceiverSpec


@dataclass(frozen=True)
class Scale:
    """How large the runs of a profile are; zeros and None leave a specification's default."""

    sources: tuple[str, str]  # of T1 and T2, of T3
    seeds: tuple[int, ...]  # of every cell of the grids
    repeats: tuple[int, ...] = ()  # further seeds, of the cells that get an interval
    shared: dict[str, int] = field(default_factory=dict)  # fields of every specification
    pretraining: dict[str, int] = field(default_factory=dict)
    fine_tuning: dict[str, int] = field(default_factory=dict)

    def users(self, seed: int) -> dict[str, TransceiverSpec]:
        """Return the three transceivers T1, T2, T3 (Section IV) at this scale."""
        shared = {**self.shared, **self.pretraining}
        near, far = self.sources
        return {
            "T1": TransceiverSpec(near, 0.1, seed, **shared),
            "T2": TransceiverSpec(near, 0.3, seed, **shared),
            "T3": TransceiverSpec(far, 0.1, seed, **shared),
        }


HELD_OUT = TransceiverSpec.held_out  # where a profile does not say otherwise
_QUICK = {"train": 4_500, "held_out": 500, "test": 500, "draws": 2}
# small batches, so that a second of training makes enough steps for the lines to stand in order
_SMOKE = {"train": 640, "held_out": 128, "test": 128, "draws": 2, "batch": 8}
SCALES = {
    "paper": Scale(("mnist", "cifar10"), (0,), (1, 2)),
    "quick": Scale(("glyphs", "scenes"), (0,), (), _QUICK, {"epochs": 6}, {"epochs": 3}),
    "smoke": Scale(("glyphs", "scenes"), (0,), (), _SMOKE, {"epochs": 2}, {"epochs": 1}),
}


def scale_of(profile: str, sources: Sequence[str] = ()) -> Scale:
    """Return a profile's scale, with a reader's own images where they are given.

    A folder may have fewer images than the profile takes: then all of them are taken, and where
    the held-out ones would be more than a fifth, a tenth is held out.

    Args:
        sources: of T1 and T2, and of T3; the profile's own where none is given.

    Raises:
        ParameterError: a source is unknown, or all are the same.
        DataError: a folder is absent, or laid out otherwise than expected.
    """
    scale = SCALES[profile]
    if not sources:
        return scale
    near, far = known.own(sources, scale.sources)
    there = known.sizes((near, far))
    return replace(scale, sources=(near, far), shared=scale.shared | _fitted(scale.shared, there))


def _fitted(shared: dict[str, int], there: dict[str, int]) -> dict[str, int]:
    """Return the fields that must change for so many images of each split; {} for enough."""
    fitted = {split: count for split, count in there.items() if shared.get(split, 0) > count}
    train = fitted.get("train") or shared.get("train") or there.get("train", 0)
    if there and shared.get("held_out", HELD_OUT) > train // 5:
        fitted["held_out"] = train // 10
    return fitted


def users(profile: str, seed: int) -> dict[str, TransceiverSpec]:
    """Return the three transceivers T1, T2, T3 (Section IV) at a profile's scale."""
    return SCALES[profile].users(seed)
