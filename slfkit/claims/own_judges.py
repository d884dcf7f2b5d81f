"""The tests of the book's own claims, beside those of the paper's."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from slfkit.claims.judges import amount, step
from slfkit.claims.rules import BySeed, Case, Judgement, every, paired, trend
from slfkit.experiments import city, regret
from slfkit.experiments.measured_eps import beside_right
from slfkit.experiments.remedies import BEGUN, ENCODER, damage
from slfkit.experiments.results import PAPER_LINK
from slfkit.experiments.ways import aligner, best_within, ways
from slfkit.reporting.metrics import SIGNS
from slfkit.reporting.rows import Row, along

UNTOUCHED = {"matched": ENCODER, "ridge": BEGUN}


def harms(rows: Sequence[Row], axis: str, at: Sequence[float], frozen: Sequence[int]) -> Judgement:
    """Judge whether the upload raises the MSE of David's old link at each value and f."""
    return every(_old_links(rows, axis, at, frozen, damage))


def keeps(
    rows: Sequence[Row], axis: str, at: Sequence[float], frozen: Sequence[int], margin: float
) -> Judgement:
    """Judge whether the upload costs David's old link less accuracy than a margin, a share."""
    return every(_old_links(rows, axis, at, frozen, lambda row: margin - _lost(row)))


def near(
    rows: Sequence[Row],
    axis: str,
    at: Sequence[float],
    share: float,
    frozen: Sequence[int] = (),
    line: str = "matched",
) -> Judgement:
    """Judge whether the new link's MSE is at most a share above that of f = 0.

    Args:
        frozen: f of the paper's runs that are judged; none: those of ``line``.
        line: a key of ``UNTOUCHED``, what changes nothing of David's.
    """
    cases = []
    for value in at:
        slf = along(_own(rows, axis, value), "frozen")
        base = _by_seed(slf.get(0, []), lambda row: row["mse"])
        judged = {f"f = {f}": slf.get(f, []) for f in frozen} or {
            UNTOUCHED[line]: _own(rows, axis, value, line)
        }
        for name, own in judged.items():
            shared = [row for row in own if row["seed"] in base]
            margins = _by_seed(
                shared,
                lambda row, base=base: math.log((1 + share) * base[row["seed"]] / row["mse"]),
            )
            cases.append(Case(f"{SIGNS[axis]} = {value:g}, {name}", margins))
    return every(cases)


def spares(rows: Sequence[Row], axis: str, at: float) -> Judgement:
    """Judge whether every part that is frozen more makes the old link's MSE grow less."""
    by_f = along(_own(rows, axis, at), "frozen")
    series = {f: _by_seed(group, damage) for f, group in by_f.items()}
    return trend([*series], lambda a, b: step(series, a, b, -1))


def outdoes(
    rows: Sequence[Row],
    axis: str,
    pilots: int,
    frozen: Sequence[int],
    metric: str = "mse",
    slf: bool = False,
    budget: float = 0.0,
) -> Judgement:
    """Judge whether an aligner from pilots does better than SLF at each f, or SLF than it.

    The aligner is ``ways.BEST``; MSE and seconds are compared by their ratio.

    Args:
        pilots: n; 0: the best aligner within the budget, chosen on the other seeds.
        slf: whether the claim is that SLF does better.
        budget: of the recovery time (s).
    """
    made = ways([row for row in rows if axis in row])
    few = aligner(made, pilots=pilots) if pilots else best_within(made, budget)
    own = _by_seed(few, lambda way: amount(way, metric))
    return every(_against(made, own, f, metric, slf) for f in frozen)


def links_better(rows: Sequence[Row], better: str, worse: Sequence[str], source: str) -> Judgement:
    """Judge whether links among a city's users of one source err less by a scheme than by others.

    Users stand for seeds: each is left out in turn; see ``city.over_users``. The source is "d" for
    users of digits, "p" for those of photos; better and worse are keys of ``city.schemes``.
    """
    made = {
        (link["scheme"], link["sender"], link["receiver"]): link
        for link in city.links(rows)
        if link["group"] == 2 * source
    }
    cases = []
    for other in worse:
        lost = [
            {**link, "gain": city.logarithm(link) - city.logarithm(made[better, *ends])}
            for (scheme, *ends), link in made.items()
            if scheme == other and (better, *ends) in made
        ]
        if lost:
            gains = city.pseudo_values(lost, lambda link: link["gain"], source)
            cases.append(Case(f"{better} against {other}", dict(enumerate(gains.values()))))
    return every(cases)


def suits(rows: Sequence[Row], link: str) -> Judgement:
    """Judge whether a link trained for the channel's eps has the lower MSE than for another."""
    compared = beside_right([row for row in rows if row["link"] == link])
    return every(
        Case(
            f"ε = {eps:g}, trained at {trained:g}",
            {right["seed"]: math.log(wrong["mse"] / right["mse"]) for right, wrong in both},
        )
        for (_, eps, trained), both in compared.items()
    )


def _against(made: Sequence[Row], own: BySeed, frozen: int, metric: str, turned: bool) -> Case:
    """Return the case of one f: by how much the aligner is better, or, turned round, SLF."""
    rows = [way for way in made if way.get("frozen") == frozen]
    slf = _by_seed(rows, lambda way: amount(way, metric))
    label = f"{rows[0]['world']}, f = {frozen}" if rows else f"f = {frozen}"
    return Case(label, paired(slf, own) if turned else paired(own, slf))


def regrets_less(rows: Sequence[Row], rule: str, than: Sequence[str]) -> Judgement:
    """Judge whether a rule of ``regret.RULES`` regrets less than others at the paper's link.

    The cases are the kinds of mismatch, and their seeds those of ``regret.regret_table``.
    """
    made = regret.regrets(regret.cases_of(rows), [PAPER_LINK])
    return every(
        Case(
            f"{kind}, against {other}",
            paired(*(regret.by_seed(own, name, PAPER_LINK) for name in (other, rule))),
        )
        for kind, own in regret.kinds(made).items()
        for other in than
    )


def _own(rows: Sequence[Row], axis: str, at: float, line: str = "slf") -> list[Row]:
    """Return the rows of the paper's SLF, or of another line, at one value of a mismatch."""
    return [row for row in rows if row["line"] == line and row.get(axis) == at]


def _old_links(
    rows: Sequence[Row],
    axis: str,
    at: Sequence[float],
    frozen: Sequence[int],
    margin: Callable[[Row], float],
) -> Iterator[Case]:
    """Yield a case for each value of the mismatch and f that has rows."""
    for value in at:
        for f, group in along(_own(rows, axis, value), "frozen").items():
            if f in frozen:
                yield Case(f"{SIGNS[axis]} = {value:g}, f = {f}", _by_seed(group, margin))


def _by_seed(rows: Sequence[Row], measure: Callable[[Row], float]) -> BySeed:
    return {row["seed"]: measure(row) for row in rows}


def _lost(row: Row) -> float:
    link = row["old_link"]
    return link["before"]["accuracy"] - link["after"]["accuracy"]
