"""One look for every figure: the palette, safe for colour-blind readers, and the text sizes."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage
else:  # what annotates needs a name alone: matplotlib is loaded where something is drawn
    Axes, Figure = "matplotlib.axes.Axes", "matplotlib.figure.Figure"
    AxesImage = "matplotlib.image.AxesImage"

FREEZE_COLOURS = ("#20205c", "#1f6fd0", "#1a9a80", "#cc7a00", "#a01030")
"""Colour of f = 0..4 wherever f occurs; each has contrast 3 : 1 or more on white."""
FREEZE_MARKERS = ("o", "s", "^", "D", "v")
"""Marker of f = 0..4, so that no reading rests on colour alone."""
REFERENCE = {
    "unaligned": {"color": "#6b6b6b", "linestyle": "--"},
    "matched": {"color": "#2b2b2b", "linestyle": ":"},
    "as sent": {"color": "#7a4b9a", "linestyle": "-."},
}
"""Lines without SLF: before any alignment, David's own matched pair, and clean images."""
ALICE, DAVID, TUNED, INK = "#cfe0f7", "#fbdca6", "#b9e6d8", "#222222"
"""Fills of the drawings (Alice's weights, David's, fine-tuned ones) and the colour of their ink."""
MATCHED = {"color": FREEZE_COLOURS[2], "linewidth": 3.0, "linestyle": "-"}
MISALIGNED = {"color": FREEZE_COLOURS[4], "linewidth": 1.5, "linestyle": (0, (4, 2))}
"""Frames of a pair trained together, and of one that was not: apart without colour too."""
STARTS = {
    "fresh": {"color": FREEZE_COLOURS[0], "marker": FREEZE_MARKERS[0], "linestyle": "-"},
    "downloaded": {
        "color": FREEZE_COLOURS[0],
        "marker": FREEZE_MARKERS[0],
        "linestyle": "--",
        "markerfacecolor": "white",
    },
}
"""Lines of f = 0 by the weights that fine-tuning starts from: in its colour, hollow and dashed."""
SHARES = {
    "download": {"color": DAVID, "hatch": "", "edgecolor": INK},
    "compute": {"color": TUNED, "hatch": "///", "edgecolor": INK},
    "upload": {"color": ALICE, "hatch": "\\\\\\", "edgecolor": INK},
}
"""Fills of the recovery time's three shares, apart on paper by their hatching."""
WIDTH = 5.0
"""Figure width in inches: a phone then shows 11 pt text at about 11 pixels."""
SHOWN = 640
"""Width in CSS pixels at which the pages show a figure."""
_SETTINGS = {
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "figure.dpi": 2 * SHOWN / WIDTH,
    "savefig.facecolor": "none",
    "font.size": 11,
    "axes.titlesize": 11,
    "axes.labelsize": 11,
    "legend.fontsize": 10,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e4e4e4",
    "lines.linewidth": 1.8,
    "lines.markersize": 5.5,
    "hatch.linewidth": 0.7,
    "svg.hashsalt": "slfkit",
}


def use_style() -> None:
    """Set matplotlib's defaults for the book: no background, text legible at phone width.

    In a notebook figures become vectors without a date, so that they repeat byte for byte.
    """
    import matplotlib as mpl  # here, as in ``subplots``

    mpl.rcParams.update(_SETTINGS)
    if _in_a_notebook():
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("svg", metadata={"Date": None})


def _in_a_notebook() -> bool:
    """Say whether a kernel runs this, without loading IPython where none does."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return hasattr(shell, "kernel")


def subplots(*shape: int, figsize: tuple[float, float], **options: Any) -> tuple[Figure, Any]:
    """Return what ``matplotlib.pyplot.subplots`` does, in the book's look."""
    import matplotlib.pyplot as plt  # here, so that verdicts and sweeps do without it

    use_style()
    return plt.subplots(*shape, figsize=figsize, layout="constrained", **options)


def legend_above(figure: Figure, panels: Iterable[Axes], columns: int = 4) -> None:
    """Name each line once above a figure, whichever panel it is in; no lines, no legend."""
    named = {}
    for axes in panels:
        named |= dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
    if named:
        where = {"loc": "outside upper center", "frameon": False}
        figure.legend(named.values(), named, ncols=columns, **where)


def look(line: int | str) -> dict[str, Any]:
    """Return the plot keywords of a line: f (0..4) as a number, or "unaligned" or "matched"."""
    if line in REFERENCE:
        return dict(REFERENCE[line])
    return {"color": FREEZE_COLOURS[line], "marker": FREEZE_MARKERS[line], "linestyle": "-"}
