"""The cells of the experiments' grids: which run each one is, and how its row is labelled.

Importing this module loads no torch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from slfkit.data import sources as image_sources
from slfkit.errors import ParameterError
from slfkit.experiments.settings import SETTINGS, USERS, Setting
from slfkit.records.spec import (
    AlignmentSpec,
    PairSpec,
    Spec,
    TransceiverSpec,
    ceiling_for,
    judged_by_receiver,
)


@dataclass(frozen=True)
class Cell:
    """One cell of an experiment's grid: its labels in the table, and its run."""

    labels: dict[str, Any]
    spec: Spec

    @property
    def identity(self) -> tuple[tuple[str, Any], ...]:
        """The labels without the seed: what tells cells apart that are not repeats of one."""
        return tuple((name, value) for name, value in self.labels.items() if name != "seed")

    def runs(self) -> tuple[Spec, ...]:
        """Return the runs whose records its row is made of.

        Besides its own, for a mixture its ceiling, for foreign images the receiver's judgement.
        """
        others = (ceiling_for(self.spec), judged_by_receiver(self.spec))
        return (*filter(None, others), self.spec)


def variant(
    scale: Scale,
    seed: int,
    crossover: float,
    f: int,
    fields: Mapping[str, Any],
    labels: Mapping[str, Any] | None = None,
) -> Cell:
    """Return one run of Alice (T1) to David (T2) in which some fields are not at their default.

    Args:
        labels: what tells its row apart besides f, eps and seed; by default the fields.
    """
    alice, david = scale.users(seed)["T1"], scale.users(seed)["T2"]
    spec = alignment_spec(scale, alice, david, float(crossover), f, seed, **fields)
    shared = {"line": "slf", "frozen": f, "crossover": spec.crossover, "seed": seed}
    return Cell({**shared, **(fields if labels is None else labels)}, spec)


def alignment_spec(
    scale: Scale,
    alice: TransceiverSpec,
    david: TransceiverSpec,
    crossover: float,
    f: int,
    seed: int,
    **fields: Any,
) -> AlignmentSpec:
    """Return a run of SLF at a scale.

    Raises:
        ParameterError: a field was set by the reader, too.
    """
    for name in scale.settings:
        if SETTINGS[name].key in fields:
            raise ParameterError(
                f"setting {name} has no use where an experiment tries several values itself: leave "
                "it out there, or name other studies"
            )
    constants = {**scale.shared, **scale.fine_tuning}
    constants.pop("full_learning_rate" if f else "learning_rate", None)  # without a use at this f
    constants |= fields
    return AlignmentSpec(alice, david, crossover, f, alice.source, seed=seed, **constants)


def pair_spec(
    scale: Scale,
    sender: TransceiverSpec,
    receiver: TransceiverSpec,
    crossover: float,
    owner: TransceiverSpec,
    images: dict[str, Any] | None = None,
) -> PairSpec:
    """Return the test of a pair on the images of their owner."""
    shared = scale.given("test", "draws")
    return PairSpec(sender, receiver, crossover, owner.source, **shared, **(images or {}))


def extended(kind: type[Spec], spec: Spec, **more: Any) -> Spec:
    """Return a run of another kind that has all fields of a run, and more of its own."""
    return kind(**{item.name: getattr(spec, item.name) for item in fields(spec)}, **more)


@dataclass(frozen=True)
class Scale:
    """How large the runs of a profile are; what it does not name has a specification's default."""

    sources: tuple[str, str]  # of T1 and T2, of T3
    seeds: tuple[int, ...]  # of every cell of the grids
    repeats: tuple[int, ...] = ()  # further seeds, of the cells that get an interval
    column: tuple[int, ...] = ()  # still further ones, of Table I's column
    shared: dict[str, float] = field(default_factory=dict)  # fields of every specification
    pretraining: dict[str, float] = field(default_factory=dict)
    fine_tuning: dict[str, float] = field(default_factory=dict)
    crossovers: dict[str, float] = field(default_factory=lambda: {"T1": 0.1, "T2": 0.3, "T3": 0.1})
    settings: Mapping[str, float] = field(default_factory=dict)  # what a reader has set of these

    def users(self, seed: int) -> dict[str, TransceiverSpec]:
        """Return the three transceivers T1, T2, T3 (Section IV) at this scale."""
        near, far = self.sources
        constants = {**self.shared, **self.pretraining}
        return {
            name: TransceiverSpec(source, self.crossovers[name], seed, **constants)
            for name, source in zip(USERS, (near, near, far), strict=True)
        }

    def given(self, *names: str) -> dict[str, float]:
        """Return those of these fields of every specification that this scale sets."""
        return {name: self.shared[name] for name in names if name in self.shared}

    def value(self, setting: Setting) -> float:
        """Return a constant's value at this scale."""
        return getattr(self, setting.group).get(setting.key, setting.default)

    def changed(self, settings: Mapping[str, float]) -> Scale:
        """Return this scale with constants that a reader has set, checked."""
        groups: dict[str, dict[str, float]] = {}
        for name, value in settings.items():
            group = SETTINGS[name].group
            groups.setdefault(group, {**getattr(self, group)})[SETTINGS[name].key] = value
        return replace(self, **groups, settings=settings)


HELD_OUT = TransceiverSpec.held_out  # where a profile does not say otherwise
_QUICK = {"train": 4_500, "held_out": 500, "test": 500, "draws": 2}
# small batches, so that a second of training makes enough steps to order the lines
_SMOKE = {"train": 640, "held_out": 128, "test": 128, "draws": 2, "batch": 8}
SCALES = {
    "paper": Scale(("mnist", "cifar10"), (0,), (1, 2), (3, 4, 5, 6, 7)),
    "quick": Scale(
        ("glyphs", "scenes"),
        (0,),
        shared=_QUICK,
        pretraining={"epochs": 6},
        fine_tuning={"epochs": 3},
    ),
    "smoke": Scale(
        ("glyphs", "scenes"),
        (0,),
        shared=_SMOKE,
        pretraining={"epochs": 2},
        fine_tuning={"epochs": 1},
    ),
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
    near, far = image_sources.own(sources, scale.sources)
    sizes = image_sources.sizes((near, far))
    return replace(scale, sources=(near, far), shared=scale.shared | _fitted(scale.shared, sizes))


def _fitted(shared: dict[str, int], sizes: dict[str, int]) -> dict[str, int]:
    """Return the fields that must change for this many images of each split; {} for enough."""
    fitted = {split: count for split, count in sizes.items() if shared.get(split, 0) > count}
    train = fitted.get("train") or shared.get("train") or sizes.get("train", 0)
    if sizes and shared.get("held_out", HELD_OUT) > train // 5:
        fitted["held_out"] = train // 10
    return fitted


def users(profile: str, seed: int) -> dict[str, TransceiverSpec]:
    """Return the three transceivers T1, T2, T3 (Section IV) at a profile's scale."""
    return SCALES[profile].users(seed)


def differing(profile: str, settings: Mapping[str, float]) -> list[str]:
    """Say of each setting that is not the profile's own what it is in place of that."""
    own = {name: SCALES[profile].value(SETTINGS[name]) for name in settings}
    return [
        f"{name} {value} instead of {own[name]}"
        for name, value in settings.items()
        if value != own[name]
    ]
