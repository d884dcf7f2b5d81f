"""The paper's experiments as grids of specifications, and their records as tables.

Importing this module loads no torch: parameters are checked before anything heavy starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from .cells import (
    channel_cells,
    pair_spec,
    rate_cells,
    source_cells,
    start_cells,
    variant,
)  # fmt: skip
from .errors import ParameterError
from .rows import Cell, Results, ceiling_of, row_of
from .runs import load_or_run
from .scales import SCALES, scale_of
from .spec import CHOICES, PARTS, PROFILES, Spec
from .store import Store

ALPHAS = (0.0, 0.25, 0.5, 0.75, 1.0)
CROSSOVERS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5)
FROZEN = tuple(range(PARTS + 1))
RATES = (1e-4, 1e-3)  # learning rates of fine-tuning: ours, and that of pre-training
COMPUTE = ("new", "all", "none")
TABLE_CROSSOVER = 0.3  # eps of Table I, ours: the channel David was trained for
REPEATED_ALPHAS = (0.0, 0.5, 1.0)  # mixtures that get an interval; of the channels, Table I's does


@dataclass(frozen=True)
class Study:
    """An experiment with its parameters, checked."""

    name: str
    profile: str
    cells: tuple[Cell, ...]
    compute: str = "new"

    def specs(self) -> list[Spec]:
        """Return the runs of the grid, each ceiling before its cell, none twice."""
        return list(dict.fromkeys(spec for cell in self.cells for spec in cell.runs()))

    def run(self, store: Store | None = None, device: str = "cpu") -> Results:
        """Read the records and compute what ``compute`` allows.

        Raises:
            RecordError, DataError, TrainingError: as the runs do.
        """
        store = store or Store(self.profile)
        outcome = load_or_run(self.specs(), store, self._may_compute, device)
        there = [cell for cell in self.cells if cell.spec in outcome.records]
        records = [outcome.records[cell.spec] for cell in there]
        rows = [
            {**row_of(cell, record), **ceiling_of(record, store)}
            for cell, record in zip(there, records, strict=True)
        ]
        missing = [cell for cell in self.cells if cell.spec in outcome.missing]
        read = len(outcome.records) - outcome.computed
        return Results(self.profile, rows, missing, read, outcome.computed, records)

    def _may_compute(self, spec: Spec) -> bool:
        if self.compute == "new":
            return self.profile != "paper" or spec not in published()
        return self.compute == "all"


@cache
def published() -> frozenset[Spec]:
    """Return all runs of the paper profile's grids: ``slfkit reproduce`` computes them."""
    return frozenset(spec for study in STUDIES.values() for spec in study("paper").specs())


def misalignment(
    profile: str = "paper",
    seeds: Sequence[int] = (),
    compute: str = "new",
    sources: Sequence[str] = (),
) -> Study:
    """Every sender to every receiver, nothing aligned (Fig. 2).

    Each sender sends images of its own source over its own channel.

    Args:
        profile: smoke, quick or paper.
        seeds: which pre-trained transceivers; empty takes the profile's own, which are more for
            cells that get an interval (Table I's channel, the ends and the middle of the mixtures).
        compute: "new" computes missing runs unless they belong to the published grid, "all"
            computes every missing run, "none" computes nothing.
        sources: a reader's own images of T1 and T2, and of T3, as ``sources.resolve`` takes them;
            empty takes the profile's.

    Raises:
        ParameterError: a value is unknown or out of range.
        DataError: a folder of images is absent, or laid out otherwise than expected.
    """
    _check(profile, seeds, compute)
    scale = scale_of(profile, sources)
    cells = [
        Cell(
            {"sender": i, "receiver": j, "seed": seed},
            pair_spec(scale, sender, receiver, sender.crossover, sender),
        )
        for seed in _seeds(profile, seeds, repeated=True)
        for i, sender in scale.users(seed).items()
        for j, receiver in scale.users(seed).items()
    ]
    return Study("misalignment", profile, tuple(cells), compute)


def channel_dissimilarity(
    profile: str = "paper",
    crossovers: Sequence[float] = CROSSOVERS,
    frozen: Sequence[int] = FROZEN,
    seeds: Sequence[int] = (),
    compute: str = "new",
    sources: Sequence[str] = (),
) -> Study:
    """SLF over channels: Alice is T1, David T2, and eps of the air varies (Fig. 3 left).

    Args:
        crossovers: eps of the air, each in [0, 1].
        frozen: f, each 0 to 4.
        profile, seeds, compute, sources: as for ``misalignment``.

    Raises:
        ParameterError: a value is unknown or out of range.
        DataError: a folder of images is absent, or laid out otherwise than expected.
    """
    _check(profile, seeds, compute)
    scale = scale_of(profile, sources)
    _some("crossovers", crossovers)
    _some("frozen", frozen)
    cells = [
        cell
        for crossover in crossovers
        for seed in _seeds(profile, seeds, crossover == TABLE_CROSSOVER)
        for cell in channel_cells(scale, seed, crossover, frozen)
    ]
    return Study("channel_dissimilarity", profile, tuple(cells), compute)


def source_dissimilarity(
    profile: str = "paper",
    alphas: Sequence[float] = ALPHAS,
    frozen: Sequence[int] = FROZEN,
    seeds: Sequence[int] = (),
    mixing: str = "images",
    compute: str = "new",
    sources: Sequence[str] = (),
) -> Study:
    """SLF over data: Alice is T1, David T3, and the share alpha of his source varies (eq. 8).

    The right half of Fig. 3; the air is as noisy as both were trained for.

    Args:
        alphas: share of David's source in Alice's images, each in [0, 1].
        frozen: f, each 0 to 4.
        mixing: "images" mixes whole images of both sources, "pixels" blends them.
        profile, seeds, compute, sources: as for ``misalignment``.

    Raises:
        ParameterError: a value is unknown or out of range.
        DataError: a folder of images is absent, or laid out otherwise than expected.
    """
    _check(profile, seeds, compute)
    scale = scale_of(profile, sources)
    _some("alphas", alphas)
    _some("frozen", frozen)
    if mixing not in CHOICES["mixing"]:
        known = " or ".join(CHOICES["mixing"])
        raise ParameterError(f"mixing {mixing!r} is unknown: choose {known}")
    cells = [
        cell
        for alpha in alphas
        for seed in _seeds(profile, seeds, alpha in REPEATED_ALPHAS)
        for cell in source_cells(scale, seed, float(alpha), frozen, mixing)
    ]
    return Study("source_dissimilarity", profile, tuple(cells), compute)


def recovery(
    profile: str = "paper",
    crossover: float = TABLE_CROSSOVER,
    frozen: Sequence[int] = FROZEN,
    seeds: Sequence[int] = (),
    compute: str = "new",
    sources: Sequence[str] = (),
) -> Study:
    """SLF at one channel, the runs of Table I: a column of the channel sweep.

    Args:
        crossover: eps of the air, in [0, 1].
        frozen: f, each 0 to 4.
        profile, seeds, compute, sources: as for ``misalignment``.

    Raises:
        ParameterError: a value is unknown or out of range.
        DataError: a folder of images is absent, or laid out otherwise than expected.
    """
    _check(profile, seeds, compute)
    scale = scale_of(profile, sources)
    _some("frozen", frozen)
    seeds = _seeds(profile, seeds, crossover == TABLE_CROSSOVER)
    cells = [variant(scale, seed, crossover, f, {}) for seed in seeds for f in frozen]
    return Study("recovery", profile, tuple(cells), compute)


def freezing_order(
    profile: str = "paper",
    crossover: float = TABLE_CROSSOVER,
    frozen: Sequence[int] = FROZEN[1:-1],
    seeds: Sequence[int] = (),
    compute: str = "new",
    sources: Sequence[str] = (),
) -> Study:
    """Freezing from the last layer against freezing from the first (Section III-B).

    Args:
        frozen: f, each 1 to 3: at 0 and 4 both orders are the same.
        crossover, profile, seeds, compute, sources: as for ``recovery``.

    Raises:
        ParameterError: a value is unknown or out of range.
        DataError: a folder of images is absent, or laid out otherwise than expected.
    """
    _check(profile, seeds, compute)
    scale = scale_of(profile, sources)
    _some("frozen", frozen)
    cells = [
        variant(scale, seed, crossover, f, {"order": order})
        for seed in _seeds(profile, seeds, crossover == TABLE_CROSSOVER)
        for f in frozen
        for order in CHOICES["order"]
    ]
    return Study("freezing_order", profile, tuple(cells), compute)


def reinitialisation(
    profile: str = "paper",
    crossover: float = TABLE_CROSSOVER,
    seeds: Sequence[int] = (),
    compute: str = "new",
    sources: Sequence[str] = (),
) -> Study:
    """Training everything (f = 0) from new weights against from the downloaded ones (Section IV).

    Args:
        crossover, profile, seeds, compute, sources: as for ``recovery``.

    Raises:
        ParameterError: a value is unknown or out of range.
        DataError: a folder of images is absent, or laid out otherwise than expected.
    """
    _check(profile, seeds, compute)
    scale = scale_of(profile, sources)
    cells = [
        variant(scale, seed, crossover, 0, {"reinitialise": fresh})
        for seed in _seeds(profile, seeds, crossover == TABLE_CROSSOVER)
        for fresh in (True, False)
    ]
    return Study("reinitialisation", profile, tuple(cells), compute)


def fine_tuning_rate(
    profile: str = "paper",
    crossover: float = TABLE_CROSSOVER,
    frozen: Sequence[int] = FROZEN,
    rates: Sequence[float] = RATES,
    seeds: Sequence[int] = (),
    compute: str = "new",
    sources: Sequence[str] = (),
) -> Study:
    """SLF at several learning rates: the paper gives none for f >= 1.

    At f = 0 there is one run, at the rate of pre-training (Section IV).

    Args:
        rates: learning rates of Adam for f >= 1, each above zero.
        crossover, frozen, profile, seeds, compute, sources: as for ``recovery``.

    Raises:
        ParameterError: a value is unknown or out of range.
        DataError: a folder of images is absent, or laid out otherwise than expected.
    """
    _check(profile, seeds, compute)
    scale = scale_of(profile, sources)
    _some("frozen", frozen)
    _some("rates", rates)
    cells = [
        cell
        for seed in _seeds(profile, seeds, crossover == TABLE_CROSSOVER)
        for cell in rate_cells(scale, seed, crossover, frozen, rates)
    ]
    return Study("fine_tuning_rate", profile, tuple(cells), compute)


def codebook_start(
    profile: str = "paper",
    crossover: float = TABLE_CROSSOVER,
    frozen: Sequence[int] = FROZEN,
    seeds: Sequence[int] = (),
    compute: str = "new",
    sources: Sequence[str] = (),
) -> Study:
    """SLF with the codebook as downloaded, and set anew by k-means before it is fine-tuned.

    Where f = 0 there is also the paper's start from new weights, whose codebook k-means sets too;
    at f = 4 the codebook is frozen, so there is one run.

    Args:
        crossover, frozen, profile, seeds, compute, sources: as for ``recovery``.

    Raises:
        ParameterError: a value is unknown or out of range.
        DataError: a folder of images is absent, or laid out otherwise than expected.
    """
    _check(profile, seeds, compute)
    scale = scale_of(profile, sources)
    _some("frozen", frozen)
    cells = [
        cell
        for seed in _seeds(profile, seeds, crossover == TABLE_CROSSOVER)
        for f in frozen
        for cell in start_cells(scale, seed, crossover, f)
    ]
    return Study("codebook_start", profile, tuple(cells), compute)


def _check(profile: str, seeds: Sequence[int], compute: str) -> None:
    """Raise ParameterError for a profile, a seed or a mode that does not exist."""
    if profile not in PROFILES:
        raise ParameterError(f"profile {profile!r} is unknown: choose {', '.join(PROFILES)}")
    if compute not in COMPUTE:
        raise ParameterError(f"compute {compute!r} is unknown: choose {', '.join(COMPUTE)}")
    for seed in seeds:
        if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
            raise ParameterError(f"seeds holds {seed!r}: a seed is a whole number from 0")


def _seeds(profile: str, given: Sequence[int], repeated: bool = False) -> tuple[int, ...]:
    """Return the seeds given; where none is, the profile's own for a cell, repeated or not."""
    scale = SCALES[profile]
    return tuple(dict.fromkeys(given)) or scale.seeds + (scale.repeats if repeated else ())


def _some(name: str, values: Sequence[float]) -> None:
    """Raise ParameterError if a list of values is empty or holds one twice."""
    if not values or len(set(values)) != len(values):
        raise ParameterError(f"{name} {list(values)!r} must hold at least one value, none twice")


STUDIES = {
    "misalignment": misalignment,
    "channel_dissimilarity": channel_dissimilarity,
    "source_dissimilarity": source_dissimilarity,
    "recovery": recovery,
    "freezing_order": freezing_order,
    "reinitialisation": reinitialisation,
    "fine_tuning_rate": fine_tuning_rate,
    "codebook_start": codebook_start,
}
