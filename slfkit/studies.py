"""The paper's experiments as grids of specifications, and their records as tables.

Importing this module loads no torch: parameters are checked before anything heavy starts.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from .errors import ParameterError
from .runs import load_or_run
from .spec import PARTS, PROFILES, AlignmentSpec, PairSpec, Spec, TransceiverSpec, classifier_for
from .store import Record, Store

CROSSOVERS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5)
FROZEN = tuple(range(PARTS + 1))
COMPUTE = ("new", "all", "none")


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


@dataclass(frozen=True)
class Cell:
    """One cell of an experiment's grid: its labels in the table, and its run."""

    labels: dict[str, Any]
    spec: Spec


@dataclass
class Results:
    """An experiment's table and where it comes from.

    Attributes:
        rows: one a cell with a record: its labels, its metrics (means over the channel's draws)
            and its seed.
        missing: cells without a record.
        read, computed: how many records were read, and computed just now.
        records: the records of the rows, in the same order.
    """

    profile: str
    rows: list[dict[str, Any]]
    missing: list[Cell]
    read: int
    computed: int
    records: list[Record]

    def pictures(self) -> list[dict[str, Any]]:
        """Return each row's labels with ``original`` and ``reconstruction``, uint8 (n, 3, 32, 32).

        The example images lie in the records, so no data set is needed to show them. Images of
        classes not yet shown come first.
        """
        return [
            {**row, **_pictures(record.results["examples"])}
            for row, record in zip(self.rows, self.records, strict=True)
        ]

    def summary(self) -> str:
        """Return one line on where these numbers come from."""
        total = self.read + self.computed + len(self.missing)
        found = [record.provenance for record in self.records]
        parts = [f"profile {self.profile}", f"{self.read} of {total} records read",
                 f"{self.computed} computed now"]  # fmt: skip
        if found and not self.computed:
            dates = sorted(one["date"][:10] for one in found)
            parts += [
                "computed on " + ", ".join(sorted({one["device"] for one in found})),
                dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}",
                "source " + ", ".join(sorted({one["source"] for one in found})),
            ]
        if self.missing:
            parts.append(f"{len(self.missing)} not there yet")
        return "; ".join(parts) + "."


@dataclass(frozen=True)
class Study:
    """An experiment with its parameters, checked."""

    name: str
    profile: str
    cells: tuple[Cell, ...]
    compute: str = "new"

    def specs(self) -> list[Spec]:
        """Return the runs of the grid, in the order in which they should be computed."""
        return [cell.spec for cell in self.cells]

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
            {**_row(cell, record), "ceiling": _ceiling(record, store)}
            for cell, record in zip(there, records, strict=True)
        ]
        missing = [cell for cell in self.cells if cell.spec in outcome.missing]
        read = len(there) - outcome.computed
        return Results(self.profile, rows, missing, read, outcome.computed, records)

    def _may_compute(self, spec: Spec) -> bool:
        if self.compute == "new":
            return self.profile != "paper" or spec not in published()
        return self.compute == "all"


@cache
def published() -> frozenset[Spec]:
    """Return all runs of the paper profile's grids: ``slfkit reproduce`` computes them."""
    return frozenset(spec for study in STUDIES.values() for spec in study("paper").specs())


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


def misalignment(profile: str = "paper", seeds: Sequence[int] = (), compute: str = "new") -> Study:
    """Every sender to every receiver, nothing aligned (Fig. 2).

    Each sender sends images of its own source over its own channel.

    Args:
        profile: smoke, quick or paper.
        seeds: which pre-trained transceivers; empty takes the profile's own.
        compute: "new" computes missing runs unless they belong to the published grid, "all"
            computes every missing run, "none" computes nothing.

    Raises:
        ParameterError: a value is unknown or out of range.
    """
    seeds = _checked(profile, seeds, compute)
    cells = [
        Cell(
            {"sender": i, "receiver": j, "seed": seed},
            _pair(profile, sender, receiver, sender.crossover),
        )
        for seed in seeds
        for i, sender in users(profile, seed).items()
        for j, receiver in users(profile, seed).items()
    ]
    return Study("misalignment", profile, tuple(cells), compute)


def channel_dissimilarity(
    profile: str = "paper",
    crossovers: Sequence[float] = CROSSOVERS,
    frozen: Sequence[int] = FROZEN,
    seeds: Sequence[int] = (),
    compute: str = "new",
) -> Study:
    """SLF over channels: Alice is T1, David T2, and eps of the air varies (Fig. 3 left).

    Args:
        crossovers: eps of the air, each in [0, 1].
        frozen: f, each 0 to 4.
        profile, seeds, compute: as for ``misalignment``.

    Raises:
        ParameterError: a value is unknown or out of range.
    """
    seeds = _checked(profile, seeds, compute)
    _some("crossovers", crossovers)
    _some("frozen", frozen)
    cells = [
        cell
        for seed in seeds
        for crossover in crossovers
        for cell in _channel_cells(profile, seed, crossover, frozen)
    ]
    return Study("channel_dissimilarity", profile, tuple(cells), compute)


def _channel_cells(profile: str, seed: int, crossover: float, frozen: Sequence[int]) -> list[Cell]:
    """Return the unaligned and the matched line and SLF at each f, for one eps and seed."""
    alice, david = users(profile, seed)["T1"], users(profile, seed)["T2"]
    at = {"crossover": float(crossover), "seed": seed}
    scale = SCALES[profile]
    cells = [
        Cell({"line": "unaligned", **at}, _pair(profile, alice, david, crossover)),
        Cell({"line": "matched", **at}, _pair(profile, david, david, crossover)),
    ]
    for f in frozen:
        spec = AlignmentSpec(
            alice, david, crossover, f, alice.source, seed=seed,
            **scale.shared, **scale.fine_tuning,
        )  # fmt: skip
        cells.append(Cell({"line": "slf", "frozen": f, **at}, spec))
    return cells


def _pair(
    profile: str, sender: TransceiverSpec, receiver: TransceiverSpec, crossover: float
) -> PairSpec:
    """Return the test of a pair on the sender's own source."""
    shared = SCALES[profile].shared
    scale = {name: shared[name] for name in ("test", "draws") if name in shared}
    return PairSpec(sender, receiver, crossover, sender.source, **scale)


def _checked(profile: str, seeds: Sequence[int], compute: str) -> tuple[int, ...]:
    """Return the seeds, the profile's own where none are given, after checking all three."""
    if profile not in PROFILES:
        raise ParameterError(f"profile {profile!r} is unknown: choose {', '.join(PROFILES)}")
    if compute not in COMPUTE:
        raise ParameterError(f"compute {compute!r} is unknown: choose {', '.join(COMPUTE)}")
    for seed in seeds:
        if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
            raise ParameterError(f"seeds holds {seed!r}: a seed is a whole number from 0")
    return tuple(dict.fromkeys(seeds)) or SCALES[profile].seeds


def _some(name: str, values: Sequence[float]) -> None:
    """Raise ParameterError if a list of values is empty or holds one twice."""
    if not values or len(set(values)) != len(values):
        raise ParameterError(f"{name} {list(values)!r} must hold at least one value, none twice")


def _row(cell: Cell, record: Record) -> dict[str, Any]:
    """Return one row of the table: each task at its own best epoch, means over the draws."""
    results = record.results
    row = {**cell.labels, "pixel_variance": results["pixel_variance"]}
    if isinstance(record.spec, PairSpec):
        for metric in ("mse", "psnr", "accuracy", "perplexity"):
            row[metric] = mean_of(results["test"], metric)
        return row
    tasks = results["tasks"]
    row |= {name: mean_of(tasks["mse"]["test"], name) for name in ("mse", "psnr", "perplexity")}
    row["accuracy"] = mean_of(tasks["accuracy"]["test"], "accuracy")
    row |= {f"epochs_{name}": task["epochs"] for name, task in tasks.items()}
    return row


def _pictures(examples: dict[str, Any]) -> dict[str, Any]:
    """Return the sent and the received images of a record, first of each class first."""
    from .thumbnails import decode

    labels = examples["labels"]
    order = sorted(range(len(labels)), key=lambda i: labels.index(labels[i]) != i)
    return {name: decode(examples[name])[order] for name in ("original", "reconstruction")}


def _ceiling(record: Record, store: Store) -> float | None:
    """Return the classifier's own accuracy on clean test images, as sent; None if unknown."""
    judge = store.load(classifier_for(record.spec))
    return judge.results["test"]["accuracy"] if judge else None


def mean_of(draws: Sequence[dict[str, float]], metric: str) -> float:
    """Return a metric's mean over the draws of the test channel."""
    return statistics.fmean(draw[metric] for draw in draws)


STUDIES = {"misalignment": misalignment, "channel_dissimilarity": channel_dissimilarity}
BY_NOTEBOOK = {"01_misalignment": misalignment, "02_channel": channel_dissimilarity}
