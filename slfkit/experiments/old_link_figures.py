"""Figures of David's old link: what the upload does to it, over channels and over data."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from statistics import fmean
from typing import Any

from slfkit.experiments.remedies import NEAR, STARTS, Remedy, damage
from slfkit.reporting.decibels import USUAL, DecibelAxis
from slfkit.reporting.intervals import Bounds, exponential, interval
from slfkit.reporting.metrics import SIGNS
from slfkit.reporting.panels import logarithmic
from slfkit.reporting.rows import Row, along, grouped
from slfkit.reporting.style import WIDTH, Axes, Figure, legend_above, look, subplots

# how a marker is filled, by the start of fine-tuning
_FILLS = {
    "slf": {},
    "kept": {"markerfacecolor": "white"},
    "k-means": {"fillstyle": "left", "markerfacecoloralt": "white"},
    "matched": {"fillstyle": "bottom", "markerfacecoloralt": "white"},
    "ridge": {"fillstyle": "right", "markerfacecoloralt": "white"},
}
MARGIN = 0.25  # of the plane around its markers, in logarithms
_MISMATCHES = {"crossover": "channels", "alpha": "data"}


def damage_panels(rows: Sequence[Row], decibels: DecibelAxis = USUAL) -> Figure:
    """Draw the old link after the upload, over eps on the left and over alpha on the right.

    Above the factor on the MSE before, on a logarithmic axis; below the accuracy in per cent, with
    what it was as a dotted line. One line for each f; whiskers are 95 % intervals over seeds.
    """
    figure, places = subplots(2, 2, figsize=(WIDTH, 6), sharex="col", sharey="row")
    for column, axis in enumerate(_MISMATCHES):
        drawn = [row for row in rows if row["mismatch"] == axis and row["line"] != "k-means"]
        own = [row for row in drawn if "old_link" in row]
        _lines(places[0, column], own, axis, lambda rows: exponential(map(damage, rows)))
        _lines(places[1, column], own, axis, _left)
        _before(places[1, column], own)
        places[1, column].set_xlabel(f"{SIGNS[axis]}, mismatch of {_MISMATCHES[axis]}")
    places[0, 0].set_ylabel("MSE / before")
    places[1, 0].set_ylabel("accuracy (%)")
    logarithmic(places[0, 0], places[0, 0].yaxis, steps=(1, 2, 5))
    decibels.draw(places[0, 0])
    legend_above(figure, places.flat, columns=3)
    return figure


def _left(rows: Iterable[Row]) -> Bounds:
    mean, half = interval(100 * row["old_link"]["after"]["accuracy"] for row in rows)
    return mean, mean - (half or 0.0), mean + (half or 0.0)


def _lines(
    axes: Axes, rows: Sequence[Row], axis: str, bounds: Callable[[Sequence[Row]], Bounds]
) -> None:
    """Draw one line for each f, and hollow points where fine-tuning starts in another way."""
    for f, of_f in along((row for row in rows if row["line"] == "slf"), "frozen").items():
        points = {at: bounds(of) for at, of in along(of_f, axis).items()}
        whiskers(axes, list(points), list(points.values()), f"f = {f}", look(f))
    others = [row for row in rows if row["line"] != "slf"]
    for (line, f), of in grouped(others, "line", "frozen").items():
        style = {**look(f), "linestyle": "none", "markerfacecolor": "white"}
        whiskers(axes, [of[0][axis]], [bounds(of)], f"f = {f}{STARTS[line]}", style)


def whiskers(
    axes: Axes, at: Sequence[float], values: Sequence[Bounds], label: str, style: dict[str, Any]
) -> None:
    """Draw a line through means, each with the whisker of its interval."""
    means, *ends = zip(*values, strict=True)
    reach = [[abs(m - end) for m, end in zip(means, of, strict=True)] for of in ends]
    axes.plot(at, means, label=label, **style)
    if any(map(any, reach)):
        axes.errorbar(at, means, reach, fmt="none", ecolor=style["color"], capsize=3)


def _before(axes: Axes, rows: Sequence[Row]) -> None:
    if rows:
        before, _ = interval(100 * row["old_link"]["before"]["accuracy"] for row in rows)
        axes.axhline(before, label="before", **look("matched"))


def plane(remedies: Sequence[Remedy]) -> Figure:
    """Draw remedies by what they do to both links: to the left and down is better.

    Across the MSE of the new link over that of f = 0, up that of the old link over that before,
    on logarithmic axes; whiskers are 95 % intervals over seeds, and those of few seeds may leave
    the frame. Left of and below the dashed lines both links are within 5 %. Markers filled on the
    left start with k-means, those filled below with k-means whose codewords are matched to David's,
    those on the right with a ridge fit to pilots, hollow ones from his weights. Where David keeps
    parts, small markers without whiskers: the new link is that of the same way without keeping.
    """
    figure, axes = subplots(figsize=(WIDTH, 5))
    for one in remedies:
        _point(axes, one)
    axes.set(xlabel="new link, MSE / that of f = 0", ylabel="old link, MSE / before")
    if remedies:
        for line in (axes.axvline, axes.axhline):
            line(math.exp(NEAR), color="#6b6b6b", linestyle="--", linewidth=1)
        logarithmic(axes, axes.xaxis, axes.yaxis)
        means = ([fmean(side.values()) for side in (one.new, one.old)] for one in remedies)
        for values, limit in zip(
            zip(*means, strict=True), (axes.set_xlim, axes.set_ylim), strict=True
        ):
            limit(math.exp(min(values) - MARGIN), math.exp(max(*values, NEAR) + MARGIN))
    legend_above(figure, [axes], columns=2)
    return figure


def _point(axes: Axes, one: Remedy) -> None:
    """Draw a remedy with its whiskers, or small and with neither whiskers nor a name of its own."""
    (x, *across), (y, *up) = (exponential(side.values()) for side in (one.new, one.old))
    style = {"markersize": 9, **_look(one), "linestyle": "none"}
    if one.kept:
        style |= {"markersize": 5, "label": "_kept", "zorder": 3}
    else:
        reach = {"xerr": [[x - across[0]], [across[1] - x]], "yerr": [[y - up[0]], [up[1] - y]]}
        axes.errorbar(x, y, **reach, fmt="none", ecolor=style["color"], elinewidth=1, capsize=2)
    axes.plot(x, y, **style)
    axes.annotate(one.mark, (x, y), xytext=(7, -11), textcoords="offset points", size=8)


def _look(one: Remedy) -> dict[str, Any]:
    """Return the plot keywords of a remedy's marker, with its name in the legend."""
    if one.frozen is None:
        return {"color": "black", "marker": "P", "markersize": 14, "label": one.line}
    name = f"f = {one.frozen}{STARTS[one.line]}"
    return {**look(one.frozen), **_FILLS[one.line], "label": name}
