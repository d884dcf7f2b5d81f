"""What a table shows, in sentences whose every number is computed from its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .statistics import interval

Row = dict[str, Any]


def misalignment(rows: Sequence[Row]) -> str:
    """Say how matched and misaligned pairs compare (Fig. 2).

    A misaligned pair fails if it is worse than the sender's own matched pair on the same seed.
    """
    if not rows:
        return _nothing()
    matched = [row for row in rows if row["sender"] == row["receiver"]]
    others = [row for row in rows if row["sender"] != row["receiver"]]
    own = {(row["sender"], row["seed"]): row for row in matched}
    compared = [(row, own[row["sender"], row["seed"]]) for row in others
                if (row["sender"], row["seed"]) in own]  # fmt: skip
    worse = sum(row["mse"] > mate["mse"] for row, mate in compared)
    wronger = sum(row["accuracy"] < mate["accuracy"] for row, mate in compared)
    return (
        f"Matched pairs reach an MSE of {_range(matched, 'mse')} and an accuracy of "
        f"{_range(matched, 'accuracy')}; misaligned ones {_range(others, 'mse')} and "
        f"{_range(others, 'accuracy')}. Of {len(compared)} misaligned pairs, {worse} have a larger "
        f"MSE and {wronger} a lower accuracy than the sender's own matched pair."
        f" {_seeds(rows)}"
    )


def channel(rows: Sequence[Row]) -> str:
    """Say whether SLF mends the unaligned pair, and what freezing costs (Fig. 3, left)."""
    aligned = [row for row in rows if row["line"] == "slf"]
    if not aligned:
        return _nothing()
    before = {(row["crossover"], row["seed"]): row for row in rows if row["line"] == "unaligned"}
    compared = [(row, before[row["crossover"], row["seed"]]) for row in aligned
                if (row["crossover"], row["seed"]) in before]  # fmt: skip
    lower = sum(row["mse"] < was["mse"] for row, was in compared)
    higher = sum(row["accuracy"] > was["accuracy"] for row, was in compared)
    unaligned = list(before.values())
    found = (
        f"Unaligned, the MSE is {_range(unaligned, 'mse')} and the accuracy "
        f"{_range(unaligned, 'accuracy')}. SLF lowers the MSE in {lower} of {len(compared)} cells, "
        f"to {_range(aligned, 'mse')}, and raises the accuracy in {higher}, to "
        f"{_range(aligned, 'accuracy')}."
    )
    return " ".join(filter(None, (found, freezing_cost(aligned), _seeds(rows))))


def source(rows: Sequence[Row]) -> str:
    """Say whether SLF mends a mismatch of data, and how f matters over alpha (Fig. 3, right)."""
    aligned = [row for row in rows if row["line"] == "slf"]
    if not aligned:
        return _nothing()
    before = {(row["alpha"], row["seed"]): row for row in rows if row["line"] == "unaligned"}
    compared = [(row, before[row["alpha"], row["seed"]]) for row in aligned
                if (row["alpha"], row["seed"]) in before]  # fmt: skip
    lower = sum(row["mse"] < was["mse"] for row, was in compared)
    higher = sum(row["accuracy"] > was["accuracy"] for row, was in compared)
    found = (
        f"SLF lowers the MSE of the unaligned pair in {lower} of {len(compared)} cells and raises "
        f"the accuracy in {higher}."
    )
    return " ".join(filter(None, (found, freezing_spread(aligned), _seeds(rows))))


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


def freezing_spread(aligned: Sequence[Row]) -> str:
    """Say by how much the MSE differs between the least and the most frozen run at each alpha."""
    least, most = min(row["frozen"] for row in aligned), max(row["frozen"] for row in aligned)
    costs = []
    for alpha in sorted({row["alpha"] for row in aligned}):
        at = [row for row in aligned if row["alpha"] == alpha]
        first, last = _mean(at, least, "mse"), _mean(at, most, "mse")
        if first is not None and last is not None and least != most:
            ratio = f"{100 * (last / first - 1):+.0f} %"
            costs.append(f"{last - first:+.4f} ({ratio}) at α = {alpha:g}")
    return f"From f = {least} to f = {most} the MSE changes by {', '.join(costs)}." if costs else ""


def freezing_cost(aligned: Sequence[Row]) -> str:
    """Say how the MSE moves from the least to the most frozen run at each eps."""
    least, most = min(row["frozen"] for row in aligned), max(row["frozen"] for row in aligned)
    costs = []
    for crossover in sorted({row["crossover"] for row in aligned}):
        at = [row for row in aligned if row["crossover"] == crossover]
        first, last = _mean(at, least, "mse"), _mean(at, most, "mse")
        if first is not None and last is not None and least != most:
            costs.append(f"{100 * (last / first - 1):+.0f} % at ε = {crossover:g}")
    if not costs:
        return ""
    change = f"From f = {least} to f = {most} the MSE changes by {', '.join(costs)}."
    return f"{change} {_steps(aligned)}".rstrip()


def _steps(aligned: Sequence[Row]) -> str:
    """Say in how many channels the MSE rises with every step of f, seed by seed."""
    series: dict[tuple, dict[int, float]] = {}
    for row in aligned:
        series.setdefault((row["crossover"], row["seed"]), {})[row["frozen"]] = row["mse"]
    lines = [[values[f] for f in sorted(values)] for values in series.values() if len(values) > 2]
    if not lines:
        return ""
    rising = sum(line == sorted(line) for line in lines)
    return f"It rises with every step of f in {rising} of {len(lines)} channels and seeds."


def not_there(missing: Sequence, study: str) -> str:
    """Say which cells have no record yet and which command computes them; nothing if none."""
    if not missing:
        return "Every cell of this experiment has its record."
    seeds = ",".join(str(seed) for seed in sorted({cell.labels["seed"] for cell in missing}))
    return (
        f"{len(missing)} cells have no record yet (seeds {seeds}); "
        f"`slfkit reproduce --study {study} --seeds {seeds}` computes them."
    )


def _mean(rows: Iterable[Row], frozen: int, metric: str) -> float | None:
    values = [row[metric] for row in rows if row["frozen"] == frozen]
    return interval(values)[0] if values else None


def _range(rows: Sequence[Row], metric: str) -> str:
    """Write the range of a metric over rows; accuracy in per cent."""
    if not rows:
        return "unknown (no record)"
    values = [row[metric] for row in rows]
    if metric == "accuracy":
        return _between(f"{100 * min(values):.1f}", f"{100 * max(values):.1f}") + " %"
    return _between(f"{min(values):.3f}", f"{max(values):.3f}")


def _between(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"


def _seeds(rows: Sequence[Row]) -> str:
    """Say how many seeds stand behind the rows, since one seed carries no uncertainty."""
    count = len({row["seed"] for row in rows})
    return "One seed: no interval can be given." if count == 1 else f"{count} seeds, paired."


def _nothing() -> str:
    return "There is no record to speak of yet."
