"""SNR and eps side by side: a scale in dB above an axis of eps, curves and a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill

from slfkit.errors import ParameterError
from slfkit.modulation import MODULATIONS, Modulation, modulation
from slfkit.reporting.rows import Row
from slfkit.reporting.style import FREEZE_COLOURS, INK, WIDTH, Axes, Figure, subplots

SHOWN = (0.05, 0.1, 0.3, 0.5)  # eps of the tables
_APART = 0.23  # inches: least distance of two ticks
_LETTERS = 15  # of a label, an inch
_EDGE = 1e-3  # of eps: how close to 0 and to a guess a tick may lie
_LINES = ("-", "--", ":", "-.", (0, (6, 1, 1, 1, 1, 1)), (0, (1, 1)))


def sending(codewords: int) -> list[Modulation]:
    """Return the modulations that can send this many codewords."""
    return [kind for kind in MODULATIONS.values() if _sends(kind, codewords)]


def _sends(kind: Modulation, codewords: int) -> bool:
    try:
        kind.formula(0.0, codewords)  # without power
    except ParameterError:
        return False
    return True


def decibel_table(crossovers: Sequence[float], codewords: int = 32) -> list[Row]:
    """Return a row for each modulation: its SNR in dB, as a text, at each eps.

    Raises:
        ParameterError: no SNR gives one of them, which must lie above 0 and below (K - 1) / K.
    """
    return [
        {"Modulation": kind.text, "SNR": kind.ratio}
        | {f"ε = {eps:g}": f"{kind.decibels(eps, codewords):.2f}" for eps in crossovers}
        for kind in sending(codewords)
    ]


def curves(codewords: int = 32) -> Figure:
    """Draw eps over the SNR, a line for each modulation that sends this K; eps logarithmic."""
    figure, axes = subplots(figsize=(WIDTH, 4.4))
    points = [-5 + step / 4 for step in range(4 * 30 + 1)]  # dB, from -5 to 25
    looks = zip((*FREEZE_COLOURS, INK), _LINES, strict=True)
    for kind, (colour, line) in zip(sending(codewords), looks, strict=False):
        values = [kind.crossover(point, codewords) for point in points]
        axes.plot(points, values, label=kind.text, color=colour, linestyle=line)
    axes.set(xlabel="SNR (dB)", ylabel="crossover probability ε", yscale="log", ylim=(1e-3, 1.2))
    figure.legend(loc="outside upper center", frameon=False, ncols=2)
    return figure


@dataclass(frozen=True)
class DecibelAxis:
    """Parameters of a notebook that play no part in its runs: how an index would be sent.

    Raises:
        ParameterError: there is no modulation of this name, or it does not send this K.
    """

    modulation: str = "fsk-awgn"  # whose SNR stands above eps
    codewords: int = 32  # K, the number of indices, as the runs have it

    def __post_init__(self) -> None:
        modulation(self.modulation).formula(0.0, self.codewords)  # refuses what it cannot send

    def draw(self, axes: Axes) -> None:
        """Draw the scale above axes of eps, which are drawn already: it takes their limits."""
        kind, (left, right) = modulation(self.modulation), axes.get_xlim()
        inches = axes.get_window_extent().width / axes.figure.dpi
        marks = ticks(kind, self.codewords, left, right, inches)
        top = axes.secondary_xaxis("top")
        top.set_xticks([kind.crossover(mark, self.codewords) for mark in marks], marks)
        label = f"{kind.ratio} (dB), {kind.text}"
        top.set_xlabel(fill(label, int(_LETTERS * inches), break_on_hyphens=False))


USUAL = DecibelAxis()  # where none is asked for


def ticks(kind: Modulation, codewords: int, left: float, right: float, inches: float) -> list[int]:
    """Return the whole numbers of dB whose eps lies on an axis, none too close to another."""
    low, high = max(left, _EDGE), min(right, (codewords - 1) / codewords - _EDGE)
    if low >= high:
        return []
    least, most = kind.decibels(high, codewords), kind.decibels(low, codewords)
    kept: list[int] = []
    for mark in range(math.ceil(least), math.floor(most) + 1):
        last = kind.crossover(kept[-1], codewords) if kept else math.inf
        if last - kind.crossover(mark, codewords) >= _APART * (right - left) / inches:
            kept.append(mark)
    return kept
