"""A scale in dB above an axis of eps, for a modulation that the reader names."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slfkit.modulation import Modulation, modulation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_APART = 0.06  # of the axis: least distance of two ticks
_EDGE = 1e-3  # of eps: how close to 0 and to a guess a tick may lie


@dataclass(frozen=True)
class DecibelAxis:
    """A parameter of a notebook that plays no part in its runs: which modulation its SNR is of.

    Raises:
        ParameterError: there is no modulation of this name.
    """

    modulation: str = "fsk-awgn"

    def __post_init__(self) -> None:
        modulation(self.modulation)

    def draw(self, axes: Axes, codewords: int = 32) -> None:
        """Draw the scale above axes whose horizontal axis is eps.

        Args:
            axes: drawn already, since the scale takes their limits.
            codewords: K.

        Raises:
            ParameterError: the modulation does not send this K.
        """
        kind, (left, right) = modulation(self.modulation), axes.get_xlim()
        marks = ticks(kind, codewords, left, right)
        top = axes.secondary_xaxis("top")
        top.set_xticks(
            [kind.crossover(mark, codewords) for mark in marks], [f"{m:g}" for m in marks]
        )
        top.set_xlabel(f"{kind.ratio} (dB), {kind.text}")


def ticks(kind: Modulation, codewords: int, left: float, right: float) -> list[int]:
    """Return the whole numbers of dB whose eps lies in an interval, none too close to another.

    Args:
        kind: how an index is sent.
        codewords: K.
        left, right: ends of the axis of eps.
    """
    low, high = max(left, _EDGE), min(right, (codewords - 1) / codewords - _EDGE)
    if low >= high:
        return []
    least, most = kind.decibels(high, codewords), kind.decibels(low, codewords)
    kept: list[int] = []
    for mark in range(math.ceil(least), math.floor(most) + 1):
        last = kind.crossover(kept[-1], codewords) if kept else math.inf
        if last - kind.crossover(mark, codewords) >= _APART * (right - left):
            kept.append(mark)
    return kept
