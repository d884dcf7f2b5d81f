"""Figures of choosing: the best that is ready by a deadline, and what rules regret."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import fmean
from typing import TYPE_CHECKING, Any

from slfkit.experiments.candidates import Candidate
from slfkit.experiments.choosing import Choice, Need, choices
from slfkit.recovery import Link
from slfkit.reporting.intervals import exponential
from slfkit.reporting.metrics import METRICS
from slfkit.reporting.panels import logarithmic
from slfkit.reporting.rows import Row, along
from slfkit.reporting.style import WIDTH, legend_above, look, subplots

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_STEPS = 120  # deadlines of the front


def front(candidates: Sequence[Candidate], need: Need, kept: float) -> Figure:
    """Draw the test MSE of the choice over the deadline: of all ways, and of those that train.

    The ways that train are drawn without and with a limit on the old link. A marker stands where
    another way becomes the choice, in the look of its f; it is hollow where the way is a variant of
    the paper's.

    Args:
        candidates: of one world.
        need: whose link and computer are taken.
        kept: the least accuracy of David's old link, for the dashed line.
    """
    figure, axes = subplots(figsize=(WIDTH, 4.0))
    trained = [one for one in candidates if one.epoch]
    lines = [
        ("any way", candidates, 0.0, ":"),
        ("SLF", trained, 0.0, "-"),
        (f"SLF, old link at {100 * kept:g} % or more", trained, kept, "--"),
    ]
    for name, own, limit, style in lines:
        if points := _front(own, replace(need, quality=0.0, old_link=limit)):
            _draw(axes, points, name, style)
    axes.set(xlabel="deadline (s)", ylabel=METRICS["mse"].label, xscale="log")
    axes.xaxis.set_major_formatter("{x:g}")
    legend_above(figure, [axes], columns=2)
    return figure


def _front(candidates: Sequence[Candidate], need: Need) -> list[tuple[float, Choice]]:
    """Return the choice at each deadline that meets one."""
    if not candidates:
        return []
    times = [one.seconds(need.link) for one in candidates]
    low, high = math.log(min(times)), math.log(max(times) * 1.01)
    grid = (math.exp(low + (high - low) * n / _STEPS) for n in range(_STEPS + 1))
    met = ((time, choices(candidates, replace(need, deadline=time))) for time in grid)
    return [(time, found[0]) for time, found in met if found]


def _draw(axes: Axes, points: Sequence[tuple[float, Choice]], name: str, dashes: str) -> None:
    times, found = zip(*points, strict=True)
    values = [fmean(state.mse for state in choice.states) for choice in found]
    axes.step(times, values, where="post", color="#6b6b6b", linestyle=dashes, label=name)
    changes = [0] + [k for k, (a, b) in enumerate(pairwise(found), 1) if a.name != b.name]
    drawn = set(axes.get_legend_handles_labels()[1])
    for k in changes:
        label, style = _look(found[k])
        axes.plot(times[k], values[k], label="" if label in drawn else label, **style)
        drawn.add(label)


def _look(choice: Choice) -> tuple[str, dict[str, Any]]:
    """Return a way's name in the legend and its marker; maps from pilots share one."""
    name = choice.name
    if not choice.trains:
        label, marker = ("map from pilots", "*") if "pilot" in name else ("David's encoder", "P")
        return label, {"color": "black", "marker": marker, "linestyle": "none", "markersize": 8}
    f = int(name.removeprefix("f = ")[0])
    fill = {"markerfacecolor": "white"} if "," in name else {}
    if "ridge" in name:
        fill = {"fillstyle": "right", "markerfacecoloralt": "white"}
    return name, {**look(f), **fill, "linestyle": "none", "markersize": 8}


def regret_panel(rows: Sequence[Row], link: Link, rules: Sequence[str]) -> Figure:
    """Draw each rule's regret in each world at a link; whiskers are 95 % intervals over seeds."""
    figure, axes = subplots(figsize=(WIDTH, 4.6))
    own = [row for row in rows if row["link"] == link]
    worlds = list(dict.fromkeys(row["world"] for row in own))
    for shift, rule in enumerate(rules):
        at = [{**row, "at": worlds.index(row["world"])} for row in own if row["rule"] == rule]
        points = {k: exponential(row["regret"] for row in of) for k, of in along(at, "at").items()}
        if points:
            places = [place + 0.13 * (shift - 2) for place in points]
            values, *ends = zip(*points.values(), strict=True)
            spread = [[abs(v - end) for v, end in zip(values, of, strict=True)] for of in ends]
            style = {**look(shift), "linestyle": "none", "capsize": 2}
            axes.errorbar(places, values, spread, label=rule, **style)
    axes.set_xticks(range(len(worlds)), worlds, rotation=45, ha="right")
    axes.set_ylabel("regret, a factor of MSE")
    logarithmic(axes, axes.yaxis, steps=(1, 2, 5))
    legend_above(figure, [axes], columns=2)
    return figure
