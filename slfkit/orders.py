"""Both orders of freezing at equal upload: what each sends back, and which is dominated.

Rows are those of ``studies.freezing_order``.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from .figures import METRICS
from .grouping import Row
from .statistics import interval
from .style import WIDTH, legend_above, look, use_style

NAMES = {"last": "frozen from the last", "first": "frozen from the first"}
_LINES = {"last": {"linestyle": "-"}, "first": {"linestyle": "--", "markerfacecolor": "white"}}


def upload_panels(rows: Sequence[Row]) -> Figure:
    """Draw MSE and accuracy over the upload in kB, a line for each order, means over the seeds.

    Markers and colours are those of f; at equal upload the better order lies below, or above.
    Whiskers are 95 % intervals where there are several seeds.
    """
    use_style()
    figure, places = plt.subplots(2, figsize=(WIDTH, 6), sharex=True, layout="constrained")
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
