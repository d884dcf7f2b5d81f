"""What the experiments found, in one to three sentences each, and what the first page says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import fmean

from slfkit.claims import ledger, tables
from slfkit.errors import ParameterError
from slfkit.experiments import (
    best_way,
    codebook_start,
    freezing_cost,
    pilots,
    registry,
    sweeps,
    who_pays,
)
from slfkit.experiments.choosing import Choice, Need, choices
from slfkit.experiments.study import TABLE_CROSSOVER
from slfkit.experiments.untrained import ENCODER
from slfkit.reporting import sentences
from slfkit.reporting.intervals import text
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


def finding(name: str, profile: str = "paper") -> str:
    """Return what a notebook found, or what the first page says of the book, in few sentences.

    Nothing is computed but the sentences: cells without a record are counted, not run.

    Args:
        name: a notebook such as "02_channel", "works", "beyond", "without-training" or
            "old-partner".

    Raises:
        ParameterError: there is no such notebook, or the profile is unknown.
    """
    if name not in names():
        raise ParameterError(f"no finding is called {name!r}: choose {', '.join(names())}")
    if name in PAGES:
        return PAGES[name](profile)
    shown = [(one, one.study(profile, compute="none").run()) for one in registry.notebooks()[name]]
    shown.sort(key=lambda one: not one[1].rows)  # what has no record comes last
    return " ".join(one.finding(results.rows, results.missing) for one, results in shown)


def names() -> list[str]:
    """Return the names of all findings."""
    return [*PAGES, *registry.notebooks()]


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


def beyond(profile: str = "paper") -> str:
    """Say in three sentences what the codebook's start and David's own encoder would change."""
    starts = codebook_start.codebook_start(profile, compute="none").run()
    crossovers = [TABLE_CROSSOVER]
    column = sweeps.channel_dissimilarity(profile, crossovers=crossovers, compute="none").run()
    start = {metric: codebook_start.full(starts.rows, metric) for metric in ("mse", "perplexity")}
    split = freezing_cost.split(column.rows, "crossover")
    if not start["mse"] or not split:
        return sentences.nothing([*starts.missing, *column.missing])
    mse = {name: text(values, "{:.4f}") for name, values in start["mse"].items()}
    used = fmean(start["perplexity"][codebook_start.DOWNLOADED])
    own, all_ = (text(split[0][key], "{:.4f}") for key in ("own", "all"))
    paid = who_pays.who_pays(profile, crossovers=crossovers, compute="none").run()
    begun = [row["mse"] for row in paid.rows if row["line"] == who_pays.RIDGE]
    after = f", after a ridge fit to pilots at {text(begun, '{:.4f}')}" if begun else ""
    return (
        f"Fine-tuned from David's weights (f = 0), the codebook collapses to {used:.1f} of "
        f"{starts.rows[0]['codewords']} codewords (MSE {mse[codebook_start.DOWNLOADED]}). "
        f"Setting it by k-means first gives {mse[codebook_start.K_MEANS]}, the paper's new "
        f"weights give {mse[codebook_start.NEW]}. With the frozen parts of f = 4, David's own "
        f"encoder would give {own}; Alice's ends at {all_}{after} "
        f"(ε = {TABLE_CROSSOVER:g}; {sentences.basis([*starts.rows, *column.rows])})."
    )


def without_training(profile: str = "paper") -> str:
    """Say in two sentences what a map from a few pilots costs, and at which f it beats SLF."""
    results = pilots.pilots(profile, compute="none").run()
    return pilots.verdict(results.rows, results.missing)


def old_partner(profile: str = "paper") -> str:
    """Say in two sentences what SLF costs David's old partner, and which start spares him."""
    results = who_pays.who_pays(profile, compute="none").run()
    said = who_pays.price(results.rows, results.missing), who_pays.cure(results.rows)
    return " ".join(filter(None, said))


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


# Where the numbers of what only the first page says are shown with their records.
SHOWN = {
    "works": ("02_channel", "03_source"),
    "old-partner": ("08_who_pays",),
    "beyond": ("07_codebook", "02_channel"),
    "without-training": ("09_pilots",),
}
PAGES: dict[str, Callable[[str], str]] = {
    "works": works,
    "beyond": beyond,
    "without-training": without_training,
    "old-partner": old_partner,
    "80_claims": lambda profile: tables.finding(ledger.check(profile)),
}
