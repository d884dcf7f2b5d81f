"""The book's figures: each function takes rows (plain dicts) and returns a matplotlib Figure.

Nothing here knows a result: what is drawn is what the rows hold, and what they lack is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from slfkit.errors import ParameterError
from slfkit.reporting.style import WIDTH, subplots

if TYPE_CHECKING:
    from matplotlib.figure import Figure

METRICS = {
    "mse": ("MSE", "MSE (pixels in [-1, 1])", "{:.3f}", 1.0),
    "psnr": ("PSNR", "PSNR (dB)", "{:.1f}", 1.0),
    "accuracy": ("accuracy", "accuracy (%)", "{:.1f}", 100.0),
}
"""Metric -> name, axis label with unit, format, factor from the record's unit to the axis's."""


def picture_rows(rows: list[dict]) -> Figure:
    """Show the pictures sent and, row by row, what arrives (one row of pictures a named line).

    Rows have name, original and reconstruction, both uint8 (n, 3, 32, 32); the pictures sent are
    taken from the first row, and all rows must have been sent the same.
    Raises ParameterError for no rows.
    """
    if not rows:
        raise ParameterError("no rows to draw: expected at least one; run the study first")
    lines = [("sent", rows[0]["original"])]
    lines += [(row["name"], row["reconstruction"]) for row in rows]
    height = 0.2 + 0.62 * len(lines)
    figure, panels = subplots(len(lines), figsize=(0.72 * WIDTH, height))
    for axes, (name, pictures) in zip(panels, lines, strict=True):
        axes.imshow(_strip(pictures), interpolation="nearest")
        axes.set(xticks=[], yticks=[])
        axes.grid(False)
        axes.spines[:].set_visible(False)
        axes.set_ylabel(name, rotation=0, ha="right", va="center")
    return figure


def _strip(pictures):
    """(n, 3, H, W) uint8 -> one row of pictures (H + 2, n * (W + 2), 3) with a thin white seam."""
    framed = np.pad(np.asarray(pictures), ((0, 0), (0, 0), (1, 1), (1, 1)), constant_values=255)
    return np.concatenate(framed.transpose(0, 2, 3, 1), axis=1)


def _metric(name):
    if name not in METRICS:
        raise ParameterError(f"metric {name!r} is unknown: expected one of {', '.join(METRICS)}")
    return METRICS[name]
