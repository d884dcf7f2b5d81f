"""Fig. 3: SLF over channels, where eps of the channel varies, and over data, where alpha does."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from slfkit.experiments.grid import Cell, Scale, alignment_spec, pair_spec
from slfkit.experiments.registry import experiment
from slfkit.experiments.study import FROZEN, TABLE_CROSSOVER, Setup
from slfkit.experiments.sweep_figures import channel_sweep_panels, source_sweep_panels
from slfkit.records.spec import TransceiverSpec
from slfkit.reporting.decibels import DecibelAxis
from slfkit.reporting.intervals import interval, undecided
from slfkit.reporting.metrics import SIGNS, columns, metric_texts
from slfkit.reporting.rows import Row, along, grouped, over_f, pairs, rising
from slfkit.reporting.sentences import improved, value_range, with_basis

ALPHAS = (0.0, 0.25, 0.5, 0.75, 1.0)
CROSSOVERS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5)
REPEATED_ALPHAS = (0.0, 0.5, 1.0)  # mixtures that get an interval; of the channels, Table I's does


def channel_cells(scale: Scale, seed: int, crossover: float, frozen: Sequence[int]) -> list[Cell]:
    """Return the unaligned and the matched line and SLF at each f, for one eps and seed."""
    alice, david = scale.users(seed)["T1"], scale.users(seed)["T2"]
    at = {"crossover": float(crossover), "seed": seed}
    return _lines(scale, alice, david, float(crossover), frozen, at, {})


def source_cells(
    scale: Scale, seed: int, alpha: float, frozen: Sequence[int], mixing: str
) -> list[Cell]:
    """Return the unaligned and the matched line and SLF at each f, for one alpha and seed."""
    alice, david = scale.users(seed)["T1"], scale.users(seed)["T3"]
    at = {"alpha": alpha, "seed": seed}
    mixed = {"other": david.source, "alpha": alpha, "mixing": mixing}
    return _lines(scale, alice, david, alice.crossover, frozen, at, mixed)


def channels(
    setup: Setup, crossovers: Iterable[float], frozen: Sequence[int]
) -> Iterator[list[Cell]]:
    """Yield ``channel_cells`` of each eps and seed."""
    for crossover in crossovers:
        for seed in setup.seeds_of_column(crossover):
            yield channel_cells(setup.scale, seed, crossover, frozen)


def mixtures(
    setup: Setup, alphas: Iterable[float], frozen: Sequence[int], mixing: str = "images"
) -> Iterator[list[Cell]]:
    """Yield ``source_cells`` of each alpha and seed."""
    for alpha in alphas:
        for seed in setup.seeds(repeated=alpha in REPEATED_ALPHAS):
            yield source_cells(setup.scale, seed, float(alpha), frozen, mixing)


def _lines(
    scale: Scale,
    alice: TransceiverSpec,
    david: TransceiverSpec,
    crossover: float,
    frozen: Sequence[int],
    at: dict[str, Any],
    images: dict[str, Any],
) -> list[Cell]:
    """Return both pairs and SLF at each f; ``images`` are fields of what else Alice sends."""
    cells = []
    for line, sender in {"unaligned": alice, "matched": david}.items():
        spec = pair_spec(scale, sender, david, crossover, alice, images)
        cells.append(Cell({"line": line, **at}, spec))
    for f in frozen:
        spec = alignment_spec(scale, alice, david, crossover, f, at["seed"], **images)
        cells.append(Cell({"line": "slf", "frozen": f, **at}, spec))
    return cells


@with_basis
def channel_finding(rows: Sequence[Row]) -> str:
    """Say in two sentences if SLF mends a mismatch of channels, and what freezing costs."""
    return _finding(rows, "crossover")


@with_basis
def source_finding(rows: Sequence[Row]) -> str:
    """Say in two sentences if SLF mends a mismatch of data, and what freezing costs."""
    return _finding(rows, "alpha")


def _finding(rows: Sequence[Row], axis: str) -> str:
    """Say what SLF does to the unaligned pair, and how its MSE moves with f along an axis."""
    aligned = [row for row in rows if row["line"] == "slf"]
    return f"{mended(rows, axis)}. {freezing_cost(aligned, axis)}" if aligned else ""


def mended(rows: Sequence[Row], axis: str) -> str:
    """Say in how many runs SLF is better than the unaligned pair of the same cell and seed.

    The sentence has no full stop.
    """
    compared = [(was, now) for now, was in pairs(rows, "line", "slf", "unaligned", axis, "seed")]
    if not compared:
        return "No run of SLF can be compared, since no unaligned pair is stored yet"
    was, now = zip(*compared, strict=True)
    return (
        f"SLF lowers the MSE of the unaligned pair in {improved(compared, 'mse')} of "
        f"{len(compared)} runs, from {value_range(was, 'mse')} to {value_range(now, 'mse')}, and "
        f"raises the accuracy in {improved(compared, 'accuracy')}, from "
        f"{value_range(was, 'accuracy')} to {value_range(now, 'accuracy')}"
    )


def freezing_cost(aligned: Sequence[Row], axis: str) -> str:
    """Say how the mean MSE moves from the least to the most frozen f along an axis.

    Means are over the seeds that both have; where some values of the axis have several seeds, these
    alone are named. The sentence has no full stop.
    """
    least, most = min(row["frozen"] for row in aligned), max(row["frozen"] for row in aligned)
    both = {
        value: pairs(group, "frozen", least, most, "seed")
        for value, group in along(aligned, axis).items()
        if least != most
    }
    deepest = min(2, max(map(len, both.values()), default=0))
    costs = [
        f"{_change(ends)} at {SIGNS[axis]} = {value:g}"
        for value, ends in both.items()
        if deepest and len(ends) >= deepest
    ]
    if not costs:
        return "What freezing costs cannot be said: no cell has two values of f"
    change = f"From f = {least} to f = {most} the MSE changes by {', '.join(costs)}"
    count, total = rising(over_f(aligned, axis, "seed"))
    steps = f"; it rises with every step of f in {count} of {total} series" if total else ""
    return change + steps


def _change(ends: Sequence[tuple[Row, Row]]) -> str:
    """Write how the MSE changes, a geometric mean of paired ratios, with its 95 % interval."""
    logs = [math.log(after["mse"] / before["mse"]) for before, after in ends]
    mean, half = interval(logs)
    change = f"{100 * math.expm1(mean):+.0f} %"
    if half is None:
        return change
    low, high = (100 * math.expm1(end) for end in (mean - half, mean + half))
    return f"{change} ({low:+.0f} to {high:+.0f} %{undecided(logs, ', undecided')})"


_MEASURED = ("name", "mse", "accuracy")
_SPENT = ("epochs_mse", "epochs_accuracy", "seeds")
CHANNEL = columns("crossover", *_MEASURED, *_SPENT)
SOURCE = columns("alpha", *_MEASURED, "ceiling", *_SPENT)


def _table(rows: Sequence[Row], axis: str) -> list[Row]:
    return [
        {axis: group[0][axis], "name": name, **metric_texts(group)}
        for of_value in along(rows, axis).values()
        for (name,), group in grouped(_named(of_value), "name").items()
    ]


def channel_table(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each eps and line: unaligned, f from 0 up, matched."""
    return _table(rows, "crossover")


def source_table(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each alpha and line: unaligned, f from 0 up, matched."""
    return _table(rows, "alpha")


def _named(rows: Iterable[Row]) -> list[Row]:
    """Return the rows with the names of their lines: unaligned, f from 0 up, matched."""
    named = [
        {**row, "name": f"f = {row['frozen']}" if row["line"] == "slf" else row["line"]}
        for row in rows
    ]
    places = {"unaligned": 0, "matched": 2}
    return sorted(named, key=lambda row: (places.get(row["name"], 1), row["name"]))


def _at(pictures: Sequence[Row], value: float, axis: str) -> list[Row]:
    if not pictures:
        return []
    by_value = along(pictures, axis)
    nearest = by_value[min(by_value, key=lambda at: abs(at - value))]
    return _named(max(along(nearest, "seed").values(), key=len))


def at_crossover(pictures: Sequence[Row], crossover: float) -> list[Row]:
    """Return the rows of one seed at the eps nearest to this one, named and in the table's order.

    The seed is the first that has most of the lines.
    """
    return _at(pictures, crossover, "crossover")


def at_alpha(pictures: Sequence[Row], alpha: float) -> list[Row]:
    """Return what ``at_crossover`` does, for the alpha nearest to this one."""
    return _at(pictures, alpha, "alpha")


def _channel_place(labels: Mapping[str, Any]) -> float:
    """Table I's channel comes first, then the ends of the sweep, and all others last."""
    eps = labels["crossover"]
    return {TABLE_CROSSOVER: 0, 0.1: 2, 0.5: 2.5}.get(eps, 5 + eps)


@experiment(
    "02_channel",
    place=_channel_place,
    table=channel_table,
    figure=channel_sweep_panels,
    finding=channel_finding,
    link=DecibelAxis,
)
def channel_dissimilarity(
    setup: Setup, crossovers: Sequence[float] = CROSSOVERS, frozen: Sequence[int] = FROZEN
) -> Iterator[Cell]:
    """SLF over channels: Alice is T1, David T2, and eps of the channel varies (Fig. 3 left).

    Args:
        crossovers: eps of the channel, each in [0, 1].
        frozen: f, each 0 to 4.
    """
    for cells in channels(setup, crossovers, frozen):
        yield from cells


def _source_place(labels: Mapping[str, Any]) -> float:
    """The mixtures that get an interval come early, the middle first, and all others last."""
    alpha = labels["alpha"]
    return {0.5: 1, 1.0: 1.25, 0.0: 1.5}.get(alpha, 4 + alpha)


@experiment(
    "03_source",
    place=_source_place,
    table=source_table,
    figure=source_sweep_panels,
    finding=source_finding,
)
def source_dissimilarity(
    setup: Setup,
    alphas: Sequence[float] = ALPHAS,
    frozen: Sequence[int] = FROZEN,
    mixing: str = "images",
) -> Iterator[Cell]:
    """SLF over data: Alice is T1, David T3, and the share alpha of his source varies (eq. 8).

    The right half of Fig. 3; the air is as noisy as both were trained for.

    Args:
        alphas: share of David's source in Alice's images, each in [0, 1].
        frozen: f, each 0 to 4.
        mixing: "images" mixes whole images of both sources, "pixels" blends them.
    """
    for cells in mixtures(setup, alphas, frozen, mixing):
        yield from cells
