"""Figures of alignment from pilots: quality over bytes or seconds, and who wins at a budget."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, groupby, pairwise
from statistics import fmean
from typing import Any

from slfkit.experiments.ways import ENCODER, START, at_world, ways, worlds
from slfkit.reporting.intervals import interval
from slfkit.reporting.metrics import METRICS
from slfkit.reporting.rows import Row, along, grouped
from slfkit.reporting.style import INK, WIDTH, Axes, Figure, legend_above, look, subplots

AXES = {"kilobytes": "sent in all (kB)", "seconds": "recovery time (s)"}
# aligners that are drawn, by method and payload
LINES: dict[tuple[str, str], dict[str, Any]] = {
    ("ridge 3", "indices"): {"color": "#0b6e4f", "marker": "P", "linestyle": "-"},
    ("ridge 3", "float16"): {"color": "#0b6e4f", "marker": "P", "linestyle": "--"},
    ("ridge 1", "indices"): {"color": "#7a4b9a", "marker": "X", "linestyle": "-"},
    ("Procrustes", "indices"): {"color": "#8a5a00", "marker": "<", "linestyle": "-."},
    ("index map", "indices"): {"color": "#6b6b6b", "marker": ">", "linestyle": ":"},
}


def plane(rows: Sequence[Row], over: str = "seconds") -> Figure:
    """Draw MSE and accuracy over bytes or seconds: aligners as lines over n, SLF as points.

    Means over seeds with 95 % t-intervals. Of several mismatches the first counts.
    """
    made = ways(rows)
    made = at_world(made, worlds(made)[0]) if made else []
    figure, places = subplots(2, figsize=(WIDTH, 7), sharex=True)
    for axes, metric in zip(places, ("mse", "accuracy"), strict=True):
        for (method, payload), style in LINES.items():
            group = [w for w in made if (w["way"], w["payload"]) == (method, payload)]
            points = [_point(at, over, metric) for at in along(group, "pilots").values()]
            _draw(axes, points, label=f"{method}, {payload}", markersize=5, **style)
        _frame(axes, made, over, metric)
        axes.set(ylabel=METRICS[metric].label, xscale="log")
        _fit(axes, log=metric == "mse")
    places[1].set_xlabel(AXES[over])
    legend_above(figure, places[:1], columns=2)
    return figure


def _fit(axes: Axes, log: bool) -> None:
    """Let the axis span the means; a whisker of two seeds may be longer than all of it."""
    means = [y for bars in axes.containers for y in bars.lines[0].get_ydata()]
    if not means:
        return
    low, high = min(means), max(means)
    if log:
        axes.set(yscale="log", ylim=(low / 1.3, high * 1.3))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter("")
    else:
        room = 0.08 * (high - low) or 1.0
        axes.set_ylim(low - room, high + room)


def _frame(axes: Axes, made: Sequence[Row], over: str, metric: str) -> None:
    """Draw the ways without a line over pilots: SLF at each f, after a ridge fit, his encoder."""
    for f, group in along([way for way in made if "frozen" in way], "frozen").items():
        style = {**look(f), "linestyle": "none", "markersize": 8}
        _draw(axes, [_point(group, over, metric)], label=f"SLF, f = {f}", **style)
    begun = {**look(4), "markersize": 8, "fillstyle": "right", "markerfacecoloralt": "white"}
    encoder = {"color": INK, "marker": "*", "markersize": 10}
    for name, style in ((START, begun), (ENCODER, encoder)):
        group = [way for way in made if way["way"] == name]
        style |= {"label": name, "linestyle": "none"}
        _draw(axes, [_point(group, over, metric)] if group else [], **style)


def _point(group: Sequence[Row], over: str, metric: str) -> tuple[float, float, float]:
    """Return the mean place of a way and the half width of its metric, 0 for one seed."""
    scale = METRICS[metric].scale
    mean, half = interval(scale * way[metric] for way in group)
    return fmean(way[over] for way in group), mean, half or 0.0


def _draw(axes: Axes, points: Sequence[tuple[float, float, float]], **style: Any) -> None:
    if points:
        x, y, halves = zip(*points, strict=True)
        axes.errorbar(x, y, halves, capsize=2, elinewidth=1, **style)


KINDS = {
    "pilots": {"color": "#b9e6d8", "hatch": ""},
    "SLF, f = 4": {"color": "#f2b8c1", "hatch": "///"},
    "SLF, f < 4": {"color": "#cfe0f7", "hatch": "\\\\\\"},
    ENCODER: {"color": "#fbdca6", "hatch": "..."},
}
"""Fills of the map: what wins, apart on paper by its hatching."""
LEAST, MOST, STEPS = 1e-3, 10.0, 120  # seconds that the map shows, and how finely


def kind_of(way: Row) -> str:
    """Return which of the map's ways one is."""
    if "frozen" in way or way["way"] == START:
        return "SLF, f = 4" if way.get("frozen", 4) == 4 else "SLF, f < 4"
    return ENCODER if way["way"] == ENCODER else "pilots"


def winner(made: Sequence[Row], budget: float, spared: bool) -> str | None:
    """Return which kind of way has the least mean MSE within a budget of seconds, None if none.

    Args:
        budget: of the mean recovery time, in seconds.
        spared: whether David's network must stay as it is, so that his old link pays nothing.
    """
    allowed = [way for way in made if not spared or kind_of(way) != "SLF, f < 4"]
    groups = grouped(allowed, "way", "payload", "pilots").values()
    fast = [group for group in groups if fmean(way["seconds"] for way in group) <= budget]
    if not fast:
        return None
    return kind_of(min(fast, key=lambda group: fmean(way["mse"] for way in group))[0])


def decision_map(rows: Sequence[Row]) -> Figure:
    """Draw which kind of way has the least MSE at each time budget, a bar for each mismatch.

    Left whatever becomes of David's old link, right only what leaves his network as it is.
    """
    made = ways(rows)
    named = worlds(made)
    budgets = [LEAST * (MOST / LEAST) ** (k / STEPS) for k in range(STEPS + 1)]
    size = WIDTH, 1.2 + 0.32 * len(named)
    figure, places = subplots(1, 2, figsize=size, sharey=True, sharex=True)
    titles = {"old link may suffer": False, "old link kept": True}
    for axes, (title, spared) in zip(places, titles.items(), strict=True):
        for at, world in enumerate(named):
            _bar(axes, at, at_world(made, world), budgets, spared)
        axes.set(title=title, xscale="log", xlabel="budget (s)", xlim=(LEAST, MOST))
        axes.grid(False)
    places[0].set_yticks(range(len(named)), named)
    places[0].invert_yaxis()
    legend_above(figure, places, columns=2)
    return figure


def _bar(axes: Axes, at: int, made: Sequence[Row], budgets: Sequence[float], spared: bool) -> None:
    """Draw one mismatch: pieces of budgets with the same winner."""
    for best, steps in groupby(pairwise(budgets), lambda step: winner(made, step[0], spared)):
        edges = list(chain.from_iterable(steps))
        if best:
            style = {"edgecolor": INK, "linewidth": 0.6, "label": best, **KINDS[best]}
            axes.barh(at, edges[-1] - edges[0], left=edges[0], height=0.8, **style)
