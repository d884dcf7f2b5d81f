"""What the first page says of the records: that SLF works, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from slfkit.experiments import best_way, sweeps
from slfkit.experiments.choosing import Choice, Need, choices
from slfkit.experiments.untrained import ENCODER
from slfkit.reporting import sentences
from slfkit.reporting.metrics import SIGNS, columns
from slfkit.reporting.rows import Row, pairs
from slfkit.reporting.sentences import improved, value_range

HURRY = Need(deadline=1.0, old_link=0.97)
NEEDS = (  # in words, the mismatch, what is asked there, and a way that cannot be had
    ("1 s; old-link accuracy at least 97\N{NO-BREAK SPACE}%", best_way.TABLE_WORLD, HURRY, ""),
    ("the same, but David keeps his encoder to himself", best_way.TABLE_WORLD, HURRY, ENCODER),
    (
        "3 s; no limit on the old link; David keeps his encoder",
        best_way.TABLE_WORLD,
        Need(deadline=3.0),
        ENCODER,
    ),
    (
        "3 s; images of a kind David never saw (α = 0); "
        "old-link accuracy at least 50\N{NO-BREAK SPACE}%",
        f"{SIGNS['alpha']} = 0",
        Need(deadline=3.0, old_link=0.5),
        "",
    ),
)
ADVISED = columns(
    *("need", "name", "seconds", "mse", "accuracy", "old_link", "seeds"),
    need="You have",
    name="Choose",
    seconds="Ready after (s)",
    mse="Test MSE",
    old_link="Old link (%)",
)


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
    compared = pairs(rows, "line", "slf", "unaligned", axis, "seed")
    if not compared:
        return ""
    now, was = zip(*compared, strict=True)
    return (
        f"in {improved(zip(was, now, strict=True), 'accuracy')} of {len(compared)} runs, from "
        f"{value_range(was, 'accuracy')} to {value_range(now, 'accuracy')}"
    )


def advised(profile: str = "paper") -> list[Row]:
    """Return what to choose at the paper's link: a row for each need of ``NEEDS``, as texts."""
    rows = best_way.best_way(profile, compute="none").run().rows
    found = []
    for words, world, need, without in NEEDS:
        met = choices((one for one in best_way.every_way(rows, world) if one.name != without), need)
        chosen = _chosen(met[0]) if met else {"name": "no stored run will do"}
        found.append({"need": words, **chosen})
    return found


def _chosen(choice: Choice) -> Row:
    """Return the texts of a choice, with the epoch to stop after in its name."""
    shown = choice.texts()
    stop = f"; stop after epoch {choice.stop}" if choice.trains else ""
    return {**shown, "name": f"{shown['name']}{stop}"}
