"""Figures of a city: the links of all schemes as matrices, and costs over the number of users."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from slfkit.reporting.rows import Row, grouped
from slfkit.reporting.style import WIDTH, Axes, Figure, legend_above, look, subplots

LEAST, MOST = 0.02, 5.0  # MSE over variance that the colours tell apart


def matrices(made: Sequence[Row], schemes: Mapping[str, str]) -> Figure:
    """Draw a matrix for each scheme: the MSE over the variance from every sender to every receiver.

    Args:
        made: links of ``city.links``.
        schemes: names by key, in their order; one without a link is drawn as missing.
    """
    from matplotlib.colors import LogNorm  # here, so that verdicts and sweeps do without it

    names = list(dict.fromkeys(link[end] for end in ("sender", "receiver") for link in made))
    half = math.ceil(len(schemes) / 2)
    figure, places = subplots(half, 2, figsize=(WIDTH, 0.6 + 2.1 * half), sharex=True, sharey=True)
    field = None
    for axes, (scheme, name) in zip(places.flat, schemes.items(), strict=True):
        group = [link for link in made if link["scheme"] == scheme]
        axes.set_title(name)
        axes.grid(False)
        axes.set_box_aspect(1)
        if not group:
            axes.text(0.5, 0.5, "not computed", ha="center", transform=axes.transAxes)
            continue
        values = _matrix(group, names)
        field = axes.imshow(values, cmap="cividis_r", norm=LogNorm(LEAST, MOST, clip=True))
        axes.set_xticks(range(len(names)), names, rotation=90, size=8)
        axes.set_yticks(range(len(names)), names, size=8)
    figure.supxlabel("receiver")
    figure.supylabel("sender")
    if field is not None:
        figure.colorbar(field, ax=places, label="MSE / variance", shrink=0.6)
    return figure


def _matrix(group: Sequence[Row], names: Sequence[str]) -> list[list[float]]:
    """Return the values by sender and receiver, NaN where there is no link."""
    found = {(link["sender"], link["receiver"]): link["normalised"] for link in group}
    return [[found.get((sender, to), math.nan) for to in names] for sender in names]


def costs(table: Sequence[Row]) -> Figure:
    """Draw what ``city_costs.table`` lists over the number of users, a line for each scheme."""
    figure, places = subplots(2, figsize=(WIDTH, 1.3 * WIDTH), sharex=True)
    for axes, key in zip(places, ("megabytes", "seconds"), strict=True):
        _lines(axes, table, key)
    places[0].set_ylabel("sent in all (MB)")
    places[1].set(ylabel="all in turn (s)", xlabel="users N")
    legend_above(figure, places[:1], columns=2)
    return figure


MAP = {"color": "#0b6e4f", "marker": "P", "linestyle": "-"}
HOLLOW = {"linestyle": "--", "markerfacecolor": "white"}
STYLES: dict[str, dict[str, Any]] = {
    "pairwise, SLF f = 0": look(0),
    "pairwise, SLF f = 4": look(4),
    "pairwise, ridge": MAP,
    "hub, ridge": MAP | HOLLOW,
    "universe, ridge": {"color": "#7a4b9a", "marker": "X", "linestyle": "-."},
    "universe, Procrustes": {"color": "#7a4b9a", "marker": "x", "linestyle": ":"},
}
"""Lines of the costs; hubs are dashed and hollow, those that train in the colour of f = 4."""


def _lines(axes: Axes, table: Sequence[Row], key: str) -> None:
    for (scheme,), rows in grouped(table, "scheme").items():
        numbers = [row["users"] for row in rows]
        dotted = {"linestyle": ":"} if "T3" in scheme else {}
        style = STYLES.get(scheme) or look(4) | HOLLOW | dotted
        axes.loglog(numbers, [row[key] for row in rows], label=scheme, **style)
