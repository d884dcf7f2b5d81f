"""The cost of freezing everything in two parts: what David's parts cost, and what is not reached.

With all parts frozen Alice trains only her encoder, against all of David's parts. His own encoder
is one she could arrive at, so his matched pair, on her images and over her air, shows a quality
that she can reach. His parts cost at most what the pair lies above f = 0; her training misses at
least what the frozen run lies above the pair.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean

from slfkit.records.spec import PARTS
from slfkit.reporting import metrics
from slfkit.reporting.intervals import factor, text
from slfkit.reporting.metrics import METRICS, SIGNS
from slfkit.reporting.rows import Row, along

ENDS = {"none": "f = 0", "own": "David's pair", "all": f"f = {PARTS}"}
SHARES = {"parts": "His parts (factor)", "missed": "Missed (factor)"}


def columns(axis: str) -> dict[str, str]:
    """Return the headings of the table over an axis, "crossover" or "alpha"."""
    return metrics.columns(axis, *ENDS, *SHARES, "seeds", **ENDS, **SHARES)


def split(rows: Sequence[Row], axis: str) -> list[Row]:
    """Return for each value of the axis the costs of each seed that has all three runs.

    Returns:
        Rows with the axis's value and, by seed, ``none``, ``own`` and ``all`` (MSE of f = 0, of
        David's own pair, of all frozen), ``parts`` (own over none) and ``missed`` (all over own),
        both as logarithms.
    """
    table = []
    for value, of_value in along(rows, axis).items():
        costs = list(filter(None, map(_costs, along(of_value, "seed").values())))
        if costs:
            table.append({axis: value, **{key: [c[key] for c in costs] for key in costs[0]}})
    return table


def _costs(rows: Sequence[Row]) -> dict[str, float]:
    """Return the costs of one seed; {} if it lacks a run."""
    mse = {(row["line"], row.get("frozen")): row["mse"] for row in rows}
    none, own, all_ = (mse.get(end) for end in (("slf", 0), ("matched", None), ("slf", PARTS)))
    if None in (none, own, all_):
        return {}
    shares = {"parts": math.log(own / none), "missed": math.log(all_ / own)}
    return {"none": none, "own": own, "all": all_, **shares}


def table(rows: Sequence[Row], axis: str) -> list[Row]:
    """Return ``split`` as texts, means with 95 % intervals over seeds; of factors geometric."""
    form = METRICS["mse"].form
    return [
        {
            axis: costs[axis],
            "seeds": len(costs["own"]),
            **{key: text(costs[key], form) for key in ENDS},
            **{key: factor(costs[key]) for key in SHARES},
        }
        for costs in split(rows, axis)
    ]


def finding(rows: Sequence[Row], axis: str) -> str:
    """Say in a sentence how large both parts are, and where David's parts cost least."""
    costs = split(rows, axis)
    if not costs:
        missing = f"no cell has f = 0, f = {PARTS} and David's pair"
        return f"The cost of freezing cannot be split: {missing}."
    shares = {key: [100 * math.expm1(fmean(at[key])) for at in costs] for key in SHARES}
    parts, missed = (f"{min(of):+.0f} to {max(of):+.0f} %" for of in shares.values())
    least = costs[shares["parts"].index(min(shares["parts"]))][axis]
    return (
        f"With David's own encoder his parts cost {parts} in MSE over f = 0, least at "
        f"{SIGNS[axis]} = {least:g}; f = {PARTS} lies {missed} above that pair."
    )
