"""Eq. 5 beside the bits that would really be sent: what a symmetric channel leaves on the table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING

from slfkit.experiments.grid import Cell, Scale
from slfkit.experiments.registry import experiment
from slfkit.experiments.study import TABLE_CROSSOVER, Setup
from slfkit.modulation import bits_of, modulation
from slfkit.records.airs import AirSpec
from slfkit.records.spec import AlignmentSpec, TransceiverSpec
from slfkit.reporting.intervals import interval, text
from slfkit.reporting.metrics import METRICS, columns, metric_texts
from slfkit.reporting.rows import Row, grouped, means, pairs
from slfkit.reporting.sentences import with_basis
from slfkit.reporting.style import WIDTH, legend_above, look, subplots

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

EQ_5, PLAIN, LEARNED = "eq. 5", "bits, plain labels", "bits, learned labels"
AIRS = {EQ_5: {}, PLAIN: {"air": "bits"}, LEARNED: {"air": "bits", "labelling": "learned"}}
TABLE = columns(
    *("user", "crossover", "snr", "air", "mse", "change", "accuracy", "seeds"),
    user="Pair",
    snr="Eb/N0 (dB)",
    air="Air",
    change="MSE against eq. 5 (%)",
)


def changes(rows: Sequence[Row], air: str) -> list[float]:
    """Return by how many per cent an air changes the MSE of eq. 5, for each user and seed."""
    compared = pairs(rows, "air", EQ_5, air, "user", "seed")
    return [100 * (other["mse"] / symmetric["mse"] - 1) for symmetric, other in compared]


def table(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each pair and air; metrics are texts, mean ± 95 % half width over seeds."""
    lines = []
    for (user, eps, air), group in grouped(rows, "user", "crossover", "air").items():
        snr = f"{modulation('bits').decibels(eps):.2f}"
        line = {"user": user, "crossover": eps, "air": air, "snr": snr}
        own = [row for row in rows if row["user"] == user]
        change = changes(own, air) if air != EQ_5 else []
        lines.append({**line, **metric_texts(group), "change": _signed(change)})
    return lines


def _signed(values: Sequence[float]) -> str:
    return text(values, "{:+.1f}") if values else ""


def figure(rows: Sequence[Row]) -> Figure:
    """Draw MSE and accuracy of each pair over the three airs, whiskers are 95 % intervals."""
    drawing, places = subplots(2, figsize=(WIDTH, 5.6), sharex=True)
    users = {user: group for (user,), group in grouped(rows, "user").items()}
    for axes, metric in zip(places, ("mse", "accuracy"), strict=True):
        scale = METRICS[metric].scale
        for line, (user, group) in zip((1, 4), users.items(), strict=False):
            by_air = [{**row, "at": list(AIRS).index(row["air"])} for row in group]
            points = means([{**r, metric: scale * r[metric]} for r in by_air], "at", metric)
            draw_bars(axes, points, user, line)
        axes.set_ylabel(METRICS[metric].label)
    places[-1].set_xticks(range(len(AIRS)), [name.replace(", ", ",\n") for name in AIRS])
    places[-1].set_xlim(-0.4, len(AIRS) - 0.6)
    legend_above(drawing, places[:1])
    return drawing


def draw_bars(axes: Axes, points: dict, label: str, line: int) -> None:
    """Draw ``rows.means`` with their intervals in the look of a line."""
    values, halves = zip(*points.values(), strict=True)
    spread = [half or 0.0 for half in halves]
    axes.errorbar(list(points), values, spread, capsize=3, label=label, **look(line))


@with_basis
def finding(rows: Sequence[Row]) -> str:
    """Say what the bits change in MSE at equal SNR, with plain and with learned labels."""
    parts = [_said(rows, air) for air in (PLAIN, LEARNED)]
    return f"At equal SNR, and so equal ε, {'; '.join(parts)}"


def _said(rows: Sequence[Row], air: str) -> str:
    """Say for each pair what an air changes; *undecided* where an interval holds zero."""
    users = []
    for (user,), group in grouped(rows, "user").items():
        if values := changes(group, air):
            users.append(f"{_signed(values)} % for {user}{undecided(values)}")
    sent = air.replace(", ", " with ")
    if not users:
        return f"{sent} have no pair of runs to compare yet"
    return f"{sent} change the MSE of the symmetric channel by {' and '.join(users)}"


def undecided(values: Sequence[float]) -> str:
    """Mark a change whose interval holds zero, or that has none."""
    mean, half = interval(values)
    return " (undecided)" if half is None or abs(mean) <= half else ""


@experiment("10_decibels", place=lambda labels: (), table=table, figure=figure, finding=finding)
def bit_channel(setup: Setup) -> Iterator[Cell]:
    """Eq. 5 against the true bit channel: T1 and T2, each with its own decoder at its own eps."""
    scale = setup.scale
    for seed in setup.seeds_of_column(TABLE_CROSSOVER):
        for user, air in product(("T1", "T2"), AIRS):
            spec = scale.users(seed)[user]
            bits_of(spec.codewords)  # refused before anything is computed
            at = {"user": user, "crossover": spec.crossover, "air": air, "seed": seed}
            yield Cell(at, air_spec(scale, spec, spec.crossover, **AIRS[air]))


def air_spec(
    scale: Scale, user: TransceiverSpec | AlignmentSpec, crossover: float, **fields: str
) -> AirSpec:
    """Return the test of a transceiver with itself over another air, on its own images.

    Args:
        user: the specification of a pre-trained transceiver, or of an alignment.
        fields: of ``AirSpec``, where they are not at their default.
    """
    return AirSpec(user, user, crossover, user.source, **scale.given("test", "draws"), **fields)
