"""Sentences of the first page: that SLF works, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from slfkit.errors import ParameterError
from slfkit.experiments import best_way, sweeps
from slfkit.experiments.choosing import Need
from slfkit.experiments.study import TABLE_CROSSOVER
from slfkit.reporting import sentences
from slfkit.reporting.rows import Row
from slfkit.reporting.sentences import improved, value_range, within

HURRY = Need(deadline=1.0, old_link=0.97)
LEISURE = Need(deadline=3.0)
FOREIGN = Need(deadline=3.0, old_link=0.5)  # of images that David never saw, alpha = 0


def works(profile: str = "paper") -> str:
    """Say in two sentences what SLF does to the accuracy, over channels and over data."""
    channels = sweeps.channel_dissimilarity(profile, compute="none").run()
    sources = sweeps.source_dissimilarity(profile, compute="none").run()
    said = [_raised(channels.rows, "crossover"), _raised(sources.rows, "alpha")]
    if not all(said):
        return sentences.nothing([*channels.missing, *sources.missing])
    basis = sentences.basis([*channels.rows, *sources.rows])
    return (
        f"Over channels, SLF raises the accuracy {said[0]}. Over mixtures of data it does "
        f"so {said[1]} ({basis})."
    )


def _raised(rows: Sequence[Row], axis: str) -> str:
    """Say in how many runs, from what to what; "" if nothing can be compared."""
    before = {(row[axis], row["seed"]): row for row in rows if row["line"] == "unaligned"}
    compared = [
        (before[at], row)
        for row in rows
        if row["line"] == "slf" and (at := (row[axis], row["seed"])) in before
    ]
    if not compared:
        return ""
    was, now = zip(*compared, strict=True)
    return (
        f"in {improved(compared, 'accuracy')} of {len(compared)} runs, from "
        f"{value_range(was, 'accuracy')} to {value_range(now, 'accuracy')}"
    )


def choose(profile: str = "paper") -> str:
    """Say what to choose at the paper's link: in a hurry, with time, and at alpha 0."""
    asked = ((HURRY, None), (LEISURE, None), (FOREIGN, 0.0))
    try:
        hurry, leisure, foreign = (
            within(best_way.answer(need, profile, TABLE_CROSSOVER, alpha)[0])
            for need, alpha in asked
        )
    except ParameterError:  # no run is stored
        return sentences.nothing()
    return (
        f"In a hurry ({_limits(HURRY)}): {hurry} With time ({LEISURE.deadline:g} s, no such "
        f"limit): {leisure} With images of another kind than David's (α = 0, {_limits(FOREIGN)}): "
        f"{foreign}"
    )


def _limits(need: Need) -> str:
    """Say a deadline and a limit on the old link in short."""
    return f"{need.deadline:g} s, David's old link at {100 * need.old_link:g} % or more"
