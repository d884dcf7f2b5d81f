"""The tests of the paper's claims: small functions from rows of a study to a judgement.

Every one takes rows and the options of a claim, and leaves out cases whose rows are missing. Judges
of quotients give differences of logarithms, and their claims the unit "factor".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

from slfkit.claims.rivals import RIVALS, slf
from slfkit.claims.rules import BySeed, Case, Judgement, every, paired, trend
from slfkit.experiments.paper import recomputed_seconds, table1
from slfkit.experiments.results import PAPER_LINK, recovery_of
from slfkit.records.spec import PARTS
from slfkit.reporting.metrics import METRICS, SIGNS, TASKS
from slfkit.reporting.rows import Row, along, pairs

CHANCE = 0.1  # accuracy of guessing among ten classes
EXPLAINED = 0.1  # a matched pair's MSE must stay below this share of the pixels' variance
HALF_WAY = 0.5  # a classifier works above, and fails below, half the way from chance to ceiling
HALF_DIGIT = 0.0005  # seconds; the paper prints milliseconds
VANISHED = 0.1  # a difference has vanished below this share of what it was
COUNTED = ("bytes_down", "bytes_up")  # metrics that do not vary over seeds
TIMES = {f"time_{task.metric}": (name, task) for name, task in TASKS.items()}


def works(rows: Sequence[Row], metric: str) -> Judgement:
    """Judge whether every matched pair works: MSE or accuracy past its threshold."""
    return every(_cases(_senders(rows, metric, own=True), _pair, lambda row: _margin(row, metric)))


def fails(rows: Sequence[Row], metric: str) -> Judgement:
    """Judge whether every misaligned pair fails: worse than a uniform grey, or near guessing."""
    others = _senders(rows, metric, own=False)
    if metric == "mse":
        return every(_cases(others, _pair, lambda r: math.log(r["mse"] / r["pixel_variance"])))
    return every(_cases(others, _pair, lambda row: _half_way(row) - row["accuracy"]))


def _senders(rows: Sequence[Row], metric: str, own: bool) -> list[Row]:
    """Return the matched or the misaligned pairs that can be judged by a metric."""
    chosen = [row for row in rows if (row["sender"] == row["receiver"]) == own]
    return [row for row in chosen if metric == "mse" or row.get("ceiling") is not None]


def _pair(row: Row) -> str:
    return f"{row['sender']} to {row['receiver']}"


def _margin(row: Row, metric: str) -> float:
    """Return how far a matched pair is past its threshold; of the MSE as a logarithm."""
    if metric == "mse":
        return math.log(EXPLAINED * row["pixel_variance"] / row["mse"])
    return row["accuracy"] - _half_way(row)


def _half_way(row: Row) -> float:
    return CHANCE + HALF_WAY * (row["ceiling"] - CHANCE)


def mends(rows: Sequence[Row], metric: str, axis: str) -> Judgement:
    """Judge whether SLF betters the unaligned pair for every f and every value of an axis.

    The MSE is compared by its ratio, since that of misaligned pairs is skewed.
    """
    before = {(row[axis], row["seed"]): row for row in _line(rows, "unaligned")}
    compared = [row for row in _line(rows, "slf") if (row[axis], row["seed"]) in before]
    return every(
        _cases(
            compared,
            lambda row: f"{SIGNS[axis]} = {row[axis]:g}, f = {row['frozen']}",
            lambda row: amount(row, metric) - amount(before[row[axis], row["seed"]], metric),
        )
    )


def amount(row: Row, metric: str) -> float:
    """Return a metric so that more is better; MSE and seconds as logarithms."""
    return row[metric] if metric == "accuracy" else -math.log(row[metric])


def nearer(rows: Sequence[Row], metric: str, home: float) -> Judgement:
    """Judge whether freezing costs less at David's own eps (home) than at every other eps."""
    costs = {
        eps: _quotients(_by_frozen(group, "error" if metric == "accuracy" else metric))
        for eps, group in along(_line(rows, "slf"), "crossover").items()
    }
    near = costs.pop(home, {})
    return every(
        Case(f"ε = {eps:g} against {home:g}", paired(far, near)) for eps, far in costs.items()
    )


def with_frozen(rows: Sequence[Row], metric: str, rises: bool) -> Judgement:
    """Judge whether a metric rises (or falls) with every step of f."""
    series, sign = _by_frozen(rows, metric), 1 if rises else -1
    return trend([*series], lambda a, b: step(series, a, b, sign), arithmetic=metric in COUNTED)


def last_is(rows: Sequence[Row], metrics: Sequence[str]) -> Judgement:
    """Judge whether the greatest f has the shortest times, or the worst quality, of all f."""
    cases = []
    for metric in metrics:
        series = _by_frozen(rows, metric)
        if metric in TIMES:
            name, sign = TIMES[metric][0], -1
        else:
            name, sign = METRICS[metric].name, -METRICS[metric].better
        *others, last = [*series] or [0]
        steps = [step(series, f, last, sign) for f in others]
        cases += [Case(f"{name}, {case.label}", case.differences) for case in steps]
    return every(cases)


def constant(rows: Sequence[Row], metric: str) -> Judgement:
    """Judge whether a count is the same for every f; the margin is half a unit."""
    series = _by_frozen(rows, metric)
    cases = []
    for a, b in pairwise(series):
        changes = paired(series[b], series[a]).items()
        margins = {seed: 0.5 - abs(change) for seed, change in changes}
        cases.append(Case(f"f = {a} to {b}", margins))
    return every(cases, arithmetic=True)


def depth(rows: Sequence[Row]) -> Judgement:
    """Judge whether freezing all raises the MSE by a greater factor than the share of errors."""
    squares, errors = (_quotients(_by_frozen(rows, metric)) for metric in ("mse", "error"))
    label = f"f = {PARTS} over f = 0, MSE against errors"
    return every([Case(label, paired(squares, errors))])


def trades(rows: Sequence[Row], metric: str, alpha: float) -> Judgement:
    """Judge whether freezing all costs quality at one alpha."""
    costs = _costs(rows, metric).get(alpha, {})
    return every([Case(f"α = {alpha:g}, f = {PARTS} against 0", costs)])


def shrinks(rows: Sequence[Row], metric: str) -> Judgement:
    """Judge whether what freezing all costs shrinks with every step of alpha."""
    sizes = {alpha: _sizes(cost) for alpha, cost in _costs(rows, metric).items()}
    return trend([*sizes], lambda a, b: Case(f"α = {a:g} to {b:g}", paired(sizes[a], sizes[b])))


def vanishes(rows: Sequence[Row], metric: str) -> Judgement:
    """Judge whether at alpha = 1 what freezing costs is below a tenth of that at alpha = 0."""
    costs = _costs(rows, metric)
    first, last = _sizes(costs.get(0.0, {})), _sizes(costs.get(1.0, {}))
    tenth = {seed: VANISHED * size for seed, size in first.items()}
    return every([Case("α = 1 against a tenth of α = 0", paired(tenth, last))])


def improves(rows: Sequence[Row], metric: str, label: str, old: Any, new: Any) -> Judgement:
    """Judge whether runs with one value of a label are better than with another, at every f."""
    return every(
        Case(f"f = {f}", _gains(pairs(group, label, old, new, "seed"), metric))
        for f, group in along(rows, "frozen").items()
    )


def traffic(rows: Sequence[Row], rival: str) -> Judgement:
    """Judge whether the least an alternative must send is more than all of SLF, at every f."""
    ordered = [row for group in along(rows, "frozen").values() for row in group]
    return every(
        _cases(
            ordered,
            lambda row: f"f = {row['frozen']}",
            lambda row: RIVALS[rival](row) - slf(row),
        ),
        arithmetic=True,
    )


def recomputes(rows: Sequence[Row]) -> Judgement:
    """Judge whether the paper's recovery times follow from its decoded constants; no rows of ours.

    A time agrees if it differs by less than half its last printed digit.
    """
    cases = [
        Case(
            f"{task}, f = {column.frozen}",
            {0: HALF_DIGIT - abs(recomputed_seconds(column, task) - column.seconds[task])},
        )
        for column in table1()
        for task in TASKS
    ]
    return every(cases, arithmetic=True)


def measure(row: Row, metric: str) -> float:
    """Return one of a row's metrics; also its error rate and recovery times."""
    if metric in TIMES:
        _, task = TIMES[metric]
        return recovery_of(row, row[task.epochs], PAPER_LINK).total
    return 1 - row["accuracy"] if metric == "error" else row[metric]


def _cases(
    rows: Iterable[Row], label: Callable[[Row], str], margin: Callable[[Row], float]
) -> list[Case]:
    """Return a case for each label, with the margins of its rows by seed."""
    margins: dict[str, BySeed] = {}
    for row in rows:
        margins.setdefault(label(row), {})[row["seed"]] = margin(row)
    return [Case(name, by_seed) for name, by_seed in margins.items()]


def _line(rows: Iterable[Row], line: str) -> list[Row]:
    return [row for row in rows if row["line"] == line]


def _gain(before: Row, after: Row, metric: str) -> float:
    """Return by how much a metric got better."""
    old, new = measure(before, metric), measure(after, metric)
    return new - old if METRICS[metric].better > 0 else old - new


def _gains(compared: Iterable[tuple[Row, Row]], metric: str) -> BySeed:
    return {before["seed"]: _gain(before, after, metric) for before, after in compared}


def _by_frozen(rows: Iterable[Row], metric: str) -> dict[int, BySeed]:
    """Return a metric by f, ascending, and seed."""
    return {
        f: {row["seed"]: measure(row, metric) for row in group}
        for f, group in along(rows, "frozen").items()
    }


def step(series: dict[int, BySeed], start: int, end: int, sign: int) -> Case:
    """Return the case that a metric rises from one f to another (sign 1), or falls (-1)."""
    pair = (series[end], series[start]) if sign > 0 else (series[start], series[end])
    return Case(f"f = {start} to {end}", paired(*pair))


def _quotients(series: dict[int, BySeed]) -> BySeed:
    """Return the logarithm of all parts frozen over f = 0 for each seed with both above zero."""
    none, all_ = series.get(0, {}), series.get(PARTS, {})
    both = [seed for seed in sorted(none.keys() & all_.keys()) if min(none[seed], all_[seed]) > 0]
    return {seed: math.log(all_[seed] / none[seed]) for seed in both}


def _costs(rows: Sequence[Row], metric: str) -> dict[float, BySeed]:
    """Return by alpha, ascending, and seed what freezing all parts costs, where it is known."""
    costs = {
        alpha: _gains(pairs(group, "frozen", PARTS, 0, "seed"), metric)
        for alpha, group in along(_line(rows, "slf"), "alpha").items()
    }
    return {alpha: by_seed for alpha, by_seed in costs.items() if by_seed}


def _sizes(costs: BySeed) -> BySeed:
    return {seed: abs(cost) for seed, cost in costs.items()}
