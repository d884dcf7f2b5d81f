"""Freezing from the last layer against freezing from the first, a claim without numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from statistics import fmean

from slfkit.experiments.grid import Cell, variant
from slfkit.experiments.registry import experiment
from slfkit.experiments.study import FROZEN, TABLE_CROSSOVER, Setup
from slfkit.records.spec import CHOICES
from slfkit.reporting.intervals import interval
from slfkit.reporting.metrics import METRICS, columns, metric_texts
from slfkit.reporting.rows import Row, along, grouped, pairs
from slfkit.reporting.sentences import improved, with_basis
from slfkit.reporting.style import WIDTH, Axes, Figure, legend_above, look, subplots

NAMES = {"last": "frozen from the last", "first": "frozen from the first"}
ORDER = columns("frozen", "order", "up", "mse", "accuracy", "seeds", order="Frozen from")
_LINES = {"last": {"linestyle": "-"}, "first": {"linestyle": "--", "markerfacecolor": "white"}}


def order_table(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each f and end that freezing starts from: sizes and metrics as texts."""
    rows = [{**row, "up": row["bytes_up"] / 1000} for row in rows]
    return [
        {"frozen": f, "order": f"the {order}", **metric_texts(group)}
        for (f, order), group in grouped(rows, "frozen", "order").items()
    ]


def upload_panels(rows: Sequence[Row]) -> Figure:
    """Draw MSE and accuracy over the upload in kB, a line for each order, means over the seeds.

    Markers and colours are those of f; at equal upload the better order lies below, or above.
    Whiskers are 95 % intervals where there are several seeds.
    """
    figure, places = subplots(2, figsize=(WIDTH, 6), sharex=True)
    for axes, metric in zip(places, ("mse", "accuracy"), strict=True):
        axes.set_ylabel(METRICS[metric].label)
        for order in NAMES:
            _line(axes, [row for row in rows if row["order"] == order], metric, order)
    places[-1].set_xlabel("upload (kB)")
    legend_above(figure, places[:1], columns=2)
    return figure


def _line(axes: Axes, rows: Sequence[Row], metric: str, order: str) -> None:
    """Draw one order: a grey line through points in the look of their f, with whiskers."""
    if not rows:
        return
    scale, points = METRICS[metric].scale, {}
    for f, group in along(rows, "frozen").items():
        upload = fmean(row["bytes_up"] for row in group) / 1000
        points[f] = (upload, *interval(scale * row[metric] for row in group))
    sizes, values, halves = zip(*points.values(), strict=True)
    style = _LINES[order]
    axes.plot(sizes, values, color="#6b6b6b", label=NAMES[order], linestyle=style["linestyle"])
    axes.margins(y=0.12)  # room for the labels below the lowest points
    for k, f in enumerate(points):
        at = sizes[k], values[k]
        if halves[k] is not None:
            axes.errorbar(*at, halves[k], fmt="none", ecolor=look(f)["color"], capsize=3)
        axes.plot(*at, **{**look(f), **style}, markersize=8)
        offset = {"xytext": (7, _side(values, k)), "textcoords": "offset points"}
        axes.annotate(f"f = {f}", at, **offset, size=9)


def _side(values: Sequence[float], k: int) -> int:
    """Return how far above a point its label goes, in points: off the line to its neighbours."""
    near = [values[n] for n in (k - 1, k + 1) if 0 <= n < len(values)]
    return -13 if near and fmean(near) > values[k] else 5


def dominance(rows: Sequence[Row]) -> str:
    """Say, but for a full stop, how many runs of an order the other beats at no more upload."""
    first, last = ([row for row in rows if row["order"] == name] for name in ("first", "last"))
    return (
        f"{_beaten(first, last)} runs frozen from the first are beaten in MSE by one frozen from "
        f"the last that uploads no more; the other way round {_beaten(last, first)}"
    )


def _beaten(own: Sequence[Row], rivals: Sequence[Row]) -> str:
    count = 0
    for row in own:
        fair = [one for one in rivals if one["seed"] == row["seed"]]
        count += any(one["bytes_up"] <= row["bytes_up"] and one["mse"] < row["mse"] for one in fair)
    return f"{count} of {len(own)}"


@with_basis
def finding(rows: Sequence[Row]) -> str:
    """Say for how many f and seeds freezing from the last layer hurts less, at equal f."""
    compared = pairs(rows, "order", "first", "last", "frozen", "seed")
    if not compared:
        return "No run with the other order of freezing is stored, so nothing can be compared"
    smaller = sum(last["bytes_up"] < first["bytes_up"] for first, last in compared)
    return (
        f"At equal f, freezing from the last layer has the lower MSE in "
        f"{improved(compared, 'mse')} of {len(compared)} pairs of runs, and the smaller upload in "
        f"{smaller}"
    )


@experiment("05_unshown", place=3, table=order_table, figure=upload_panels, finding=finding)
def freezing_order(
    setup: Setup, crossover: float = TABLE_CROSSOVER, frozen: Sequence[int] = FROZEN[1:-1]
) -> Iterator[Cell]:
    """Freezing from the last layer against freezing from the first (Section III-B).

    Args:
        crossover: eps of the channel, in [0, 1].
        frozen: f, each 1 to 3: at 0 and 4 both orders are the same.
    """
    for seed in setup.seeds_at(crossover):
        for f, order in product(frozen, CHOICES["order"]):
            yield variant(setup.scale, seed, crossover, f, {"order": order})
