"""Figures of the recovery time: its three shares, quality against time, quality while training."""

from __future__ import annotations

import math
from collections.abc import Sequence

from slfkit.experiments.frontier import Answer
from slfkit.reporting.metrics import METRICS, Task
from slfkit.reporting.style import INK, SHARES, WIDTH, Axes, Figure, legend_above, look, subplots

_NAMES = {"compute": "computation"}  # of a share where it is not its own
_SIDES = ((7, 9), (7, -9), (-7, 9), (-7, -9))  # where a label may begin or end, in points


def shares(panels: dict[str, Sequence[Answer]]) -> Figure:
    """Draw the recovery time of each f as stacked bars, one panel for each title.

    The total has a 95 % t-interval where the operations have one.
    """
    figure, places = subplots(1, len(panels), figsize=(WIDTH, 3.4), sharey=True, squeeze=False)
    for axes, (title, answers) in zip(places[0], panels.items(), strict=True):
        _bars(axes, answers)
        axes.set(title=title, xlabel="f, frozen parts", xticks=[a.point.frozen for a in answers])
    places[0, 0].set_ylabel("recovery time (s)")
    legend_above(figure, places[0, :1], columns=3)
    return figure


def _bars(axes: Axes, answers: Sequence[Answer]) -> None:
    at, bottom = [a.point.frozen for a in answers], [0.0] * len(answers)
    for share, style in SHARES.items():
        heights = [getattr(a.time, share) for a in answers]
        axes.bar(at, heights, bottom=bottom, label=_NAMES.get(share, share), linewidth=0.8, **style)
        bottom = [low + height for low, height in zip(bottom, heights, strict=True)]
    for answer in answers:
        _interval(axes, answer.point.frozen, answer.time.total, INK, y=_time_spread(answer))


def _interval(axes: Axes, at: float, value: float, colour: str, **half: float | None) -> None:
    """Draw half widths in x or y as whiskers; those that are None have none."""
    errors = {f"{axis}err": width for axis, width in half.items() if width is not None}
    if errors:
        axes.errorbar(at, value, fmt="none", ecolor=colour, elinewidth=1.2, capsize=3, **errors)


def _time_spread(answer: Answer) -> float | None:
    """Return the half width of the recovery time in s: that of its one random share."""
    spread, flops = answer.point.flops_spread, answer.point.flops
    return None if spread is None or not flops else answer.time.compute * spread / flops


def pareto(panels: dict[str, tuple[Sequence[Answer], Task]]) -> Figure:
    """Draw quality against recovery time, one panel for each title; dominated f are hollow.

    Both have 95 % t-intervals where their point has them.
    """
    figure, places = subplots(len(panels), figsize=(WIDTH, 0.3 + 2.9 * len(panels)), squeeze=False)
    for axes, (title, (answers, task)) in zip(places[:, 0], panels.items(), strict=True):
        judged = [answer for answer in answers if answer.point.quality is not None]
        for answer in judged:
            _point(axes, answer)
        unit = f" ({task.unit.strip()})" if task.unit else ""
        axes.set(title=title, xlabel="recovery time (s)", ylabel=task.name + unit)
        axes.margins(x=0.2, y=0.15)
        figure.draw_without_rendering()  # a point has its place on the page from here on
        _label(axes, judged)
    return figure


def _point(axes: Axes, answer: Answer) -> None:
    """Draw one f whose quality is known."""
    point = answer.point
    style = {**look(point.frozen), "linestyle": "none", "markersize": 8}
    style |= {"markerfacecolor": "none"} if answer.dominated_by is not None else {}
    at = (answer.time.total, point.quality)
    _interval(axes, *at, style["color"], x=_time_spread(answer), y=point.quality_spread)
    axes.plot(*at, **style)


def _label(axes: Axes, answers: Sequence[Answer]) -> None:
    """Write each f beside its point, on the side that keeps farthest from points and labels."""
    points = [axes.transData.transform((a.time.total, a.point.quality)) for a in answers]
    taken, dot = [tuple(point) for point in points], axes.figure.dpi / 72
    for answer, (x, y) in zip(answers, points, strict=True):
        others = [place for place in taken if place != (x, y)]
        middles = [(x + dot * (dx + 16 * (1 if dx > 0 else -1)), y + dot * dy) for dx, dy in _SIDES]
        room = [min((math.dist(place, at) for place in others), default=0) for at in middles]
        best = max(range(len(_SIDES)), key=lambda k: min(room[k], 30 * dot))
        taken.append(middles[best])
        style = {"ha": "left" if _SIDES[best][0] > 0 else "right", "va": "center"}
        at = answer.time.total, answer.point.quality
        text = f"f = {answer.point.frozen}"
        axes.annotate(text, at, _SIDES[best], textcoords="offset points", **style)


def anytime(curves: dict[str, dict[int, list[tuple[float, float, float | None]]]]) -> Figure:
    """Draw test metrics over the recovery time as if training stopped after each epoch.

    Args:
        curves: metric -> f -> points of ``recovery_time.anytime``; half widths make a band.
    """
    height = 0.8 + 2.8 * len(curves)
    figure, places = subplots(len(curves), figsize=(WIDTH, height), sharex=True, squeeze=False)
    for axes, (name, lines) in zip(places[:, 0], curves.items(), strict=True):
        metric = METRICS[name]
        for f, points in lines.items():
            times, values, halves = zip(*points, strict=True)
            axes.plot(times, [metric.scale * v for v in values], label=f"f = {f}", **look(f))
            if None not in halves:
                spread = zip(values, halves, strict=True)
                low, high = zip(*((v - h, v + h) for v, h in spread), strict=True)
                band = [[min(metric.most, metric.scale * v) for v in edge] for edge in (low, high)]
                axes.fill_between(times, *band, color=look(f)["color"], alpha=0.15, linewidth=0)
        axes.set_ylabel(metric.label)
    places[-1, 0].set_xlabel("recovery time if stopped after an epoch (s)")
    legend_above(figure, places[:1, 0], columns=5)
    return figure
