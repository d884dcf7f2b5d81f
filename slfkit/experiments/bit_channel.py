"""Eq. 5 beside the bits that would really be sent: what a symmetric channel leaves on the table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from slfkit.experiments.grid import Cell, Scale
from slfkit.experiments.registry import experiment
from slfkit.experiments.study import TABLE_CROSSOVER, Setup
from slfkit.modulation import bits_of, modulation
from slfkit.records.airs import AirSpec
from slfkit.records.spec import AlignmentSpec, TransceiverSpec
from slfkit.reporting.intervals import interval, text, undecided
from slfkit.reporting.metrics import columns, metric_texts
from slfkit.reporting.rows import Row, grouped, pairs
from slfkit.reporting.sentences import with_basis
from slfkit.reporting.style import WIDTH, Axes, Figure, legend_above, look, subplots

EQ_5, PLAIN, LEARNED = "eq. 5", "bits, plain labels", "bits, learned labels"
AIRS = {EQ_5: {}, PLAIN: {"air": "bits"}, LEARNED: {"air": "bits", "labelling": "learned"}}
TABLE = columns(
    *("user", "crossover", "snr", "air", "mse", "change", "accuracy", "seeds"),
    user="Pair",
    snr="Eb/N0 (dB)",
    air="Channel",
    change="MSE against eq. 5 (%)",
)
SIGNED = "{:+.1f}"
_LINES = {"T1": 1, "T2": 4, "T3": 2}  # whose colour and marker each pair has


def changes(rows: Sequence[Row], air: str) -> list[float]:
    """Return by how many per cent an air changes the MSE of eq. 5, for each user and seed."""
    return [100 * (bits["mse"] / symmetric["mse"] - 1) for symmetric, bits in _beside(rows, air)]


def gains(rows: Sequence[Row], air: str) -> list[float]:
    """Return by how many points an air raises the accuracy of eq. 5, for each user and seed."""
    compared = _beside(rows, air)
    return [100 * (bits["accuracy"] - symmetric["accuracy"]) for symmetric, bits in compared]


def _beside(rows: Sequence[Row], air: str) -> list[tuple[Row, Row]]:
    return pairs(rows, "air", EQ_5, air, "user", "seed")


def table(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each pair and air; metrics are texts, mean ± 95 % half width over seeds."""
    lines = []
    for (user, eps, air), group in grouped(rows, "user", "crossover", "air").items():
        snr = f"{modulation('bits').decibels(eps, group[0]['codewords']):.2f}"
        line = {"user": user, "crossover": eps, "air": air, "snr": snr, **metric_texts(group)}
        change = changes([row for row in rows if row["user"] == user], air)
        signed = text(change, SIGNED) if change and air != EQ_5 else ""
        lines.append({**line, "change": signed})
    return lines


def figure(rows: Sequence[Row]) -> Figure:
    """Draw what bits change in MSE and accuracy of each pair, whiskers are 95 % intervals.

    Changes are drawn, since the MSEs of digits and photos lie far apart.
    """
    drawing, places = subplots(2, figsize=(WIDTH, 5.6), sharex=True)
    for axes, change in zip(places, (changes, gains), strict=True):
        for place, ((user,), group) in enumerate(grouped(rows, "user").items()):
            found = {at: change(group, air) for at, air in enumerate((PLAIN, LEARNED))}
            points = {at + (place - 1) / 12: interval(each) for at, each in found.items() if each}
            draw_bars(axes, points, user, _LINES[user])
        if rows:
            axes.axhline(0, label=EQ_5, **look("unaligned"))
    places[0].set_ylabel("MSE, change (%)")
    places[1].set_ylabel("accuracy, change (points)")
    places[1].set(xticks=(0, 1), xticklabels=(PLAIN, LEARNED), xlim=(-0.4, 1.4))
    legend_above(drawing, places[:1])
    return drawing


def draw_bars(
    axes: Axes, points: dict[float, tuple[float, float | None]], label: str, line: int
) -> None:
    """Draw means with their intervals, such as ``rows.means``, in the look of a line."""
    if points:
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
            users.append(f"{text(values, SIGNED)} % for {user}{undecided(values)}")
    sent = air.replace(", ", " with ")
    if not users:
        return f"{sent} have no pair of runs to compare yet"
    return f"{sent} change the MSE of the symmetric channel by {', '.join(users)}"


@experiment("10_decibels", table=table, figure=figure, finding=finding)
def bit_channel(setup: Setup) -> Iterator[Cell]:
    """Eq. 5 against the true bit channel: each user with its own decoder at its own eps."""
    most, fewer = setup.seeds_of_column(TABLE_CROSSOVER), setup.seeds(repeated=True)
    for user, seeds in {"T1": most, "T2": most, "T3": fewer}.items():
        for seed, air in product(seeds, AIRS):
            spec = setup.scale.users(seed)[user]
            bits_of(spec.codewords)  # refused before anything is computed
            at = {"user": user, "crossover": spec.crossover, "air": air, "seed": seed}
            at |= {"codewords": spec.codewords}
            yield Cell(at, air_spec(setup.scale, spec, spec.crossover, **AIRS[air]))


def air_spec(
    scale: Scale, user: TransceiverSpec | AlignmentSpec, crossover: float, **fields: str
) -> AirSpec:
    """Return the test of a user with itself over another air, on its own images.

    Args:
        fields: of ``AirSpec``, where they are not at their default.
    """
    return AirSpec(user, user, crossover, user.source, **scale.given("test", "draws"), **fields)
