"""Figures of the sweeps over eps and alpha (Fig. 3): one line per f, with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from slfkit.reporting.intervals import interval
from slfkit.reporting.panels import _metric
from slfkit.reporting.style import WIDTH, legend_above, look, subplots

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_WIDE = 8  # largest to smallest error from which on the axis is logarithmic
_LINES = (0, 1, 2, 3, 4, "unaligned", "matched", "as sent")
_AXES = {"crossover": "crossover probability ε of the air",
         "alpha": "share α of the images from David's source"}  # fmt: skip


def channel_sweep(rows: list[dict], metric: str) -> Figure:
    """Draw one metric over the crossover probability for f = 0..4 (Fig. 3, left).

    Rows have crossover (eps in [0, 1]), the metric, and line ("unaligned", "matched", or "slf" with
    frozen, which is f), one row a seed; drawn are means, with 95 % t-intervals from two seeds on.
    The axis of the MSE is logarithmic where its values lie far apart.
    Raises ParameterError for an unknown metric.
    """
    figure, axes = subplots(figsize=(WIDTH, 4.2))
    _sweep_panel(axes, rows, metric)
    legend_above(figure, [axes])
    return figure


def channel_sweep_panels(rows: list[dict], metrics: tuple = ("mse", "accuracy")) -> Figure:
    """Draw `channel_sweep` for several metrics, one panel below the other, with one legend."""
    return _stacked([(rows, metric, "") for metric in metrics], "crossover")


def source_sweep_panels(rows: list[dict], metrics: tuple = ("mse", "accuracy")) -> Figure:
    """Draw metrics over the share alpha of David's images for f = 0..4 (Fig. 3, right).

    Rows are those of `channel_sweep_panels`, with alpha in [0, 1] in place of crossover; where they
    have a ceiling, "as sent" is the classifier's accuracy on the same images, clean.
    """
    known = {row["alpha"]: row["ceiling"] for row in rows if row.get("ceiling")}
    more = {"accuracy": _as_sent(known)}
    return _stacked([([*rows, *more.get(metric, [])], metric, "") for metric in metrics], "alpha")


def share_panels(rows: list[dict], metric: str = "accuracy") -> Figure:
    """Draw a metric over alpha, one panel for each source's share of the images."""
    shared = [row for row in rows if row.get("shares")]
    sources = dict.fromkeys(source for row in shared for source in row["shares"])
    return _stacked(
        [
            (_share(shared, source) + (_ceilings(shared, source) if metric == "accuracy" else []),
             metric, f"{source}: ")
            for source in sources
        ] or [([], metric, "")],
        "alpha",
    )  # fmt: skip


def _share(rows, source):
    return [{**row, **row["shares"][source]} for row in rows if source in row["shares"]]


def _ceilings(rows, source):
    return _as_sent({row["alpha"]: row["ceilings"][source] for row in rows
                     if source in row.get("ceilings", {})})  # fmt: skip


def _as_sent(known):
    """Return a row for each alpha of the classifier's accuracy on clean images."""
    return [{"line": "as sent", "alpha": at, "accuracy": share} for at, share in known.items()]


def _stacked(panels: list[tuple[list[dict], str, str]], axis: str) -> Figure:
    """Draw panels (rows, metric, what its label begins with) one below the other."""
    figure, places = subplots(
        len(panels), figsize=(WIDTH, 0.9 + 2.75 * len(panels)), sharex=True, squeeze=False,
    )  # fmt: skip
    for axes, (rows, metric, prefix) in zip(places[:, 0], panels, strict=True):
        _sweep_panel(axes, rows, metric, axis)
        axes.set_ylabel(prefix + axes.get_ylabel())
    for axes in places[:-1, 0]:
        axes.set_xlabel("")
    legend_above(figure, places[:, 0])
    return figure


def _sweep_panel(axes, rows, metric, axis="crossover"):
    """Fill one panel; whiskers of neighbouring lines are set a little apart to stay readable."""
    label, scale = _metric(metric)[1], _metric(metric)[3]
    rows = [{**row, "name": _line(row)} for row in rows]
    values = _values([row for row in rows if row["name"] in _LINES], metric, "name", axis)
    present = [name for name in _LINES if any(name == key[0] for key in values)]
    for name in present:
        at = sorted(eps for key, eps in values if key == name)
        means, halves = zip(*(interval(values[name, eps]) for eps in at), strict=True)
        text = f"f = {name}" if isinstance(name, int) else name
        axes.plot(at, np.multiply(means, scale), label=text, **look(name))
        _whiskers(axes, at, np.multiply(means, scale), halves, scale, look(name)["color"])
    axes.set(xlabel=_AXES[axis], ylabel=label)
    crossovers = sorted({eps for _, eps in values})
    if len(crossovers) in range(1, 9):
        axes.set_xticks(crossovers, [f"{eps:g}" for eps in crossovers])
    if metric == "mse":
        _log_if_wide(axes, values.values())


def _log_if_wide(axes, values):
    """Take a logarithmic axis where a linear one would press the lower lines together."""
    means = [interval(group)[0] for group in values]
    if not means or min(means) <= 0 or max(means) < _WIDE * min(means):
        return
    axes.set_yscale("log", nonpositive="clip")
    axes.yaxis.get_major_locator().set_params(subs=(1, 2, 5))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter("")


def _line(row):
    """Name the line a row belongs to: f for a run of SLF, else its own name."""
    return row["frozen"] if row.get("line", "slf") == "slf" else row["line"]


def _whiskers(axes, at, means, halves, scale, colour):
    known = [place for place, half in enumerate(halves) if half is not None]
    if known:
        at, means = [at[k] for k in known], [means[k] for k in known]
        axes.errorbar(
            at, means, [halves[k] * scale for k in known], fmt="none", ecolor=colour, capsize=3
        )


def _values(rows, metric, *keys):
    """Collect a metric's values by the rows' keys, leaving out rows that do not have it."""
    table: dict = {}
    for row in rows:
        if row.get(metric) is not None:
            table.setdefault(tuple(row[key] for key in keys), []).append(row[metric])
    return table
