"""Half the bits: what training steps in bfloat16 do to the results, over seeds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import fmean

from slfkit.experiments.grid import Cell, variant
from slfkit.experiments.registry import experiment
from slfkit.experiments.study import FROZEN, TABLE_CROSSOVER, Setup
from slfkit.records.fields import PRECISIONS
from slfkit.reporting.intervals import exponential, text, times
from slfkit.reporting.metrics import columns, metric_texts
from slfkit.reporting.rows import Row, along, grouped, pairs
from slfkit.reporting.sentences import with_basis
from slfkit.reporting.style import INK, WIDTH, Figure, subplots

FULL, HALF = PRECISIONS
COLUMNS = columns(
    *("frozen", "precision", "mse", "accuracy", "epochs_mse", "perplexity", "seeds"),
    precision="Products in",
)


def table(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each f and precision; metrics are texts, mean ± 95 % half width."""
    return [
        {"frozen": f, "precision": precision, **metric_texts(group)}
        for (f, precision), group in grouped(rows, "frozen", "precision").items()
    ]


def ratios(rows: Sequence[Row]) -> dict[int, list[float]]:
    """Return ln(MSE in bfloat16 / MSE in float32) of each seed that has both, by f."""
    both = {
        f: pairs(own, "precision", FULL, HALF, "seed") for f, own in along(rows, "frozen").items()
    }
    return {f: [math.log(half["mse"] / full["mse"]) for full, half in of] for f, of in both.items()}


def figure(rows: Sequence[Row]) -> Figure:
    """Draw the ratio of the two MSEs over f: a dot for each seed, the mean and its interval."""
    drawn, axes = subplots(figsize=(WIDTH, 3.2))
    axes.axhline(1.0, color=INK, linewidth=0.8)
    for f, logarithms in ratios(rows).items():
        axes.plot([f] * len(logarithms), [math.exp(x) for x in logarithms], "o", color="0.6")
        if len(logarithms) > 1:
            mean, *ends = exponential(logarithms)
            axes.plot([f, f], ends, color=INK)
            axes.plot(f, mean, "D", color=INK)
    axes.set(xlabel="f, frozen parts", ylabel="MSE, bfloat16 over float32")
    axes.set_xticks(list(along(rows, "frozen")))
    return drawn


@with_basis
def finding(rows: Sequence[Row]) -> str:
    """Say by which factor the MSE and by how much the accuracy change, over all f."""
    compared = pairs(rows, "precision", FULL, HALF, "frozen", "seed")
    if not compared:
        return "No pair of runs that differ only in precision is stored yet"
    by_seed = along([{**old, "half": half} for old, half in compared], "seed").values()
    changes = [fmean(math.log(row["half"]["mse"] / row["mse"]) for row in of) for of in by_seed]
    moved = [100 * fmean(row["half"]["accuracy"] - row["accuracy"] for row in of) for of in by_seed]
    return (
        f"With products in bfloat16 the MSE is {times(changes)} that in float32, and the accuracy "
        f"moves by {text(moved, '{:+.2f}')} points, over {len(compared)} pairs of runs, averaged "
        "seed by seed"
    )


@experiment("14_precision", place=4, table=table, figure=figure, finding=finding)
def precision(
    setup: Setup, crossover: float = TABLE_CROSSOVER, frozen: Sequence[int] = FROZEN
) -> Iterator[Cell]:
    """SLF with the products of its training steps in float32 and in bfloat16.

    Args:
        crossover: eps of the channel, in [0, 1].
        frozen: f, each 0 to 4.
    """
    for seed in setup.seeds_at(crossover):
        for f in frozen:
            for kind in PRECISIONS:
                yield variant(setup.scale, seed, crossover, f, {"precision": kind})
