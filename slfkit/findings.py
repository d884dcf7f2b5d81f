"""What a table shows, in sentences whose every number is computed from its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from .grouping import Row
from .rows import seeds_of_cells


def misalignment_finding(rows: Sequence[Row], missing: Sequence = ()) -> str:
    """Say in two sentences how matched and misaligned pairs compare (Fig. 2).

    A misaligned pair fails if it is worse than the sender's own matched pair on the same seed.

    Args:
        missing: the cells without a record; the second sentence tells how many there are.
    """
    if not rows:
        return nothing(missing)
    matched = [row for row in rows if row["sender"] == row["receiver"]]
    others = [row for row in rows if row["sender"] != row["receiver"]]
    own = {(row["sender"], row["seed"]): row for row in matched}
    compared = [(row, own[row["sender"], row["seed"]]) for row in others
                if (row["sender"], row["seed"]) in own]  # fmt: skip
    worse = sum(row["mse"] > mate["mse"] for row, mate in compared)
    wronger = sum(row["accuracy"] < mate["accuracy"] for row, mate in compared)
    return (
        f"Matched pairs reach an MSE of {_range(matched, 'mse')} and an accuracy of "
        f"{_range(matched, 'accuracy')}, misaligned ones {_range(others, 'mse')} and "
        f"{_range(others, 'accuracy')}. Of {len(compared)} misaligned pairs, {worse} have a larger "
        f"MSE and {wronger} a lower accuracy than the sender's own matched pair "
        f"({basis(rows, missing)})."
    )


def channel_finding(rows: Sequence[Row], missing: Sequence = ()) -> str:
    """Say in two sentences if SLF mends a mismatch of channels, and what freezing costs (Fig. 3).

    Args:
        missing: as for ``misalignment_finding``.
    """
    return _sweep(rows, missing, "crossover", "ε")


def source_finding(rows: Sequence[Row], missing: Sequence = ()) -> str:
    """Say in two sentences if SLF mends a mismatch of data, and what freezing costs (Fig. 3).

    Args:
        missing: as for ``misalignment_finding``.
    """
    return _sweep(rows, missing, "alpha", "α")


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
        f"{_range(was, 'mse')} to {_range(now, 'mse')}, and raises the accuracy in {higher}, from "
        f"{_range(was, 'accuracy')} to {_range(now, 'accuracy')}"
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
    return _between(f"{100 * low:.1f}", f"{100 * high:.1f}") + " %"


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


def basis(rows: Sequence[Row], missing: Sequence = ()) -> str:
    """Say how many seeds stand behind the rows, and how many cells have no record yet."""
    counts = seeds_of_cells(rows)
    least, most = min(counts), max(counts)
    said = "one seed, so without an interval"
    if most > 1:
        said = f"{most} seeds" if least == most else f"{least} to {most} seeds a cell"
        said += ", paired"
    total = len(rows) + len(missing)
    return said + (f"; {len(missing)} of {total} cells have no record yet" if missing else "")


def nothing(missing: Sequence = ()) -> str:
    """Say that there is nothing to say."""
    absent = f": all {len(missing)} cells are still to be computed" if missing else ""
    return f"There is no record to speak of yet{absent}."


def _range(rows: Sequence[Row], metric: str) -> str:
    """Write the range of a metric over rows; accuracy in per cent."""
    if not rows:
        return "unknown (no record)"
    values = [row[metric] for row in rows]
    if metric == "accuracy":
        return _between(f"{100 * min(values):.1f}", f"{100 * max(values):.1f}", "–") + " %"
    return _between(f"{min(values):.3f}", f"{max(values):.3f}", "–")


def _between(low: str, high: str, mark: str = " to ") -> str:
    return low if low == high else f"{low}{mark}{high}"
