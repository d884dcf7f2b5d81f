"""Training everything (f = 0) from new weights or from the downloaded ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import fmean

from slfkit.experiments.grid import Cell, variant
from slfkit.experiments.registry import experiment
from slfkit.experiments.study import TABLE_CROSSOVER, Setup
from slfkit.reporting.intervals import text
from slfkit.reporting.metrics import METRICS, metric_texts
from slfkit.reporting.rows import Row, grouped, pairs
from slfkit.reporting.sentences import improved, with_basis
from slfkit.reporting.style import STARTS as LOOKS
from slfkit.reporting.style import WIDTH, Figure, legend_above, subplots

STARTS = {True: ("from new weights", "fresh"), False: ("from the downloaded weights", "downloaded")}


def start_table(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each start of the weights; metrics are texts, mean ± 95 % half width."""
    return [
        {"start": STARTS[fresh][0], **metric_texts(group)}
        for (fresh,), group in grouped(rows, "reinitialise").items()
    ]


def fresh_curves(rows: Sequence[Row]) -> Figure:
    """Draw the test MSE and accuracy after each epoch at f = 0, a line for each run."""
    figure, places = subplots(2, figsize=(WIDTH, 6), sharex=True)
    for axes, name in zip(places, ("mse", "accuracy"), strict=True):
        metric = METRICS[name]
        for row in rows:
            start, look = STARTS[row["reinitialise"]]
            values = [metric.scale * epoch[f"test_{name}"] for epoch in row["history"]]
            axes.plot(range(1, len(values) + 1), values, label=start, **LOOKS[look])
        axes.set_ylabel(metric.label)
    places[-1].set_xlabel("epochs")
    places[-1].xaxis.get_major_locator().set_params(integer=True)
    legend_above(figure, places[:1], columns=2)
    return figure


@with_basis
def finding(rows: Sequence[Row]) -> str:
    """Say whether new weights end at a lower test MSE than the downloaded ones, at f = 0."""
    compared = pairs(rows, "reinitialise", False, True, "seed")
    if not compared:
        return "No run from the downloaded weights is stored, so nothing can be compared"
    kept, new = (
        f"{text((row['mse'] for row in side), '{:.4f}')} after "
        f"{fmean(row['epochs_mse'] for row in side):.3g}"
        for side in zip(*compared, strict=True)
    )
    return (
        f"From new weights the MSE ends at {new} epochs, from David's at {kept}; new weights are "
        f"better in {improved(compared, 'mse')} of {len(compared)} pairs of runs"
    )


@experiment("05_unshown", place=3, table=start_table, figure=fresh_curves, finding=finding)
def reinitialisation(setup: Setup, crossover: float = TABLE_CROSSOVER) -> Iterator[Cell]:
    """Training everything (f = 0) from new weights against from the downloaded ones (Section IV).

    Args:
        crossover: eps of the channel, in [0, 1].
    """
    for seed in setup.seeds_at(crossover):
        for fresh in (True, False):
            yield variant(setup.scale, seed, crossover, 0, {"reinitialise": fresh})
