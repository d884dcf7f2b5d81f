"""What each experiment of the book found, in two sentences, computed from the records there are."""

from __future__ import annotations

from collections.abc import Callable
from statistics import fmean

from slfkit.claims import ledger, tables
from slfkit.errors import ParameterError
from slfkit.experiments import (
    codebook_start,
    freezing_cost,
    pilots,
    recovery_time,
    registry,
    sweeps,
    who_pays,
)
from slfkit.experiments.frontier import TASKS, points_of, recovered
from slfkit.experiments.study import TABLE_CROSSOVER
from slfkit.recovery import Link
from slfkit.reporting import sentences


def finding(name: str, profile: str = "paper") -> str:
    """Return what a notebook found, or what the first page says of the book, in few sentences.

    Nothing is computed but the sentences: cells without a record are counted, not run.

    Args:
        name: a notebook such as "02_channel", "main", "beyond", "without-training" or
            "old-partner".

    Raises:
        ParameterError: there is no such notebook, or the profile is unknown.
    """
    if name not in names():
        raise ParameterError(f"no finding is called {name!r}: choose {', '.join(names())}")
    if name in PAGES:
        return PAGES[name](profile)
    shown = [(one, one.study(profile, compute="none").run()) for one in registry.notebooks()[name]]
    return " ".join(one.finding(results.rows, results.missing) for one, results in shown)


def names() -> list[str]:
    """Return the names of all findings."""
    return [*PAGES, *registry.notebooks()]


def main_finding(profile: str = "paper") -> str:
    """Say in two sentences whether SLF works over channels, and what freezing gains and costs."""
    sweep = sweeps.channel_dissimilarity(profile, compute="none").run()
    column = recovery_time.recovery(profile, compute="none").run()
    if not sweep.rows or not column.rows:
        return sentences.nothing([*sweep.missing, *column.missing])
    task = TASKS["reconstruction"]
    answers = recovered(points_of(column.rows, task), task, Link())
    first, last = answers[0], answers[-1]
    return (
        f"Over channels, {sweeps.mended(sweep.rows, 'crossover')}. From f = "
        f"{first.point.frozen} to f = {last.point.frozen} the recovery time goes from "
        f"{first.time.total:.2f} s to {last.time.total:.2f} s at the paper's link, and the MSE "
        f"from {first.point.quality:.4f} to {last.point.quality:.4f} at "
        f"ε = {TABLE_CROSSOVER:g} ({sentences.basis(sweep.rows, sweep.missing)})."
    )


def beyond(profile: str = "paper") -> str:
    """Say in two sentences what the codebook's start and David's own encoder would change."""
    starts = codebook_start.codebook_start(profile, compute="none").run()
    crossovers = [TABLE_CROSSOVER]
    column = sweeps.channel_dissimilarity(profile, crossovers=crossovers, compute="none").run()
    start = {metric: codebook_start.full(starts.rows, metric) for metric in ("mse", "perplexity")}
    split = freezing_cost.split(column.rows, "crossover")
    if not start["mse"] or not split:
        return sentences.nothing([*starts.missing, *column.missing])
    mse, used = start["mse"], start["perplexity"][codebook_start.DOWNLOADED]
    own, all_ = (fmean(split[0][key]) for key in ("own", "all"))
    return (
        f"Trained on from David's weights (f = 0), SLF ends with {used:.1f} of "
        f"{starts.rows[0]['codewords']} codewords in use and an MSE of "
        f"{mse[codebook_start.DOWNLOADED]:.4f}; with the codebook set by k-means first it ends at "
        f"{mse[codebook_start.K_MEANS]:.4f}, and from new weights, as the paper has it, at "
        f"{mse[codebook_start.NEW]:.4f}. With David's encoder sent along, his frozen parts give "
        f"{own:.4f} at ε = {TABLE_CROSSOVER:g}, where f = 4 ends at {all_:.4f} "
        f"({sentences.basis([*starts.rows, *column.rows])})."
    )


def without_training(profile: str = "paper") -> str:
    """Say in two sentences what a map from a few pilots costs, and at which f it beats SLF."""
    results = pilots.pilots(profile, compute="none").run()
    return pilots.verdict(results.rows, results.missing)


def old_partner(profile: str = "paper") -> str:
    """Say in two sentences what SLF costs David's old partner, and what keeping parts undoes."""
    results = who_pays.who_pays(profile, compute="none").run()
    return who_pays.price(results.rows, results.missing)


PAGES: dict[str, Callable[[str], str]] = {
    "main": main_finding,
    "beyond": beyond,
    "without-training": without_training,
    "old-partner": old_partner,
    "80_claims": lambda profile: tables.finding(ledger.check(profile)),
}
