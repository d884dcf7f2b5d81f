"""Figures of the recovery time: its three shares, quality against time, quality while training."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from .figures import METRICS
from .interactive import Answer, Task
from .style import ALICE, DAVID, TUNED, WIDTH, look, use_style

SHARES = {"download": DAVID, "compute": TUNED, "upload": ALICE}


def shares(panels: dict[str, Sequence[Answer]]) -> Figure:
    """Draw the recovery time of each f as stacked bars, one panel for each title."""
    use_style()
    figure, places = plt.subplots(
        1, len(panels), figsize=(WIDTH, 3.4), sharey=True, squeeze=False, layout="constrained"
    )
    for axes, (title, answers) in zip(places[0], panels.items(), strict=True):
        _bars(axes, answers)
        axes.set(title=title, xlabel="f, frozen parts", xticks=[a.point.frozen for a in answers])
    places[0, 0].set_ylabel("recovery time (s)")
    handles, labels = places[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, ncols=3, loc="outside upper center", frameon=False)
    return figure


def _bars(axes, answers: Sequence[Answer]) -> None:
    at, bottom = [a.point.frozen for a in answers], [0.0] * len(answers)
    for share, colour in SHARES.items():
        heights = [getattr(a.time, share) for a in answers]
        axes.bar(at, heights, bottom=bottom, color=colour, label=share)
        bottom = [low + height for low, height in zip(bottom, heights, strict=True)]


def pareto(panels: dict[str, tuple[Sequence[Answer], Task]]) -> Figure:
    """Draw quality against recovery time, one panel for each title; dominated f are hollow."""
    use_style()
    figure, places = plt.subplots(
        1, len(panels), figsize=(WIDTH, 3.6), squeeze=False, layout="constrained"
    )
    for axes, (title, (answers, task)) in zip(places[0], panels.items(), strict=True):
        for answer in answers:
            _point(axes, answer)
        axes.set(title=title, xlabel="recovery time (s)", ylabel=task.name + task.unit.rstrip())
        axes.margins(0.15)
    return figure


def _point(axes, answer: Answer) -> None:
    """Draw one f, labelled; nothing where its quality is unknown."""
    point = answer.point
    if point.quality is None:
        return
    style = {key: value for key, value in look(point.frozen).items() if key in ("color", "marker")}
    hollow = {"markerfacecolor": "none"} if answer.dominated_by is not None else {}
    at = (answer.time.total, point.quality)
    axes.plot(*at, linestyle="none", markersize=8, **style, **hollow)
    axes.annotate(f"f = {point.frozen}", at, xytext=(7, 4), textcoords="offset points")


def anytime(curves: dict[str, dict[int, list[tuple[float, float]]]]) -> Figure:
    """Draw test metrics over the recovery time as if training stopped after each epoch."""
    use_style()
    figure, places = plt.subplots(
        len(curves), figsize=(WIDTH, 0.8 + 2.8 * len(curves)), sharex=True, squeeze=False,
        layout="constrained",
    )  # fmt: skip
    for axes, (metric, lines) in zip(places[:, 0], curves.items(), strict=True):
        _, label, _, scale = METRICS[metric]
        for f, points in lines.items():
            times, values = zip(*points, strict=True)
            axes.plot(times, [scale * v for v in values], label=f"f = {f}", **look(f))
        axes.set_ylabel(label)
    places[-1, 0].set_xlabel("recovery time if stopped after an epoch (s)")
    handles, labels = places[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, ncols=5, loc="outside upper center", frameon=False)
    return figure
