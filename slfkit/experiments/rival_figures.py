"""Figures of the rivals: quality against what was sent and how long it took, SLF among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import fmean
from typing import Any

from slfkit.reporting.intervals import interval
from slfkit.reporting.metrics import METRICS
from slfkit.reporting.panels import logarithmic
from slfkit.reporting.rows import Row, grouped
from slfkit.reporting.style import REFERENCE, WIDTH, Axes, Figure, legend_above, look, subplots

Amount = Callable[[Row], float]
_OTHERS = ("P", "X", "*", "p", "h", "8", "<", ">", "d", "H")
_COLOURS = (
    *("#7a4b9a", "#5a5a5a", "#8a5a00", "#00677a", "#a0307a", "#2b2b2b", "#4a6b00"),
    *("#8b3a00", "#3a4f8b", "#7a7a00", "#b05a7a", "#006b3a", "#4b2a8b"),
)


def plane(rows: Sequence[Row], amounts: dict[str, Amount]) -> Figure:
    """Draw the MSE of each way over its price, a panel for each kind of price, means over seeds.

    Whiskers are 95 % t-intervals of the MSE; lines show pairs without any alignment.

    Args:
        amounts: the label of an axis -> a row's price.
    """
    height = 1.6 + 2.7 * len(amounts)
    figure, places = subplots(len(amounts), figsize=(WIDTH, height), squeeze=False)
    for axes, (label, amount) in zip(places[:, 0], amounts.items(), strict=True):
        for number, ((way,), of) in enumerate(grouped(rows, "way").items()):
            _draw(axes, way, of, amount, number)
        axes.set(xlabel=label, ylabel=METRICS["mse"].label, xscale="log")
        logarithmic(axes, axes.yaxis)
    legend_above(figure, places[:1, 0], columns=2)
    return figure


def _draw(axes: Axes, way: str, rows: Sequence[Row], amount: Amount, number: int) -> None:
    mse, half = interval(row["mse"] for row in rows)
    if way in REFERENCE:
        axes.axhline(mse, label=way, **REFERENCE[way])
        return
    at, style = fmean(amount(row) for row in rows), _style(rows[0], number)
    if half is not None:
        axes.errorbar(at, mse, min(half, 0.9 * mse), fmt="none", ecolor=style["color"], capsize=3)
    style |= {"markersize": 8, "linestyle": "none"}
    axes.plot(at, mse, label=way.removeprefix("averaging, "), **style)


def _style(row: Row, number: int) -> dict[str, Any]:
    """Return colour and marker: those of f for SLF, else own ones, hollow for averages at once."""
    if row["way"].startswith("SLF"):
        return look(row["frozen"])
    hollow = {"markerfacecolor": "white"} if row.get("at_once") else {}
    colour, marker = _COLOURS[number % len(_COLOURS)], _OTHERS[number % len(_OTHERS)]
    return {"color": colour, "marker": marker, **hollow}


def rounds(rows: Sequence[Row]) -> Figure:
    """Draw the test MSE after each round of averaging, a line for each variant and seed."""
    figure, axes = subplots(figsize=(WIDTH, 3.6))
    averaged = [row for row in rows if row.get("at_once") is False]
    for number, ((way,), of) in enumerate(grouped(averaged, "way").items()):
        for row in of:
            values = [entry["test_mse"] for entry in row["history"]]
            axes.plot(range(1, len(values) + 1), values, label=way, **_style(row, number))
    axes.set(xlabel="rounds", ylabel=METRICS["mse"].label)
    logarithmic(axes, axes.yaxis)
    axes.xaxis.get_major_locator().set_params(integer=True)
    if not averaged:
        axes.text(0.5, 0.5, "no run is stored yet", ha="center", transform=axes.transAxes)
    legend_above(figure, [axes], columns=2)
    return figure
