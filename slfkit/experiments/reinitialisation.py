"""Training everything (f = 0) from new weights or from the downloaded ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import TYPE_CHECKING

from slfkit.experiments.grid import Cell, variant
from slfkit.experiments.registry import experiment
from slfkit.experiments.study import TABLE_CROSSOVER, Setup
from slfkit.reporting import sentences
from slfkit.reporting.metrics import metric_texts
from slfkit.reporting.panels import METRICS
from slfkit.reporting.rows import Row, grouped
from slfkit.reporting.style import STARTS as LOOKS
from slfkit.reporting.style import WIDTH, legend_above, subplots

if TYPE_CHECKING:
    from matplotlib.figure import Figure


STARTS = {True: ("from new weights", "fresh"),
          False: ("from the downloaded weights", "downloaded")}  # fmt: skip


def finding(rows: Sequence[Row], missing: Sequence = ()) -> str:
    """Say whether new weights end at a lower test MSE than the downloaded ones, at f = 0.

    Args:
        missing: the cells without a record; the sentence tells how many there are.
    """
    if not rows:
        return sentences.nothing(missing)
    by = {(row["seed"], row["reinitialise"]): row for row in rows}
    pairs = [(by[seed, True], by[seed, False]) for seed, fresh in by
             if fresh and (seed, False) in by]  # fmt: skip
    if not pairs:
        return "Of new weights nothing can be said: no run from the downloaded weights is stored."
    better = sum(new["mse"] < kept["mse"] for new, kept in pairs)
    means = [fmean(pair[k]["mse"] for pair in pairs) for k in (0, 1)]
    epochs = [fmean(pair[k]["epochs_mse"] for pair in pairs) for k in (0, 1)]
    return (
        f"From new weights the MSE ends at {means[0]:.4f} after {epochs[0]:.3g} epochs, from the "
        f"downloaded ones at {means[1]:.4f} after {epochs[1]:.3g}; new weights are better in "
        f"{better} of {len(pairs)} pairs of runs ({sentences.basis(rows, missing)})."
    )


def fresh_curves(rows: Sequence[Row]) -> Figure:
    """Draw the test MSE and accuracy after each epoch at f = 0, with and without new weights.

    Rows are those of ``studies.reinitialisation``; one line a run.
    """
    figure, places = subplots(2, figsize=(WIDTH, 6), sharex=True)
    for axes, metric in zip(places, ("mse", "accuracy"), strict=True):
        _, label, _, scale = METRICS[metric]
        for row in rows:
            name, look = STARTS[row["reinitialise"]]
            values = [scale * epoch[f"test_{metric}"] for epoch in row["history"]]
            axes.plot(range(1, len(values) + 1), values, label=name, **LOOKS[look])
        axes.set_ylabel(label)
    places[-1].set_xlabel("epochs")
    places[-1].xaxis.get_major_locator().set_params(integer=True)
    legend_above(figure, places[:1], columns=2)
    return figure


def start_table(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each start of the weights; metrics are texts, mean ± 95 % half width."""
    return [
        {"start": STARTS[fresh][0], **metric_texts(group)}
        for (fresh,), group in grouped(rows, "reinitialise").items()
    ]


@experiment(
    "05_unshown",
    place=lambda labels: (0,) if labels["reinitialise"] else (3,),
    table=start_table,
    figure=fresh_curves,
    finding=finding,
)
def reinitialisation(setup: Setup, crossover: float = TABLE_CROSSOVER) -> Iterator[Cell]:
    """Training everything (f = 0) from new weights against from the downloaded ones (Section IV).

    Args:
        crossover: eps of the air, in [0, 1].
    """
    for seed in setup.seeds(repeated=crossover == TABLE_CROSSOVER):
        for fresh in (True, False):
            yield variant(setup.scale, seed, crossover, 0, {"reinitialise": fresh})
