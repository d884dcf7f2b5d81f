"""Break-even: from how many pilots on an aligner is as good as a run of SLF."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from itertools import product

from slfkit.experiments.ways import aligner, at_world, ways, worlds
from slfkit.reporting.intervals import median_interval
from slfkit.reporting.metrics import METRICS, columns
from slfkit.reporting.rows import Row, along

PAYLOADS = ("indices", "float16")
RIDGES = {", ".join(one): (one,) for one in product(("ridge 3", "ridge 5"), PAYLOADS)}
ALONE = (("index map", "indices"), *product(("Procrustes", "ridge 1"), PAYLOADS))
METHODS = {**RIDGES, "each position alone": ALONE}
"""Columns of the table: of several aligners, by method and payload, the first to break even."""
TABLE = columns("world", "by", "frozen", world="Mismatch", by="By")
TABLE |= {method: method for method in METHODS}


def break_even(made: Sequence[Row], metric: str, target: float) -> float:
    """Return the least n whose aligner is at least as good as a target, infinity if none is.

    Between two numbers of pilots the metric is taken to follow the logarithm of n; at the first of
    them nothing smaller was tried.

    Args:
        made: the ways of one aligner, mismatch and seed.
        metric: "mse", which is better small, or "accuracy", which is better large.
        target: in the unit of the ways.
    """
    sign = METRICS[metric].better
    before: tuple[float, float] | None = None
    for n, (way, *_) in along(made, "pilots").items():
        margin = sign * (way[metric] - target)
        if margin >= 0:
            if before is None:
                return float(n)
            low, short = before
            return low * (n / low) ** (short / (short + margin))
        before = float(n), -margin
    return math.inf


def by_seed(
    made: Sequence[Row], methods: Sequence[tuple[str, str]], frozen: int, metric: str
) -> dict[int, float]:
    """Return by seed the break-even of the first of several aligners, against SLF at one f."""
    slf = {way["seed"]: way[metric] for way in made if way.get("frozen") == frozen}
    found: dict[int, float] = {}
    for method, payload in methods:
        for seed, group in along(aligner(made, method, payload=payload), "seed").items():
            if seed in slf:
                n = break_even(group, metric, slf[seed])
                found[seed] = min(n, found.get(seed, math.inf))
    return found


def table(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each mismatch, metric and f: how many pilots aligners need, as texts.

    Where they need the same at every f, one row stands for all.
    """
    made = ways(rows)
    return [
        row
        for world, metric in product(worlds(made), ("mse", "accuracy"))
        for row in _merged(_rows(at_world(made, world), metric))
    ]


def _rows(here: Sequence[Row], metric: str) -> list[Row]:
    """Return the rows of one mismatch and metric."""
    tried = [way["pilots"] for way in here if way["pilots"]] or [1]
    ends = min(tried), max(tried)
    return [
        {"world": here[0]["world"], "by": METRICS[metric].name, "frozen": f}
        | {name: said(by_seed(here, of, f, metric), *ends) for name, of in METHODS.items()}
        for f in sorted({way["frozen"] for way in here if "frozen" in way})
    ]


def _merged(part: Sequence[Row]) -> Sequence[Row]:
    same = len({tuple(row[name] for name in METHODS) for row in part}) == 1
    return [{**part[0], "frozen": "each"}] if same and len(part) > 1 else part


def said(reached: dict[int, float], least: int, most: int) -> str:
    """Write the break-even of all seeds: its median, and an interval from six seeds on.

    Args:
        reached: n by seed, infinity where no number that was tried is enough.
        least, most: the smallest and the largest number that was tried.
    """
    ranked = sorted(reached.values())
    if not ranked:
        return ""
    if ranked[0] == math.inf:
        return "never"
    low, high = ranked[(len(ranked) - 1) // 2], ranked[len(ranked) // 2]
    written = partial(_written, least=least, most=most)
    middle = f"> {min(low, most):,.0f}" if high == math.inf else written(math.sqrt(low * high))
    if ends := median_interval(ranked):
        return f"{middle} ({' to '.join(map(written, ends))})"
    return f"{middle}, {len(ranked)} seeds" if len(ranked) > 1 else f"{middle}, one seed"


def _written(n: float, least: int, most: int) -> str:
    """Write a number of pilots; beyond those that were tried only that it is."""
    if n == math.inf:
        return f"> {most:,}"
    return f"{'≤ ' if 1 < least >= n else ''}{n:,.0f}"
