"""Fig. 3: SLF over channels, where eps of the air varies, and over data, where alpha does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from slfkit.experiments.grid import Cell, Scale, alignment_spec, pair_spec
from slfkit.experiments.registry import Labels, experiment
from slfkit.experiments.study import FROZEN, TABLE_CROSSOVER, Setup
from slfkit.experiments.sweep_figures import channel_sweep_panels, source_sweep_panels
from slfkit.records.spec import TransceiverSpec
from slfkit.reporting.metrics import metric_texts
from slfkit.reporting.rows import Row, grouped
from slfkit.reporting.sentences import basis, between, nothing, value_range


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


def _lines(
    scale: Scale,
    alice: TransceiverSpec,
    david: TransceiverSpec,
    crossover: float,
    frozen: Sequence[int],
    at: dict[str, Any],
    images: dict[str, Any],
) -> list[Cell]:
    """Return the unaligned and the matched line and SLF at each f, on images of Alice's.

    Args:
        at: labels of all cells.
        images: what else than Alice's source she sends: fields of the specifications.
    """
    pairs = {"unaligned": alice, "matched": david}
    return [
        *(
            Cell({"line": line, **at}, pair_spec(scale, sender, david, crossover, alice, images))
            for line, sender in pairs.items()
        ),
        *(
            Cell(
                {"line": "slf", "frozen": f, **at},
                alignment_spec(scale, alice, david, crossover, f, at["seed"], **images),
            )
            for f in frozen
        ),
    ]


def _sweep(rows: Sequence[Row], missing: Sequence, axis: str, symbol: str) -> str:
    """Say what SLF does to the unaligned pair, and how its MSE moves with f along an axis."""
    aligned = [row for row in rows if row["line"] == "slf"]
    if not aligned:
        return nothing(missing)
    cost = freezing_cost(aligned, axis, symbol)
    return f"{mended(rows, axis)}. {cost} ({basis(rows, missing)})."


def mended(rows: Sequence[Row], axis: str) -> str:
    """Say in how many runs SLF is better than the unaligned pair of the same cell and seed.

    Returns:
        A sentence without its full stop.
    """
    before = {(row[axis], row["seed"]): row for row in rows if row["line"] == "unaligned"}
    compared = [(row, before[row[axis], row["seed"]]) for row in rows
                if row["line"] == "slf" and (row[axis], row["seed"]) in before]  # fmt: skip
    if not compared:
        return "No run of SLF can be compared, since no unaligned pair is stored yet"
    now, was = ([pair[k] for pair in compared] for k in (0, 1))
    lower = sum(row["mse"] < old["mse"] for row, old in compared)
    higher = sum(row["accuracy"] > old["accuracy"] for row, old in compared)
    return (
        f"SLF lowers the MSE of the unaligned pair in {lower} of {len(compared)} runs, from "
        f"{value_range(was, 'mse')} to {value_range(now, 'mse')}, and raises the accuracy in "
        f"{higher}, from {value_range(was, 'accuracy')} to {value_range(now, 'accuracy')}"
    )


def ceiling(rows: Sequence[Row]) -> str:
    """Say how many clean images the classifier labels rightly: for each alpha, for each source."""
    known = {row["alpha"]: row["ceiling"] for row in rows if row.get("ceiling") is not None}
    if not known:
        return "No test of the classifier is stored, so there is no ceiling to state."
    each = ", ".join(f"{_percent([known[at]])} at α = {at:g}" for at in sorted(known))
    apart: dict[str, set[float]] = {}
    for row in rows:
        for source, share in row.get("ceilings", {}).items():
            apart.setdefault(source, set()).add(share)
    shares = ", ".join(f"{_percent(found)} of those of {name}" for name, found in apart.items())
    return f"Of the clean test images the classifier labels rightly {each}; {shares}."


def _percent(shares: Iterable[float]) -> str:
    low, high = min(shares), max(shares)
    return between(f"{100 * low:.1f}", f"{100 * high:.1f}") + " %"


def freezing_cost(aligned: Sequence[Row], axis: str, symbol: str) -> str:
    """Say how the mean MSE moves from the least to the most frozen f at each value of an axis.

    Means are over the seeds that both have.

    Args:
        aligned: rows of SLF.
        axis, symbol: the swept label's key, such as "crossover", and how it is written.

    Returns:
        A sentence without its full stop.
    """
    least, most = min(row["frozen"] for row in aligned), max(row["frozen"] for row in aligned)
    costs = []
    for value in sorted({row[axis] for row in aligned}):
        at = [row for row in aligned if row[axis] == value]
        first, last = ({row["seed"]: row["mse"] for row in at if row["frozen"] == f}
                       for f in (least, most))  # fmt: skip
        seeds = first.keys() & last.keys()
        if seeds and least != most:
            change = sum(last[seed] for seed in seeds) / sum(first[seed] for seed in seeds) - 1
            costs.append(f"{100 * change:+.0f} % at {symbol} = {value:g}")
    if not costs:
        return "What freezing costs cannot be said: no cell has two values of f"
    change = f"From f = {least} to f = {most} the MSE changes by {', '.join(costs)}"
    return change + _steps(aligned, axis)


def _steps(aligned: Sequence[Row], axis: str) -> str:
    """Say in how many series the MSE rises with every step of f, seed by seed."""
    series: dict[tuple, dict[int, float]] = {}
    for row in aligned:
        series.setdefault((row[axis], row["seed"]), {})[row["frozen"]] = row["mse"]
    lines = [[values[f] for f in sorted(values)] for values in series.values() if len(values) > 2]
    if not lines:
        return ""
    rising = sum(all(a < b for a, b in pairwise(line)) for line in lines)
    return f"; with every step of f it rises in {rising} of {len(lines)} series"


CHANNEL = {"ε": "crossover", "Pair": "name", "MSE": "mse", "MSE / variance": "normalised",
           "PSNR (dB)": "psnr", "Accuracy (%)": "accuracy", "Epochs (MSE)": "epochs_mse",
           "Epochs (accuracy)": "epochs_accuracy", "Seeds": "seeds"}  # fmt: skip
SOURCE = {"α": "alpha", "Pair": "name", "MSE": "mse", "MSE / variance": "normalised",
          "PSNR (dB)": "psnr", "Accuracy (%)": "accuracy", "As sent (%)": "ceiling",
          "Epochs (MSE)": "epochs_mse", "Epochs (accuracy)": "epochs_accuracy",
          "Seeds": "seeds"}  # fmt: skip


def channel_table(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each eps and line: unaligned, f from 0 up, matched."""
    return _sweep_table(rows, "crossover")


def source_table(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each alpha and line: unaligned, f from 0 up, matched."""
    return _sweep_table(rows, "alpha")


def _sweep_table(rows: Sequence[Row], axis: str) -> list[Row]:
    named = [{**row, "name": line_name(row)} for row in rows]
    groups = grouped(named, axis, "name")
    ordered = sorted(groups.items(), key=lambda item: (item[0][0], _place(item[0][1])))
    return [{axis: value, "name": name, **metric_texts(group)} for (value, name), group in ordered]


def line_name(row: Row) -> str:
    """Name the line of a figure a row belongs to: unaligned, matched, or f = 0 to 4."""
    return f"f = {row['frozen']}" if row["line"] == "slf" else row["line"]


def at_crossover(pictures: Sequence[Row], crossover: float) -> list[Row]:
    """Return the rows of one seed at the eps nearest to this one, named and in the table's order.

    The seed is the first for which most lines are there.
    """
    return _at(pictures, "crossover", crossover)


def at_alpha(pictures: Sequence[Row], alpha: float) -> list[Row]:
    """Return what ``at_crossover`` does, for the alpha nearest to this one."""
    return _at(pictures, "alpha", alpha)


def _at(pictures: Sequence[Row], axis: str, value: float) -> list[Row]:
    if not pictures:
        return []
    nearest = min((row[axis] for row in pictures), key=lambda known: abs(known - value))
    there = [row for row in pictures if row[axis] == nearest]
    counts = [row["seed"] for row in there]
    seed = max(sorted(set(counts)), key=counts.count)
    named = [{**row, "name": line_name(row)} for row in there if row["seed"] == seed]
    return sorted(named, key=lambda row: _place(row["name"]))


def _place(name: str) -> tuple[int, str]:
    return ({"unaligned": 0, "matched": 2}.get(name, 1), name)


ALPHAS = (0.0, 0.25, 0.5, 0.75, 1.0)
CROSSOVERS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5)
REPEATED_ALPHAS = (0.0, 0.5, 1.0)  # mixtures that get an interval; of the channels, Table I's does


def channel_finding(rows: Sequence[Row], missing: Sequence = ()) -> str:
    """Say in two sentences if SLF mends a mismatch of channels, and what freezing costs (Fig. 3).

    Args:
        missing: the cells without a record; the second sentence tells how many there are.
    """
    return _sweep(rows, missing, "crossover", "ε")


def source_finding(rows: Sequence[Row], missing: Sequence = ()) -> str:
    """Say in two sentences if SLF mends a mismatch of data, and what freezing costs (Fig. 3).

    Args:
        missing: the cells without a record; the second sentence tells how many there are.
    """
    return _sweep(rows, missing, "alpha", "α")


def _channel_place(labels: Labels) -> tuple[float, ...]:
    """Table I's channel comes first, then the ends of the sweep, and all others last."""
    stages = {TABLE_CROSSOVER: 0, 0.1: 2, 0.5: 2.5}
    return stages.get(labels["crossover"], 5), labels["crossover"]


@experiment(
    "02_channel",
    place=_channel_place,
    table=channel_table,
    figure=channel_sweep_panels,
    finding=channel_finding,
)
def channel_dissimilarity(
    setup: Setup, crossovers: Sequence[float] = CROSSOVERS, frozen: Sequence[int] = FROZEN
) -> Iterator[Cell]:
    """SLF over channels: Alice is T1, David T2, and eps of the air varies (Fig. 3 left).

    Args:
        crossovers: eps of the air, each in [0, 1].
        frozen: f, each 0 to 4.
    """
    for crossover in crossovers:
        for seed in setup.seeds(repeated=crossover == TABLE_CROSSOVER):
            yield from channel_cells(setup.scale, seed, crossover, frozen)


def _source_place(labels: Labels) -> tuple[float, ...]:
    """The mixtures that get an interval come early, the middle first, and all others last."""
    stages = {0.5: 1, 1.0: 1.25, 0.0: 1.5}
    return stages.get(labels["alpha"], 4), labels["alpha"]


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
    for alpha in alphas:
        for seed in setup.seeds(repeated=alpha in REPEATED_ALPHAS):
            yield from source_cells(setup.scale, seed, float(alpha), frozen, mixing)
