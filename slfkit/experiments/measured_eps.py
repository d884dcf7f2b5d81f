"""A channel that was measured, and wrongly: what it costs to train for another eps than the air's.

Two kinds of links are tested. David's and Carol's own pairs, trained at T1's and T2's eps, over
the air of the whole sweep; and Alice's link after SLF at an eps somewhat beside the air's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from slfkit.experiments.bit_channel import air_spec, draw_bars
from slfkit.experiments.grid import Cell, pair_spec, variant
from slfkit.experiments.registry import experiment
from slfkit.experiments.results import PAPER_LINK
from slfkit.experiments.study import TABLE_CROSSOVER, Setup
from slfkit.reporting.decibels import USUAL, DecibelAxis
from slfkit.reporting.intervals import proportion_interval, text, undecided
from slfkit.reporting.metrics import METRICS, columns, metric_texts
from slfkit.reporting.rows import Row, along, grouped, means, pairs
from slfkit.reporting.sentences import with_basis
from slfkit.reporting.style import WIDTH, Figure, legend_above, subplots
from slfkit.sizes import POSITIONS, index_bytes

OWN, ALIGNED = "as pre-trained", "aligned"
AIR = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5)  # eps of the channel, for pairs as pre-trained
OFFSETS = (-0.1, -0.05, 0.05, 0.1)  # by which eps is measured wrongly before alignment
FROZEN, RATE = 3, 1e-3  # of the aligned links: little is sent back, and few epochs are enough
TABLE = columns(
    *("link", "crossover", "trained", "mse", "cost", "accuracy", "seeds"),
    link="Link",
    trained="Trained at ε",
    cost="MSE against the right ε (%)",
)
PILOTS = columns(
    *("crossover", "grids", "bytes", "seconds", "low", "high", "half"),
    grids="Grids",
    bytes="Bytes",
    seconds="Uplink (s)",
    low="From",
    high="To",
    half="Half width",
)


def pilot_table(crossovers: Sequence[float], codewords: int = 32) -> list[Row]:
    """Return the 95 % interval of eps from known symbols, where the errors are as expected.

    One, four or sixteen grids of ``POSITIONS`` known symbols, of K codewords, are sent; bytes and
    seconds are those of naming the symbols over the paper's background link.
    """
    rows = []
    for eps, count in product(crossovers, (1, 4, 16)):
        symbols = count * POSITIONS
        size = index_bytes(symbols, codewords)
        low, high = proportion_interval(round(eps * symbols), symbols)
        price = {"bytes": size, "seconds": f"{8 * size / PAPER_LINK.uplink:.5f}"}
        ends = {"low": f"{low:.3f}", "high": f"{high:.3f}", "half": f"{(high - low) / 2:.3f}"}
        rows.append({"crossover": eps, "grids": count, **price, **ends})
    return rows


def beside_right(rows: Sequence[Row]) -> dict[tuple[str, float, float], list[tuple[Row, Row]]]:
    """Return each link trained for another eps beside that trained for the air's.

    Returns:
        (link, eps of the channel, eps of the training) -> (right, wrong), one for each seed that
        has both.
    """
    return {
        (link, eps, trained): compared
        for (link, eps), group in grouped(rows, "link", "crossover").items()
        for trained in along(group, "trained")
        if trained != eps and (compared := pairs(group, "trained", eps, trained, "seed"))
    }


def costs(rows: Sequence[Row]) -> dict[tuple[str, float, float], list[float]]:
    """Return by how many per cent the MSE is above the right link's, by ``beside_right``."""
    return {
        at: [100 * (wrong["mse"] / right["mse"] - 1) for right, wrong in compared]
        for at, compared in beside_right(rows).items()
    }


def table(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each link, eps of the channel and of the training; metrics are texts."""
    cost = costs(rows)
    return [
        {"link": at[0], "crossover": at[1], "trained": f"{at[2]:g}", **metric_texts(group)}
        | {"cost": text(cost[at], "{:+.1f}") if at in cost else ""}
        for at, group in sorted(grouped(rows, "link", "crossover", "trained").items())
    ]


def figure(rows: Sequence[Row], decibels: DecibelAxis = USUAL) -> Figure:
    """Draw the MSE of the pairs as pre-trained over eps of the channel, a line for each training.

    Above eps stands its scale in decibels.
    """
    drawing, axes = subplots(figsize=(WIDTH, 3.8))
    own = [row for row in rows if row["link"] == OWN]
    for line, (trained, group) in zip((1, 4), along(own, "trained").items(), strict=False):
        points = means(group, "crossover", "mse")
        draw_bars(axes, points, f"trained at ε = {trained:g}", line)
    axes.set(xlabel="crossover probability ε", ylabel=METRICS["mse"].label)
    decibels.draw(axes)
    legend_above(drawing, [axes], columns=2)
    return drawing


@with_basis
def finding(rows: Sequence[Row]) -> str:
    """Say what a wrong eps costs, for pairs as pre-trained and for aligned links."""
    cost = costs(rows)
    parts = [
        f"{text(values, '{:+.0f}')} % at ε = {eps:g} if trained at {trained:g}{undecided(values)}"
        for (link, eps, trained), values in sorted(cost.items())
        if link == OWN
    ]
    said = "No pair trained at another ε is stored beside one trained at the air's own"
    if parts:
        said = f"Training for the other ε changes a pair's MSE by {' and by '.join(parts)}"
    return f"{said}; {_aligned(cost)}"


def _aligned(cost: dict[tuple[str, float, float], list[float]]) -> str:
    """Say what it costs to align at an eps beside the air's, without a full stop."""
    parts = [
        f"{text(values, '{:+.1f}')} % at {trained:g}{undecided(values)}"
        for (link, _, trained), values in sorted(cost.items())
        if link == ALIGNED
    ]
    if not parts:
        return "no link aligned for a wrong ε is stored yet"
    where = f"ε = {TABLE_CROSSOVER:g}"
    return f"aligning for a wrong ε changes the MSE of SLF at {where} by {', '.join(parts)}"


@experiment("10_decibels", place=7, table=table, figure=figure, finding=finding, link=DecibelAxis)
def measured_eps(setup: Setup) -> Iterator[Cell]:
    """Links trained at one eps over an air of another."""
    swept = setup.seeds(repeated=True)
    for seed in setup.seeds_of_column(TABLE_CROSSOVER):
        yield from _own(setup, seed, AIR if seed in swept else ())
        yield from _aligned_cells(setup, seed) if seed in swept else ()


def _own(setup: Setup, seed: int, air: Sequence[float]) -> Iterator[Cell]:
    """Yield T1's and T2's own pairs over the whole sweep of eps, at least over each other's."""
    scale = setup.scale
    users = [scale.users(seed)[user] for user in ("T1", "T2")]
    for spec in users:
        for eps in air or [user.crossover for user in users]:
            at = {"link": OWN, "crossover": eps, "trained": spec.crossover, "seed": seed}
            yield Cell(at, pair_spec(scale, spec, spec, eps, spec))


def _aligned_cells(setup: Setup, seed: int) -> Iterator[Cell]:
    """Yield SLF at the air's eps, and at one beside it tested at the air's."""
    at = {"link": ALIGNED, "crossover": TABLE_CROSSOVER, "seed": seed}
    for offset in (0.0, *OFFSETS):
        trained = round(TABLE_CROSSOVER + offset, 6)
        spec = variant(setup.scale, seed, trained, FROZEN, {"learning_rate": RATE}).spec
        spec = air_spec(setup.scale, spec, TABLE_CROSSOVER) if offset else spec
        yield Cell({**at, "trained": trained}, spec)
