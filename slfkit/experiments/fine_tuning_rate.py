"""The learning rate of fine-tuning, whose value our copy of the paper lacks."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from slfkit.experiments.grid import Cell, variant
from slfkit.experiments.registry import experiment
from slfkit.experiments.results import PAPER_LINK, recovery_of
from slfkit.experiments.study import FROZEN, TABLE_CROSSOVER, Setup
from slfkit.recovery import Link
from slfkit.reporting.intervals import factor
from slfkit.reporting.metrics import METRICS, columns, metric_texts
from slfkit.reporting.panels import over_f as draw_over_f
from slfkit.reporting.rows import Row, along, over_f, pairs, rising
from slfkit.reporting.sentences import improved, with_basis
from slfkit.reporting.style import WIDTH, Figure, legend_above, subplots

RATES = (1e-4, 1e-3)  # learning rates of fine-tuning: ours, and that of pre-training
RATE_COLUMNS = columns(
    *("frozen", "rate", "mse", "times", "accuracy", "perplexity", "epochs_mse"),
    *("epochs_accuracy", "seconds", "seeds"),
    rate="Learning rate",
    times="MSE, times that at the lowest rate",
    seconds="Recovery time (s)",
)
_LOOKS = (
    {"linestyle": "--", "markerfacecolor": "white"},
    {"linestyle": "-"},
    {"linestyle": ":", "markerfacecolor": "#bbbbbb"},
)
_APART = 0.14  # in f, between the points of two learning rates


def rate_table(rows: Sequence[Row], link: Link = PAPER_LINK) -> list[Row]:
    """Return a row for each f and learning rate; metrics are texts, mean ± 95 % half width.

    The lowest rate is compared with seed by seed: a geometric mean of quotients.

    Args:
        link: at which the recovery time of reconstruction is modelled; by default the paper's.
    """
    rows = [{**row, "seconds": recovery_of(row, row["epochs_mse"], link).total} for row in rows]
    lowest = min((row["learning_rate"] for row in _tuned(rows)), default=None)
    return [
        {"frozen": f, "rate": f"{rate:g}", "times": _times(of_f, lowest, rate)}
        | metric_texts(group)
        for f, of_f in along(rows, "frozen").items()
        for rate, group in along(of_f, "learning_rate").items()
    ]


def _times(of_f: Sequence[Row], lowest: float | None, rate: float) -> str:
    """Return the MSE over that of the lowest rate at one f; "" for that rate itself."""
    compared = pairs(of_f, "learning_rate", lowest, rate, "seed") if rate != lowest else ()
    return factor(math.log(new["mse"] / old["mse"]) for old, new in compared) if compared else ""


def rate_panels(rows: Sequence[Row]) -> Figure:
    """Draw MSE and accuracy over f, a line for each learning rate; f = 0 has but one.

    Whiskers are 95 % intervals where there are several seeds.
    """
    figure, places = subplots(2, figsize=(WIDTH, 6), sharex=True)
    for axes, metric in zip(places, ("mse", "accuracy"), strict=True):
        axes.set_ylabel(METRICS[metric].label)
        by_rate = zip(along(rows, "learning_rate").items(), _LOOKS, strict=False)
        for k, ((rate, own), line) in enumerate(by_rate):
            label, shift = f"learning rate {rate:g}", _APART * (k - 0.5)
            draw_over_f(axes, _tuned(own), metric, label, line, shift)
            whole = [row for row in own if not row["frozen"]]
            draw_over_f(axes, whole, metric, label, line)  # trained otherwise: a point by itself
    places[-1].set_xlabel("f, frozen parts")
    places[-1].set_xticks(list(along(rows, "frozen")))
    legend_above(figure, places[:1], columns=3)
    return figure


@with_basis
def finding(rows: Sequence[Row]) -> str:
    """Say in two sentences what the learning rate does, and whether the MSE then rises with f."""
    rates = list(along(_tuned(rows), "learning_rate"))
    if not rates:
        return ""
    compared = "No run at a second learning rate is stored yet, so nothing can be compared"
    if len(rates) > 1:
        compared = _compared(_tuned(rows), rates[0], rates[-1])
    return f"{compared}. {_rising(rows)}"


def _tuned(rows: Sequence[Row]) -> list[Row]:
    """Return the runs with f >= 1."""
    return [row for row in rows if row["frozen"]]


def _compared(tuned: Sequence[Row], low: float, high: float) -> str:
    """Say for how many f and seeds the higher of two rates is better, without a full stop."""
    compared = pairs(tuned, "learning_rate", low, high, "frozen", "seed")
    sooner = sum(new["epochs_mse"] < old["epochs_mse"] for old, new in compared)
    return (
        f"Fine-tuned at a learning rate of {high:g} instead of {low:g}, SLF ends at a lower MSE in "
        f"{improved(compared, 'mse')} of {len(compared)} pairs of runs with f ≥ 1, at a higher "
        f"accuracy in {improved(compared, 'accuracy')}, and after fewer epochs in {sooner}"
    )


def _rising(rows: Sequence[Row]) -> str:
    """Say at which learning rates the MSE rises with every step of f, without a full stop."""
    parts = []
    for rate in along(_tuned(rows), "learning_rate"):
        own = [row for row in rows if not row["frozen"] or row["learning_rate"] == rate]
        count, total = rising(over_f(own, "seed"))
        parts.append((count, total, f"{rate:g}"))
    if parts and not any(count for count, _, _ in parts):
        rates = " or ".join(rate for _, _, rate in parts)
        return f"No seed's MSE rises with every step of f at a rate of {rates}"
    each = (f"in {count} of {total} seeds at {rate}" for count, total, rate in parts)
    return f"The MSE rises with every step of f {' and '.join(each)}"


@experiment("06_rate", place=3, table=rate_table, figure=rate_panels, finding=finding)
def fine_tuning_rate(
    setup: Setup,
    crossover: float = TABLE_CROSSOVER,
    frozen: Sequence[int] = FROZEN,
    rates: Sequence[float] = RATES,
) -> Iterator[Cell]:
    """SLF at several learning rates: the paper gives none for f >= 1.

    At f = 0 there is one run, at the rate of pre-training (Section IV).

    Args:
        crossover: eps of the channel, in [0, 1].
        frozen: f, each 0 to 4.
        rates: learning rates of Adam for f >= 1, each above zero.
    """
    for seed in setup.seeds_at(crossover):
        if 0 in frozen:
            whole = variant(setup.scale, seed, crossover, 0, {})
            yield Cell({**whole.labels, "learning_rate": whole.spec.rate}, whole.spec)
        for rate in rates:
            for f in filter(None, frozen):
                fields = {"learning_rate": float(rate)}
                yield variant(setup.scale, seed, crossover, f, fields)
