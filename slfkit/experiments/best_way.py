"""All stored ways to mend a link as one grid, which ``choosing`` and ``regret`` choose from.

Each run belongs to another experiment, too; here they stand side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from slfkit.errors import ParameterError
from slfkit.experiments import regret
from slfkit.experiments.candidates import Candidate, candidates_of
from slfkit.experiments.choosing import Choice, Need, choice_table, choices, explained
from slfkit.experiments.choosing_figures import front
from slfkit.experiments.fine_tuning_rate import RATES
from slfkit.experiments.grid import Cell, Scale
from slfkit.experiments.grid import variant as cell_of
from slfkit.experiments.pilots import COARSE, start
from slfkit.experiments.registry import experiment
from slfkit.experiments.remedies import BEGUN
from slfkit.experiments.study import FROZEN, TABLE_CROSSOVER, Setup
from slfkit.experiments.sweeps import ALPHAS, CROSSOVERS, channels, mixtures
from slfkit.experiments.untrained import COUNTS, held_out_pair, untrained, untrained_cells
from slfkit.records.spec import PARTS
from slfkit.recovery import Link
from slfkit.reporting.metrics import SIGNS
from slfkit.reporting.rows import Row
from slfkit.reporting.sentences import with_basis

LINKS = tuple(Link(rate, rate) for rate in (2e5, 2e6, 2e7))
TABLE_WORLD = f"{SIGNS['crossover']} = {TABLE_CROSSOVER:g}"  # where all ways were tried
TIMES = (0.75, 1.0, 1.5, 2.0, 3.0)  # deadlines of the table, in seconds
QUALITIES = (0.04, 0.03, 0.025, 0.02)  # MSEs of its dual
KEPT = 0.97  # accuracy of the old link, where one is asked for
ANY = Need()


def at_table_i(rows: Sequence[Row]) -> list[Candidate]:
    """Return the candidates of Table I's channel that train: SLF in all its forms."""
    return [one for one in candidates_of(rows) if one.world == TABLE_WORLD]


def every_way(rows: Sequence[Row], world: str = TABLE_WORLD) -> list[Candidate]:
    """Return all candidates of a mismatch, those that train nothing among them."""
    made = [*candidates_of(rows), *untrained(rows)]
    return [one for one in made if one.world == world]


def answer(need: Need, profile: str, crossover: float, alpha: float | None) -> list[str]:
    """Return what to choose and why, in sentences; nothing is computed but these.

    Args:
        profile: whose records are read.
        crossover: eps of the channel, where Alice's images are David's kind.
        alpha: share of David's source in her images instead; None for the former.

    Raises:
        ParameterError: no run is stored for that mismatch, or the profile is unknown.
    """
    axis, value = ("crossover", crossover) if alpha is None else ("alpha", alpha)
    world = f"{SIGNS[axis]} = {value:g}"
    rows = best_way(profile, compute="none").run().rows
    worlds = list(dict.fromkeys(one.world for one in candidates_of(rows)))
    if world not in worlds:
        known = f": choose one of {', '.join(worlds)}"
        none = f", nor has any other: slfkit reproduce --profile {profile} computes them"
        raise ParameterError(
            f"{axis} {value:g} has no stored run in profile {profile}{known if worlds else none}"
        )
    return explained(every_way(rows, world), need)


def table(rows: Sequence[Row], need: Need = ANY) -> list[Row]:
    """Return what to choose by each deadline, first without and then with a limit on the old link.

    Of the need only its link and computer are taken.
    """
    return _table(rows, need, [{"deadline": time, "quality": 0.0} for time in TIMES])


def dual_table(rows: Sequence[Row], need: Need = ANY) -> list[Row]:
    """Return the soonest choice for each quality, as ``table`` does for deadlines."""
    return _table(rows, need, [{"deadline": 0.0, "quality": mse} for mse in QUALITIES])


def _table(rows: Sequence[Row], need: Need, conditions: Sequence[dict[str, float]]) -> list[Row]:
    limits = (0.0, need.old_link or KEPT)
    asked = [replace(need, **one, old_link=kept) for kept in limits for one in conditions]
    return choice_table(at_table_i(rows), asked)


@with_basis
def finding(rows: Sequence[Row]) -> str:
    """Say what to choose at the paper's link, and which rule regrets least without a trial run."""
    candidates = at_table_i(rows)
    if not candidates:
        return ""
    judged = regret.regrets(regret.cases_of(rows), LINKS[1:2])
    return (
        f"With training, at the paper's link and {TABLE_WORLD}, choose "
        f"{'. Choose '.join(_by(candidates, time) for time in (TIMES[1], TIMES[-1]))}. "
        f"{regret.best_rule(judged, LINKS[1])}"
    )


def _by(candidates: Sequence[Candidate], time: float) -> str:
    """Say what to choose by a deadline, without and with a limit on the old link."""
    free, kept = (
        _named(choices(candidates, Need(deadline=time, old_link=limit))) for limit in (0.0, KEPT)
    )
    if free == kept:
        return f"{free} within {time:g} s"
    limit = f"the accuracy of David's old link must stay at {100 * KEPT:g} %"
    return f"{free} within {time:g} s, or {kept} if {limit}"


def _named(met: Sequence[Choice]) -> str:
    return f"{met[0].name} (test MSE {met[0].texts()['mse']})" if met else "no way"


@experiment(
    "11_choosing",
    place=8,
    table=table,
    figure=lambda rows: front(every_way(rows), ANY, KEPT),
    finding=finding,
    link=Need,
)
def best_way(setup: Setup) -> Iterator[Cell]:
    """Every stored way to mend a link, and the unaligned link that it mends."""
    for cells in chain(channels(setup, CROSSOVERS, FROZEN), mixtures(setup, ALPHAS, FROZEN)):
        at_table_one = cells[0].labels.get("crossover") == TABLE_CROSSOVER
        yield from _plain(setup.scale, cells, COUNTS if at_table_one else COARSE)
    for seed in setup.seeds_of_column(TABLE_CROSSOVER):
        cell = start(setup.scale, seed)
        yield Cell({**cell.labels, "frozen": PARTS, "way": BEGUN}, cell.spec)
    for seed in setup.seeds(repeated=True):
        for f, fields, words in _variants():
            labels = {"way": f"f = {f}, {words}"}
            yield cell_of(setup.scale, seed, TABLE_CROSSOVER, f, fields, labels)


def _plain(scale: Scale, cells: Sequence[Cell], counts: Sequence[int]) -> Iterator[Cell]:
    """Yield the paper's SLF, the unaligned link, also on held-out images, and untrained ways."""
    for cell in cells:
        if cell.labels["line"] == "slf":
            yield Cell({**cell.labels, "plain": True}, cell.spec)
        elif cell.labels["line"] == regret.UNALIGNED:
            yield cell
            yield Cell({**cell.labels, "line": regret.BEFORE}, held_out_pair(cell.spec))
    yield from untrained_cells(scale, cells, counts)


def _variants() -> Iterator[tuple[int, dict[str, Any], str]]:
    """Yield the other ways tried at Table I's channel: f, fields of the run, and their name."""
    for f in FROZEN[1:]:
        yield f, {"learning_rate": RATES[-1]}, f"rate {RATES[-1]:g}"
    for f in FROZEN[1:-1]:
        yield f, {"order": "first"}, "from the first"
        yield f, {"refit": True}, "k-means first"
    yield 0, {"reinitialise": False}, "David's weights"
    yield 0, {"reinitialise": False, "refit": True}, "David's weights and k-means first"
