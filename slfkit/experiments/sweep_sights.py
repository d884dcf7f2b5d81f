"""What the figures of the sweeps show, in sentences computed from their rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean

from slfkit.experiments import freezing_cost
from slfkit.records.spec import PARTS
from slfkit.reporting.intervals import factor, text
from slfkit.reporting.metrics import SIGNS
from slfkit.reporting.rows import Row, along, pairs
from slfkit.reporting.sentences import stated


@stated
def against_matched(rows: Sequence[Row], axis: str) -> str:
    """Say at how many values of an axis the ends of f lie below David's matched pair (MSE)."""
    matched, counts = _means([row for row in rows if row["line"] == "matched"], axis), []
    for f in (0, PARTS):
        own = _means([row for row in rows if row["line"] == "slf" and row["frozen"] == f], axis)
        if shared := own.keys() & matched.keys():
            below = sum(own[value] < matched[value] for value in shared)
            values = "" if counts else f" values of {SIGNS[axis]}"
            counts.append(f"{below} of {len(shared)}{values} for f = {f}")
    if not counts:
        return ""
    return f"Against David's matched pair, the mean MSE is lower at {' and at '.join(counts)}"


def _means(rows: Sequence[Row], axis: str) -> dict[float, float]:
    return {value: fmean(row["mse"] for row in of) for value, of in along(rows, axis).items()}


def _ends(rows: Sequence[Row], axis: str) -> dict[float, list[tuple[Row, Row]]]:
    """Return the runs with no and with all parts frozen, in pairs, where an axis has both."""
    slf = along([row for row in rows if row["line"] == "slf"], axis)
    ends = {value: pairs(group, "frozen", 0, PARTS, "seed") for value, group in slf.items()}
    return {value: both for value, both in ends.items() if both}


@stated
def cost_along(rows: Sequence[Row], axis: str, home: float | None = None) -> str:
    """Say whether the relative cost of freezing all parts falls with every step of an axis.

    Args:
        home: the value that David was trained at; a V-shaped cost would be least there.
    """
    costs = {
        value: [math.log(all_["mse"] / none["mse"]) for none, all_ in ends]
        for value, ends in _ends(rows, axis).items()
    }
    if len(costs) < 3:
        return ""
    (first, start), *_, (last, end) = costs.items()
    means = {value: fmean(logs) for value, logs in costs.items()}
    falls = all(a > b for a, b in pairwise(means.values()))
    text = (
        f"What freezing all parts costs in MSE {'falls' if falls else 'does not fall'} with every "
        f"step of {SIGNS[axis]}, from {factor(start)} at {first:g} to {factor(end)} at {last:g}"
    )
    if home not in costs:
        return text
    least = min(means, key=means.__getitem__)
    return f"{text}; it is least at {least:g}, David's own {SIGNS[axis]} being {home:g}"


@stated
def accuracy_along(rows: Sequence[Row], axis: str) -> str:
    """Say by how many points the accuracy changes from f = 0 to all parts frozen."""
    changes = {
        value: [100 * (last["accuracy"] - first["accuracy"]) for first, last in ends]
        for value, ends in _ends(rows, axis).items()
    }
    if not changes:
        return ""
    falls = sum(fmean(change) < 0 for change in changes.values())
    each = ", ".join(f"{text(of, '{:+.1f}')} at {value:g}" for value, of in changes.items())
    return (
        f"From f = 0 to f = {PARTS} the accuracy falls at {falls} of {len(changes)} values of "
        f"{SIGNS[axis]}; in points: {each}"
    )


@stated
def whose_loss(rows: Sequence[Row], axis: str) -> str:
    """Say which share of what freezing all parts loses David's parts cost at most.

    An encoder better than his own for this channel may exist, so the share is an upper bound.
    """
    costs = freezing_cost.split(rows, axis)
    none, own, all_ = (sum(fmean(at[key]) for at in costs) for key in ("none", "own", "all"))
    if all_ <= none:
        return ""
    share = 100 * (own - none) / (all_ - none)
    return (
        f"Summed over {SIGNS[axis]}, his parts account for at most {share:.0f} % of the MSE "
        f"that f = {PARTS} adds to that of f = 0; Alice's training misses at least the rest"
    )
