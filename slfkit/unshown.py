"""The two claims the paper makes without numbers: the order of freezing, and re-initialisation."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from . import findings
from .figures import METRICS
from .grouping import Row
from .statistics import text
from .style import STARTS as LOOKS
from .style import WIDTH, legend_above, use_style

# Heading -> key of a row
ORDER = {"f": "frozen", "Frozen from": "order", "Up (kB)": "up", "MSE": "mse",
         "Accuracy (%)": "accuracy", "Seeds": "seeds"}  # fmt: skip
STARTS = {True: ("from new weights", "fresh"),
          False: ("from the downloaded weights", "downloaded")}  # fmt: skip


def order_table(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each f and end that freezing starts from: sizes and metrics as texts."""
    groups: dict[tuple, list[Row]] = {}
    for row in rows:
        groups.setdefault((row["frozen"], row["order"]), []).append(row)
    return [
        {
            "frozen": f, "order": f"the {order}", "seeds": len(group),
            "up": f"{fmean(row['bytes_up'] for row in group) / 1000:.1f}",
            "mse": text([row["mse"] for row in group], "{:.4f}"),
            "accuracy": text([100 * row["accuracy"] for row in group], "{:.2f}"),
        }
        for (f, order), group in groups.items()
    ]  # fmt: skip


def finding(orders: Sequence[Row], starts: Sequence[Row], missing: Sequence = ()) -> str:
    """Say in two sentences what was found of either claim.

    Args:
        orders: rows of ``studies.freezing_order``.
        starts: rows of ``studies.reinitialisation``.
        missing: the cells of both without a record; the second sentence tells how many there are.
    """
    if not orders and not starts:
        return findings.nothing(missing)
    basis = findings.basis([*orders, *starts], missing)
    return f"{order_finding(orders)}. {fresh_finding(starts)} ({basis})."


def order_finding(rows: Sequence[Row]) -> str:
    """Say for how many f and seeds freezing from the last layer hurts less, at equal f.

    Returns:
        A sentence without its full stop.
    """
    by = {(row["frozen"], row["seed"], row["order"]): row for row in rows}
    pairs = [(by[f, seed, "last"], by[f, seed, "first"]) for f, seed, order in by
             if order == "last" and (f, seed, "first") in by]  # fmt: skip
    if not pairs:
        return "Of the order of freezing nothing can be said: no run with the other order is stored"
    better = sum(last["mse"] < first["mse"] for last, first in pairs)
    smaller = sum(last["bytes_up"] < first["bytes_up"] for last, first in pairs)
    return (
        f"At equal f, freezing from the last layer has the lower MSE in {better} of {len(pairs)} "
        f"pairs of runs, and the smaller upload in {smaller}"
    )


def fresh_finding(rows: Sequence[Row]) -> str:
    """Say whether new weights end at a lower test MSE than the downloaded ones, at f = 0.

    Returns:
        A sentence without its full stop.
    """
    by = {(row["seed"], row["reinitialise"]): row for row in rows}
    pairs = [(by[seed, True], by[seed, False]) for seed, fresh in by
             if fresh and (seed, False) in by]  # fmt: skip
    if not pairs:
        return "Of new weights nothing can be said: no run from the downloaded weights is stored"
    better = sum(new["mse"] < kept["mse"] for new, kept in pairs)
    means = [fmean(pair[k]["mse"] for pair in pairs) for k in (0, 1)]
    epochs = [fmean(pair[k]["epochs_mse"] for pair in pairs) for k in (0, 1)]
    return (
        f"From new weights the MSE ends at {means[0]:.4f} after {epochs[0]:.3g} epochs, from the "
        f"downloaded ones at {means[1]:.4f} after {epochs[1]:.3g}; new weights are better in "
        f"{better} of {len(pairs)} pairs of runs"
    )


def fresh_curves(rows: Sequence[Row]) -> Figure:
    """Draw the test MSE and accuracy after each epoch at f = 0, with and without new weights.

    Rows are those of ``studies.reinitialisation``; one line a run.
    """
    use_style()
    figure, places = plt.subplots(2, figsize=(WIDTH, 6), sharex=True, layout="constrained")
    for axes, metric in zip(places, ("mse", "accuracy"), strict=True):
        _, label, _, scale = METRICS[metric]
        for row in rows:
            name, look = STARTS[row["reinitialise"]]
            values = [scale * epoch[f"test_{metric}"] for epoch in row["history"]]
            axes.plot(range(1, len(values) + 1), values, label=name, **LOOKS[look])
        axes.set_ylabel(label)
    places[-1].set_xlabel("epochs")
    places[-1].xaxis.set_major_locator(MaxNLocator(integer=True))
    legend_above(figure, places[:1], columns=2)
    return figure
