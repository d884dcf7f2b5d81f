"""Break-even: from how many pilots on an aligner is as good as a run of SLF."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from slfkit.experiments.results import PAPER_LINK
from slfkit.experiments.ways import aligner, at_world, ways, worlds
from slfkit.recovery import Link
from slfkit.reporting.intervals import interval
from slfkit.reporting.metrics import columns
from slfkit.reporting.rows import Row, along

METHODS = ("index map", "Procrustes", "ridge 1", "ridge 3", "ridge 5")
TABLE = columns(
    *("world", "frozen", *METHODS),
    world="Mismatch",
    **{method: method for method in METHODS},
)


def break_even(made: Sequence[Row], metric: str, target: float) -> float | None:
    """Return the least n whose aligner is at least as good as a target, None if none is.

    Between two numbers of pilots the metric is taken to follow the logarithm of n; at the first of
    them nothing smaller was tried.

    Args:
        made: the ways of one aligner, mismatch and seed.
        metric: "mse", which is better small, or "accuracy", which is better large.
        target: in the unit of the ways.
    """
    sign = -1.0 if metric == "mse" else 1.0
    before: tuple[float, float] | None = None
    for n, (way, *_) in along(made, "pilots").items():
        margin = sign * (way[metric] - target)
        if margin >= 0:
            if before is None:
                return float(n)
            low, short = before
            return low * (n / low) ** (short / (short + margin))
        before = float(n), -margin
    return None


def by_seed(made: Sequence[Row], method: str, frozen: int, metric: str) -> dict[int, float | None]:
    """Return the break-even of an aligner by indices against SLF at one f, for each seed."""
    slf = {way["seed"]: way[metric] for way in made if way.get("frozen") == frozen}
    return {
        seed: break_even(group, metric, slf[seed])
        for seed, group in along(aligner(made, method), "seed").items()
        if seed in slf
    }


def table(rows: Sequence[Row], metric: str = "mse", link: Link = PAPER_LINK) -> list[Row]:
    """Return a row for each mismatch and f: how many pilots each aligner needs, as a text.

    Pilots are sent as indices. Where every seed reaches SLF: the geometric mean of n and its 95 %
    interval. Otherwise how many do, so that no interval leaves out the seeds that do not.
    """
    made = ways(rows, link)
    return [
        {"world": world, "frozen": f}
        | {method: said(by_seed(here, method, f, metric), first(here)) for method in METHODS}
        for world in worlds(made)
        for here in (at_world(made, world),)
        for f in sorted({way["frozen"] for way in here if "frozen" in way})
    ]


def first(made: Iterable[Row]) -> float:
    """Return the least number of pilots that was tried."""
    return float(min((way["pilots"] for way in made if way["pilots"]), default=1))


def said(reached: dict[int, float | None], least: float) -> str:
    """Write the break-even of all seeds: its mean and interval, or in how many it is reached.

    Args:
        reached: n by seed, None where no number that was tried is enough.
        least: the smallest number that was tried.
    """
    found = [n for n in reached.values() if n is not None]
    if not reached:
        return ""
    if not found:
        return "never"
    if len(found) < len(reached):
        return f"in {len(found)} of {len(reached)} seeds"
    if max(found) <= least:
        return f"{least:.0f} or fewer"
    mean, half = interval(map(math.log, found))
    if half is None:
        return f"{math.exp(mean):.0f}, one seed"
    return f"{math.exp(mean):.0f} ({math.exp(mean - half):.0f} to {math.exp(mean + half):.0f})"
