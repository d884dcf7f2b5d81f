"""Sentences of the first page: that SLF works, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from slfkit.errors import ParameterError
from slfkit.experiments import best_way, sweeps
from slfkit.experiments.choosing import Need
from slfkit.experiments.study import TABLE_CROSSOVER
from slfkit.reporting import sentences
from slfkit.reporting.rows import Row
from slfkit.reporting.sentences import improved, value_range

HURRY = Need(deadline=1.0, old_link=0.97)
LEISURE = Need(deadline=3.0)


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
    """Say in two sentences which f to choose at the paper's link, in a hurry and with time."""
    try:
        hurry, leisure = (
            best_way.answer(need, profile, TABLE_CROSSOVER, None)[0] for need in (HURRY, LEISURE)
        )
    except ParameterError:  # no run is stored
        return sentences.nothing()
    keep = f"{HURRY.deadline:g} s, David's old link at {HURRY.old_link:.0%}".replace("%", " %")
    keep = f"{keep} or more"
    return (
        f"In a hurry ({keep}): {_small(hurry)} With time ({LEISURE.deadline:g} s, no such limit): "
        f"{_small(leisure)}"
    )


def _small(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
