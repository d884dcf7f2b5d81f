"""The four steps of SLF (Section III-B, Fig. 1 of the paper), drawn by our own code."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Patch

from slfkit.reporting.style import ALICE, DAVID, INK, TUNED, WIDTH, use_style

FROZEN = 2  # f, of the parts C, 1, 2, 3: freezing begins at the last layer, C comes last
_TUNED = [TUNED] * (4 - FROZEN) + [DAVID] * FROZEN  # fills of the parts after step 2
_PARTS = ("C", "1", "2", "3")  # codebook, then the decoder's layers from input to output
_PART, _GAP, _HIGH, _ROW = 6.5, 1.0, 9.0, 24.0  # sizes in hundredths of the figure width
_ALICE_AT, _DAVID_AT = 14.5, 57.0  # where the row of four parts begins


def four_steps() -> Figure:
    """Draw the four steps of SLF.

    A part keeps its owner's fill until it is fine-tuned; hatching marks the frozen parts.
    """
    use_style()
    figure, axes = plt.subplots(figsize=(WIDTH, 5.75))
    axes.set(xlim=(0, 100), ylim=(-1, 114))
    axes.axis("off")
    figure.subplots_adjust(0, 0, 1, 1)
    for x, name in ((2, "Alice"), (98, "David")):
        axes.text(x, 110, name, weight="bold", size=13, ha="left" if x < 50 else "right")
    for row, step in enumerate((_download, _fine_tune, _upload, _transmit)):
        step(axes, 93 - row * _ROW)
    _legend(axes)
    return figure


def _download(axes: Axes, y: float) -> None:
    _title(axes, y, "1  Download", "David's codebook and decoder; Alice measures ε")
    _box(axes, 3, y, 9, "enc", ALICE)
    _group(axes, _ALICE_AT, y, [DAVID] * 4)
    _group(axes, _DAVID_AT, y, [DAVID] * 4)
    _box(axes, 89, y, 9, "enc", DAVID)
    _arrow(axes, (_DAVID_AT - 1, y), (_ALICE_AT + 30.5, y))


def _fine_tune(axes: Axes, y: float) -> None:
    _title(axes, y, "2  Fine-tune", f"on Alice's images; the last f = {FROZEN} parts are frozen")
    _box(axes, 11, y, 9, "enc", TUNED)
    _box(axes, 26, y, 13, "channel, ε", "none")
    _group(axes, 45, y, _TUNED, FROZEN)
    for start, end in ((6, 11), (20, 26), (39, 45), (75, 80)):
        _arrow(axes, (start, y), (end, y))
    axes.text(4, y, "x", ha="center", va="center", style="italic")
    axes.text(82.5, y, "x̂", ha="center", va="center", style="italic")
    axes.text(86, y, "loss", ha="left", va="center", size=10)


def _upload(axes: Axes, y: float) -> None:
    _title(axes, y, "3  Upload", "only what was fine-tuned goes back to David")
    _box(axes, 3, y, 9, "enc", TUNED)
    _group(axes, _ALICE_AT, y, _TUNED, FROZEN)
    _group(axes, _DAVID_AT, y, _TUNED)
    _box(axes, 89, y, 9, "enc", DAVID)
    _arrow(axes, (_ALICE_AT + 30.5, y), (_DAVID_AT - 1, y))


def _transmit(axes: Axes, y: float) -> None:
    _title(axes, y, "4  Transmit", "Alice sends indices s, David decodes r")
    _box(axes, 9, y, 9, "enc", TUNED)
    _box(axes, 19.5, y, _PART, "C", _TUNED[0])
    _box(axes, 35, y, 13, "channel, ε", "none")
    _group(axes, _DAVID_AT, y, _TUNED)
    for start, end in ((5, 9), (26, 35), (48, 57), (87, 91)):
        _arrow(axes, (start, y), (end, y))
    for x, name in ((3, "x"), (93.5, "x̂")):
        axes.text(x, y, name, ha="center", va="center", style="italic")
    for x, name in ((30, "s"), (52, "r")):
        axes.text(x, y + 1.6, name, ha="center", va="bottom", style="italic", size=10)


def _title(axes: Axes, y: float, step: str, what: str) -> None:
    axes.axhline(y + 13.6, color="#d8d8d8", linewidth=0.8)
    axes.text(2, y + 8, step, weight="bold", size=11, va="bottom")
    axes.text(27, y + 8, what, size=9.3, va="bottom")


def _group(axes: Axes, x: float, y: float, fills: Sequence[str], frozen: int = 0) -> None:
    for place, (name, fill) in enumerate(zip(_PARTS, fills, strict=True)):
        hatch = "////" if place >= 4 - frozen else None
        _box(axes, x + place * (_PART + _GAP), y, _PART, name, fill, hatch)


def _box(
    axes: Axes, x: float, y: float, width: float, text: str, fill: str, hatch: str | None = None
) -> None:
    frame = {"boxstyle": "round,pad=0,rounding_size=1.2", "edgecolor": INK, "hatch": hatch}
    corner = (x, y - _HIGH / 2)
    axes.add_patch(FancyBboxPatch(corner, width, _HIGH, facecolor=fill, **frame))
    plain = {"boxstyle": "round,pad=0.12", "facecolor": fill, "edgecolor": "none"}
    back = plain if hatch else None
    axes.text(x + width / 2, y, text, ha="center", va="center", size=10, bbox=back)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    style = {"arrowstyle": "-|>", "color": INK, "shrinkA": 0, "shrinkB": 0, "linewidth": 1.3}
    axes.annotate("", end, start, arrowprops=style)


def _legend(axes: Axes) -> None:
    fills = ((ALICE, "Alice's own"), (DAVID, "David's own"), (TUNED, "fine-tuned"))
    patches = [Patch(facecolor=fill, edgecolor=INK, label=name) for fill, name in fills]
    patches.append(Patch(facecolor=DAVID, edgecolor=INK, hatch="////", label="frozen"))
    spacing = {"handlelength": 1.2, "columnspacing": 1.1, "handletextpad": 0.4}
    place = {"ncols": 4, "loc": "lower center", "bbox_to_anchor": (0.5, 0.035)}
    axes.legend(handles=patches, frameon=False, fontsize=9, **place, **spacing)
    names = "enc: encoder.  C: codebook.  1, 2, 3: layers of the decoder."
    axes.text(50, 0, names, ha="center", va="bottom", size=9)
