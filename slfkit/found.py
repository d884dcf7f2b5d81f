"""What each experiment of the book found, in two sentences, computed from the records there are."""

from __future__ import annotations

from collections.abc import Callable
from statistics import fmean

from . import findings, studies
from .errors import ParameterError
from .spec import TransceiverSpec

MAIN, BEYOND = "main", "beyond"


def found(name: str, profile: str = "paper") -> str:
    """Return what a notebook found in two sentences, or what the first page says of the book.

    Nothing is computed but the sentences: cells without a record are counted, not run.

    Args:
        name: a notebook such as "02_channel", "main", or "beyond".

    Raises:
        ParameterError: there is no such notebook, or the profile is unknown.
    """
    if name not in SENTENCES:
        known = ", ".join(SENTENCES)
        raise ParameterError(f"nothing is found under the name {name!r}: choose {known}")
    return SENTENCES[name](profile)


def _misalignment(profile: str) -> str:
    results = studies.misalignment(profile, compute="none").run()
    return findings.misalignment_finding(results.rows, results.missing)


def _channel(profile: str) -> str:
    results = studies.channel_dissimilarity(profile, compute="none").run()
    return findings.channel_finding(results.rows, results.missing)


def _source(profile: str) -> str:
    results = studies.source_dissimilarity(profile, compute="none").run()
    return findings.source_finding(results.rows, results.missing)


def _recovery(profile: str) -> str:
    from . import table1
    from .recovery import Link

    results = studies.recovery(profile, compute="none").run()
    return table1.finding(results.rows, Link(), results.missing)


def _unshown(profile: str) -> str:
    from . import unshown

    orders = studies.freezing_order(profile, compute="none").run()
    starts = studies.reinitialisation(profile, compute="none").run()
    return unshown.finding(orders.rows, starts.rows, [*orders.missing, *starts.missing])


def _rate(profile: str) -> str:
    from . import rates

    results = studies.fine_tuning_rate(profile, compute="none").run()
    return rates.finding(results.rows, results.missing)


def _codebook(profile: str) -> str:
    from . import refit

    results = studies.codebook_start(profile, compute="none").run()
    return refit.finding(results.rows, results.missing)


def _claims(profile: str) -> str:
    from . import claims, claims_page

    return claims_page.finding(claims.check(profile))


def main_finding(profile: str = "paper") -> str:
    """Say in two sentences whether SLF works over channels, and what freezing gains and costs."""
    from .interactive import TASKS, points_of, recovered
    from .recovery import Link

    sweep = studies.channel_dissimilarity(profile, compute="none").run()
    column = studies.recovery(profile, compute="none").run()
    if not sweep.rows or not column.rows:
        return findings.nothing([*sweep.missing, *column.missing])
    task = TASKS["reconstruction"]
    answers = recovered(points_of(column.rows, task), task, Link())
    first, last = answers[0], answers[-1]
    return (
        f"Over channels, {findings.mended(sweep.rows, 'crossover')}. From f = "
        f"{first.point.frozen} to f = {last.point.frozen} the recovery time goes from "
        f"{first.time.total:.2f} s to {last.time.total:.2f} s at the paper's link, and the MSE "
        f"from {first.point.quality:.4f} to {last.point.quality:.4f} at "
        f"ε = {studies.TABLE_CROSSOVER:g} ({findings.basis(sweep.rows, sweep.missing)})."
    )


def beyond(profile: str = "paper") -> str:
    """Say in two sentences what the codebook's start and David's own encoder would change."""
    from . import reach, refit

    starts = studies.codebook_start(profile, compute="none").run()
    column = studies.channel_dissimilarity(
        profile, [studies.TABLE_CROSSOVER], compute="none"
    ).run()  # fmt: skip
    mse, used = (refit.full(starts.rows, metric) for metric in ("mse", "perplexity"))
    parts = reach.split(column.rows, "crossover")
    if not mse or not parts:
        return findings.nothing([*starts.missing, *column.missing])
    own, all_ = (fmean(parts[0][key]) for key in ("own", "all"))
    return (
        f"Trained on from David's weights (f = 0), SLF ends with {used[refit.DOWNLOADED]:.1f} of "
        f"{TransceiverSpec.codewords} codewords in use and an MSE of {mse[refit.DOWNLOADED]:.4f}; "
        f"with the codebook set by k-means first it ends at {mse[refit.K_MEANS]:.4f}, and from new "
        f"weights, as the paper has it, at {mse[refit.NEW]:.4f}. With David's encoder sent along, "
        f"his frozen parts give {own:.4f} at ε = {studies.TABLE_CROSSOVER:g}, where f = 4 ends at "
        f"{all_:.4f} ({findings.basis([*starts.rows, *column.rows])})."
    )


SENTENCES: dict[str, Callable[[str], str]] = {
    MAIN: main_finding,
    BEYOND: beyond,
    "01_misalignment": _misalignment,
    "02_channel": _channel,
    "03_source": _source,
    "04_recovery": _recovery,
    "05_unshown": _unshown,
    "06_rate": _rate,
    "07_codebook": _codebook,
    "80_claims": _claims,
}
