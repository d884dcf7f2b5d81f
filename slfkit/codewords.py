"""How many codewords are in use at each f, and whether that goes with steps against the trend.

The paper's trend is that the MSE rises with f. A codebook of which few words are still sent cannot
tell much apart, whatever else is tuned.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean

from .grouping import Row


def in_use(rows: Sequence[Row]) -> dict[int, float]:
    """Return by f the codewords in use: the perplexity of the numbers sent, 1 to K; seeds' mean.

    Rows are those of ``studies.recovery``.
    """
    return {f: fmean(row["perplexity"] for row in rows if row["frozen"] == f)
            for f in sorted({row["frozen"] for row in rows})}  # fmt: skip


def steps_against(rows: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Return the steps of f, from one to the next of a seed, after which the MSE is lower."""
    found = []
    for seed in sorted({row["seed"] for row in rows}):
        line = sorted((row for row in rows if row["seed"] == seed), key=lambda row: row["frozen"])
        found += [(a, b) for a, b in pairwise(line) if b["mse"] < a["mse"]]
    return found


def codewords_finding(rows: Sequence[Row]) -> str:
    """Say how many codewords each f uses, and how many steps against the trend bring more of them.

    Rows are those of ``studies.recovery``.
    """
    if not rows:
        return "There is no record to speak of yet."
    each = ", ".join(f"{count:.1f} at f = {f}" for f, count in in_use(rows).items())
    against = steps_against(rows)
    if not against:
        return f"Codewords in use are {each}. No step of f lowers the MSE."
    more = sum(after["perplexity"] > before["perplexity"] for before, after in against)
    at = ", ".join(sorted({f"{a['frozen']} to {b['frozen']}" for a, b in against}))
    return (
        f"Codewords in use are {each}. Of the {len(against)} steps of f that lower the MSE "
        f"(f = {at}), {more} bring more codewords into use."
    )
