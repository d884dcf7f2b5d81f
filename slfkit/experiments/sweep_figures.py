"""Figures of the sweeps over eps and alpha (Fig. 3): one line per f, with its interval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from slfkit.experiments.study import FROZEN
from slfkit.reporting.decibels import USUAL, DecibelAxis
from slfkit.reporting.metrics import drawn
from slfkit.reporting.panels import logarithmic
from slfkit.reporting.rows import Row, grouped, means
from slfkit.reporting.sentences import between
from slfkit.reporting.style import WIDTH, Axes, Figure, legend_above, look, subplots

_WIDE = 8  # largest to smallest error from which on the axis is logarithmic
_LINES = (*FROZEN, "unaligned", "matched", "as sent")
_AXES = {
    "crossover": "crossover probability ε",
    "alpha": "share α of the images from David's source",
}


def channel_sweep_panels(rows: Sequence[Row], decibels: DecibelAxis = USUAL) -> Figure:
    """Draw MSE and accuracy over the crossover probability for f = 0..4 (Fig. 3, left).

    Drawn are means, with 95 % t-intervals from two seeds on; where the unaligned pair lies is
    written beside the other lines. The axis of the MSE is logarithmic where values lie far apart.
    """
    figure = _stacked([(rows, metric, "") for metric in ("mse", "accuracy")], "crossover")
    decibels.draw(figure.axes[0])
    return figure


def source_sweep_panels(rows: Sequence[Row]) -> Figure:
    """Draw MSE and accuracy over the share alpha of David's images for f = 0..4 (Fig. 3, right).

    Where rows have a ceiling, "as sent" is the classifier's accuracy on the same images, clean.
    """
    ceilings = {row["alpha"]: row["ceiling"] for row in rows if row.get("ceiling")}
    judged = [*rows, *_as_sent(ceilings)]
    return _stacked([(rows, "mse", ""), (judged, "accuracy", "")], "alpha")


def four_panels(channels: Sequence[Row], sources: Sequence[Row]) -> Figure:
    """Draw both metrics over channels and over data in one figure, as Fig. 3 of the paper does."""
    figure, places = subplots(2, 2, figsize=(2 * WIDTH, 7.2))
    for column, axis, rows in zip(places.T, _AXES, (channels, sources), strict=True):
        for axes, metric in zip(column, ("mse", "accuracy"), strict=True):
            _sweep_panel(axes, rows, metric, axis)
    USUAL.draw(places[0, 0])
    legend_above(figure, places.flat, columns=6)
    return figure


def share_panels(rows: Sequence[Row]) -> Figure:
    """Draw the accuracy over alpha, one panel for each source's share of the images."""
    shared = [row for row in rows if row.get("shares")]
    panels = [
        (_share(shared, source), "accuracy", f"{source}: ")
        for source in dict.fromkeys(source for row in shared for source in row["shares"])
    ]
    return _stacked(panels or [([], "accuracy", "")], "alpha")


def _share(rows: Iterable[Row], source: str) -> list[Row]:
    """Return the rows with the metrics of one source, and its ceilings."""
    own = [{**row, **row["shares"][source]} for row in rows if source in row["shares"]]
    ceilings = {
        row["alpha"]: row["ceilings"][source] for row in own if source in row.get("ceilings", {})
    }
    return own + _as_sent(ceilings)


def _as_sent(ceilings: Mapping[float, float]) -> list[Row]:
    """Return a row for each alpha of the classifier's accuracy on clean images."""
    return [{"line": "as sent", "alpha": at, "accuracy": share} for at, share in ceilings.items()]


def _stacked(panels: Sequence[tuple[Sequence[Row], str, str]], axis: str) -> Figure:
    """Draw panels (rows, metric, what its label begins with) one below the other."""
    size = WIDTH, 0.9 + 2.75 * len(panels)
    figure, places = subplots(len(panels), figsize=size, sharex=True, squeeze=False)
    for axes, (rows, metric, prefix) in zip(places[:, 0], panels, strict=True):
        _sweep_panel(axes, rows, metric, axis)
        axes.set_ylabel(prefix + axes.get_ylabel())
        axes.label_outer()
    legend_above(figure, places[:, 0])
    return figure


def _sweep_panel(axes: Axes, rows: Sequence[Row], metric: str, axis: str) -> None:
    """Fill one panel with a line for each f and for each pair without training."""
    shown = drawn(metric)
    measured = [
        {**row, "name": _line(row), metric: shown.scale * row[metric]}
        for row in rows
        if row.get(metric) is not None
    ]
    lines = {name: group for (name,), group in grouped(measured, "name").items() if name in _LINES}
    if len(lines) > 1:
        _outside(axes, lines.pop("unaligned", []), metric)
    for name in filter(lines.get, _LINES):
        text = f"f = {name}" if name in FROZEN else name
        draw_line(axes, means(lines[name], axis, metric), text, look(name))
    axes.set(xlabel=_AXES[axis], ylabel=shown.label)
    values = sorted({row[axis] for line in lines.values() for row in line})
    if len(values) in range(1, 9):
        axes.set_xticks(values, [f"{value:g}" for value in values])
    if metric == "mse":
        _log_if_wide(axes, [m for g in lines.values() for m, _ in means(g, axis, metric).values()])


def _outside(axes: Axes, rows: Sequence[Row], metric: str) -> None:
    """Say where the unaligned line lies: so far out that, drawn, it would press all others flat."""
    if not rows:
        return
    shown = drawn(metric)
    low, high = (shown.brief.format(pick(row[metric] for row in rows)) for pick in (min, max))
    up = shown.better < 0
    text = f"{'↑' if up else '↓'} unaligned: {between(low, high)}"
    place = {"xy": (0.02, 0.97 if up else 0.03), "va": "top" if up else "bottom"}
    style = {"color": look("unaligned")["color"], "xycoords": "axes fraction", "size": 10}
    axes.annotate(text, **place, **style)


def _line(row: Row) -> int | str:
    """Name the line a row belongs to: f for a run of SLF, else its own name."""
    return row["frozen"] if row.get("line", "slf") == "slf" else row["line"]


def draw_line(axes: Axes, points: dict, label: str, style: dict) -> None:
    """Draw ``rows.means`` as a line, with whiskers where there are several seeds."""
    axes.plot(list(points), [mean for mean, _ in points.values()], label=label, **style)
    spread = [(at, *point) for at, point in points.items() if point[1] is not None]
    if spread:
        axes.errorbar(*zip(*spread, strict=True), fmt="none", ecolor=style["color"], capsize=3)


def _log_if_wide(axes: Axes, values: Sequence[float]) -> None:
    """Take a logarithmic axis where a linear one would press the lower lines together."""
    if values and max(values) >= _WIDE * min(values) > 0:
        logarithmic(axes, axes.yaxis, steps=(1, 2, 5))
