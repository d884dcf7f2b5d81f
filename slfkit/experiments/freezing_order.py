"""Freezing from the last layer against freezing from the first, a claim without numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from statistics import fmean
from typing import TYPE_CHECKING

from slfkit.experiments.grid import Cell, variant
from slfkit.experiments.registry import experiment
from slfkit.experiments.study import FROZEN, TABLE_CROSSOVER, Setup
from slfkit.records.spec import CHOICES
from slfkit.reporting import sentences
from slfkit.reporting.intervals import interval, text
from slfkit.reporting.panels import METRICS
from slfkit.reporting.rows import Row
from slfkit.reporting.style import WIDTH, legend_above, look, subplots

if TYPE_CHECKING:
    from matplotlib.figure import Figure


NAMES = {"last": "frozen from the last", "first": "frozen from the first"}
_LINES = {"last": {"linestyle": "-"}, "first": {"linestyle": "--", "markerfacecolor": "white"}}


def upload_panels(rows: Sequence[Row]) -> Figure:
    """Draw MSE and accuracy over the upload in kB, a line for each order, means over the seeds.

    Markers and colours are those of f; at equal upload the better order lies below, or above.
    Whiskers are 95 % intervals where there are several seeds.
    """
    figure, places = subplots(2, figsize=(WIDTH, 6), sharex=True)
    for axes, metric in zip(places, ("mse", "accuracy"), strict=True):
        axes.set_ylabel(METRICS[metric][1])
        for order in NAMES:
            _line(axes, [row for row in rows if row["order"] == order], metric, order)
    places[-1].set_xlabel("upload (kB)")
    legend_above(figure, places[:1], columns=2)
    return figure


def _line(axes, rows: Sequence[Row], metric: str, order: str) -> None:
    """Draw one order: a grey line through points in the look of their f, with whiskers."""
    scale = METRICS[metric][3]
    groups = [[row for row in rows if row["frozen"] == f]
              for f in sorted({row["frozen"] for row in rows})]  # fmt: skip
    known = [interval(scale * row[metric] for row in group) for group in groups]
    points = [(fmean(row["bytes_up"] for row in group) / 1000, mean)
              for group, (mean, _) in zip(groups, known, strict=True)]  # fmt: skip
    if not points:
        return
    axes.plot(*zip(*points, strict=True), color="#6b6b6b", label=NAMES[order],
              linestyle=_LINES[order]["linestyle"])  # fmt: skip
    axes.margins(y=0.12)  # room for the labels below the lowest points
    for k, group in enumerate(groups):
        f, half = group[0]["frozen"], known[k][1]
        if half is not None:
            axes.errorbar(*points[k], half, fmt="none", ecolor=look(f)["color"], capsize=3)
        axes.plot(*points[k], **{**look(f), **_LINES[order]}, markersize=8)
        axes.annotate(f"f = {f}", points[k], xytext=(7, _side(points, k)),
                      textcoords="offset points", size=9)  # fmt: skip


def _side(points: Sequence[tuple[float, float]], k: int) -> int:
    """Return how far above a point its label stands, in points: off the line to its neighbours."""
    near = [points[n][1] for n in (k - 1, k + 1) if 0 <= n < len(points)]
    return -13 if near and fmean(near) > points[k][1] else 5


def dominance(rows: Sequence[Row]) -> str:
    """Say how many runs of each order one of the other beats at no more upload, seed by seed.

    Returns:
        A sentence without its full stop.
    """
    said = []
    for order, other in (("first", "last"), ("last", "first")):
        own = [row for row in rows if row["order"] == order]
        beaten = sum(any(_beats(one, row) for one in rows if one["order"] == other) for row in own)
        said.append(f"{beaten} of {len(own)} runs {NAMES[order]} by one {NAMES[other]}")
    return f"By a run of no more upload and lower MSE are beaten: {', '.join(said)}"


def _beats(one: Row, row: Row) -> bool:
    return (one["seed"] == row["seed"] and one["bytes_up"] <= row["bytes_up"]
            and one["mse"] < row["mse"])  # fmt: skip


# Heading -> key of a row
ORDER = {"f": "frozen", "Frozen from": "order", "Up (kB)": "up", "MSE": "mse",
         "Accuracy (%)": "accuracy", "Seeds": "seeds"}  # fmt: skip


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


def finding(rows: Sequence[Row], missing: Sequence = ()) -> str:
    """Say for how many f and seeds freezing from the last layer hurts less, at equal f.

    Args:
        missing: the cells without a record; the sentence tells how many there are.
    """
    if not rows:
        return sentences.nothing(missing)
    by = {(row["frozen"], row["seed"], row["order"]): row for row in rows}
    pairs = [(by[f, seed, "last"], by[f, seed, "first"]) for f, seed, order in by
             if order == "last" and (f, seed, "first") in by]  # fmt: skip
    if not pairs:
        return "No run with the other order of freezing is stored, so nothing can be compared."
    better = sum(last["mse"] < first["mse"] for last, first in pairs)
    smaller = sum(last["bytes_up"] < first["bytes_up"] for last, first in pairs)
    return (
        f"At equal f, freezing from the last layer has the lower MSE in {better} of {len(pairs)} "
        f"pairs of runs, and the smaller upload in {smaller} ({sentences.basis(rows, missing)})."
    )


@experiment(
    "05_unshown",
    place=lambda labels: (0,) if labels["order"] == "last" else (3,),
    table=order_table,
    figure=upload_panels,
    finding=finding,
)
def freezing_order(
    setup: Setup, crossover: float = TABLE_CROSSOVER, frozen: Sequence[int] = FROZEN[1:-1]
) -> Iterator[Cell]:
    """Freezing from the last layer against freezing from the first (Section III-B).

    Args:
        crossover: eps of the air, in [0, 1].
        frozen: f, each 1 to 3: at 0 and 4 both orders are the same.
    """
    for seed in setup.seeds(repeated=crossover == TABLE_CROSSOVER):
        for f, order in product(frozen, CHOICES["order"]):
            yield variant(setup.scale, seed, crossover, f, {"order": order})
