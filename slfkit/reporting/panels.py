"""What several figures draw: rows of pictures, logarithmic axes, a metric over f."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from slfkit.reporting.metrics import METRICS
from slfkit.reporting.rows import Row, means
from slfkit.reporting.style import INK, MATCHED, MISALIGNED, WIDTH, look, subplots

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

SEAM = 34  # pixels from one picture of a strip to the next: 32 and a white seam on both sides
STACKED = 3  # pictures of a strip
UNSEEN = "–"
SIGNS = {True: "✓", False: "✗", None: ""}
COLOURS = {True: MATCHED["color"], False: MISALIGNED["color"], None: INK}


def picture_rows(rows: Sequence[Row]) -> Figure:
    """Show the pictures sent and, row by row, what arrives (one row of pictures a named line).

    Args:
        rows: with name, original and reconstruction, both uint8 (n, 3, 32, 32); the pictures sent
            are those that most rows were sent, and rows that were sent others are left out.
            Without rows the figure says that they are missing.
    """
    if not rows:
        return missing()
    rows = of_one_set(rows)
    told = any(row.get("seen") for row in rows)
    height = 0.2 + (0.8 if told else 0.62) * (len(rows) + 1)
    figure, panels = subplots(len(rows) + 1, figsize=(0.72 * WIDTH, height))
    for axes, (name, pictures, seen) in zip(panels, _lines(rows), strict=True):
        _bare(axes, strips(pictures))
        axes.set_ylabel(name, rotation=0, ha="right", va="center")
        if told and seen is not None:
            name_classes(axes.xaxis, seen, len(pictures))
    return figure


def _lines(rows: Sequence[Row]) -> list[tuple[str, np.ndarray, Sequence | None]]:
    """Return the name, the pictures and the classes seen in them of what is sent and each row."""
    arrived = [(row["name"], row["reconstruction"], row.get("seen", ())) for row in rows]
    return [("sent", rows[0]["original"], None), *arrived]


def _bare(axes: Axes, picture: np.ndarray) -> None:
    """Show a picture (H, W, 3) without ticks, grid and frame."""
    axes.imshow(picture, interpolation="none")
    axes.set(xticks=[], yticks=[])
    axes.grid(False)
    axes.spines[:].set_visible(False)


def picture_strip(rows: Sequence[Row]) -> Figure:
    """Show three pictures sent and what arrives, a column for each row of ``picture_rows``."""
    if not rows:
        return missing()
    rows = of_one_set(rows)
    told = any(row.get("seen") for row in rows)
    size = 2 * WIDTH / (len(rows) + 1)
    share = 0.74 if told else 1.0  # of a column's width that a picture takes, its class beside it
    height = 0.4 + STACKED * size * share
    figure, panels = subplots(1, len(rows) + 1, figsize=(2 * WIDTH, height))
    for axes, (name, shown, seen) in zip(panels, _lines(rows), strict=True):
        _bare(axes, strips(*([one] for one in shown[:STACKED])))
        axes.set_title(name, size=15)
        if told and seen is not None:
            name_classes(axes.yaxis, seen, STACKED, size=13)
    return figure


def name_classes(
    axis: Axis, seen: Sequence[tuple[str, bool]], pictures: int, size: float = 8
) -> None:
    """Write beside each picture of a strip the class seen in it, right or wrong by colour and sign.

    A picture without a class and whether it is right gets a dash; the size is in points.
    """
    classes = [*seen, *[(UNSEEN, None)] * pictures][:pictures]
    texts = [f"{SIGNS[right]} {name}".strip() for name, right in classes]
    axis.set_ticks([SEAM * k + SEAM / 2 for k in range(pictures)], texts, size=size)
    axis.set_tick_params(length=0, pad=3)
    for text, (_, right) in zip(axis.get_ticklabels(), classes, strict=True):
        text.set_color(COLOURS[right])


def missing() -> Figure:
    """Return a figure that says in words why it shows nothing."""
    figure, axes = subplots(figsize=(WIDTH, 1))
    axes.set_axis_off()
    axes.text(0.5, 0.5, "missing: no run that would show it is stored", ha="center")
    return figure


def of_one_set(rows: Sequence[Row]) -> list[Row]:
    """Return the rows that were sent the pictures which most of them were sent.

    Records of different dates may show other test images; these cannot stand side by side.
    """
    sets = Counter(row["original"].tobytes() for row in rows)
    ((most, _),) = sets.most_common(1)
    return [row for row in rows if row["original"].tobytes() == most]


def strips(*rows: np.ndarray) -> np.ndarray:
    """Return rows of pictures (n, 3, H, W), uint8, one below the other, with thin white seams.

    Returns:
        One picture (rows * (H + 2), n * (W + 2), 3).
    """
    import numpy as np  # here, so that verdicts and sweeps do without it

    framed = np.pad(np.asarray(rows), ((0, 0), (0, 0), (0, 0), (1, 1), (1, 1)), constant_values=255)
    count, pictures, channels, height, width = framed.shape
    return framed.transpose(0, 3, 1, 4, 2).reshape(count * height, pictures * width, channels)


def logarithmic(axes: Axes, *scales: Axis, steps: Sequence[float] = (1, 1.5, 2, 3, 5)) -> None:
    """Give axes a logarithmic scale with plain numbers at these steps of each decade."""
    for scale in scales:
        axes.set(**{f"{scale.axis_name}scale": "log"})
        scale.get_major_locator().set_params(subs=steps)
        scale.set_major_formatter("{x:g}")
        scale.set_minor_formatter("")


def over_f(
    axes: Axes,
    rows: Sequence[Row],
    metric: str,
    label: str,
    line: Mapping[str, Any],
    shift: float = 0.0,
) -> None:
    """Draw a metric's means over f with 95 % intervals, each f in its own colour and marker.

    Args:
        line: what tells it from other lines: linestyle and markerfacecolor.
        shift: in f, so that the whiskers of several lines stand side by side.
    """
    if not rows:
        return
    scale = METRICS[metric].scale
    points = means([{**row, metric: scale * row[metric]} for row in rows], "frozen", metric)
    at = [f + shift for f in points]
    style = {"color": INK, "linewidth": 1.0, "marker": "o", "markersize": 5, **line}
    axes.plot(at, [mean for mean, _ in points.values()], label=label, **style)
    for x, (f, (mean, half)) in zip(at, points.items(), strict=True):
        own = {key: value for key, value in look(f).items() if key != "linestyle"}
        fill = {key: value for key, value in line.items() if key == "markerfacecolor"}
        axes.errorbar(x, mean, half or None, linestyle="none", capsize=3, **own, **fill)
