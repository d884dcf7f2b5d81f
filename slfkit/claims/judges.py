"""The tests of the paper's claims: small functions from rows of a study to a judgement.

Rows are those of ``studies``; each may carry ``spreads``, metric -> standard deviation over the
draws of the test channel. Every function leaves out cases whose rows are not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from slfkit.claims.rivals import RIVALS, slf
from slfkit.claims.rules import Case, Judgement, Measure, every, trend
from slfkit.experiments.paper import TASKS, Column, recomputed_seconds, table1
from slfkit.experiments.results import recovery_of
from slfkit.reporting.metrics import NAMES, SIGNS
from slfkit.reporting.rows import Row

CHANCE = 0.1  # accuracy of guessing among ten classes
EXPLAINED = 0.1  # a matched pair's MSE must stay below this share of the pixels' variance
HALF_WAY = 0.5  # a classifier works above, and fails below, half the way from chance to ceiling
HALF_DIGIT = 0.0005  # seconds; the paper prints milliseconds
VANISHED = 0.1  # a difference has vanished below this share of what it was
BETTER = {"mse": -1, "accuracy": 1}  # sign of an improvement


def works(rows: Sequence[Row], metric: str) -> Judgement:
    """Judge whether every matched pair works: MSE or accuracy past its threshold."""
    own = [row for row in rows if row["sender"] == row["receiver"]]
    if metric == "mse":
        return every(_pairs(own, lambda row: Measure(EXPLAINED * row["pixel_variance"])
                            - measure(row, "mse")))  # fmt: skip
    own = [row for row in own if row.get("ceiling") is not None]
    return every(_pairs(own, lambda row: measure(row, "accuracy") - _half_way(row)))


def fails(rows: Sequence[Row], metric: str) -> Judgement:
    """Judge whether every misaligned pair fails: worse than a mean image, or near guessing."""
    others = [row for row in rows if row["sender"] != row["receiver"]]
    if metric == "mse":
        return every(_pairs(others, lambda row: measure(row, "mse")
                            - Measure(row["pixel_variance"])))  # fmt: skip
    others = [row for row in others if row.get("ceiling") is not None]
    return every(_pairs(others, lambda row: _half_way(row) - measure(row, "accuracy")))


def mends(rows: Sequence[Row], metric: str, axis: str) -> Judgement:
    """Judge whether SLF betters the unaligned pair for every f and every value of an axis."""
    before = _at(_line(rows, "unaligned"), axis, "seed")
    cases: dict[str, dict[int, Measure]] = {}
    for row in _line(rows, "slf"):
        was = before.get((row[axis], row["seed"]))
        if was is not None:
            label = f"{SIGNS[axis]} = {row[axis]:g}, f = {row['frozen']}"
            gain = _gain(was, row, metric)
            cases.setdefault(label, {})[row["seed"]] = gain
    return every(Case(label, found) for label, found in cases.items())


def nearer(rows: Sequence[Row], metric: str, home: float) -> Judgement:
    """Judge whether freezing costs less at David's own eps (home) than at every other eps."""
    costs = _costs(rows, metric, "crossover")
    near = costs.pop(home, {})
    return every(Case(f"ε = {eps:g} against {home:g}", _paired(far, near))
                 for eps, far in sorted(costs.items()))  # fmt: skip


def with_frozen(rows: Sequence[Row], metric: str, rises: bool) -> Judgement:
    """Judge whether a metric rises (or falls) with every step of f."""
    series = _by_frozen(rows, metric)
    sign = 1 if rises else -1
    steps = [_step(series, a, b, sign) for a, b in pairwise(sorted(series))]
    if not steps:
        return trend([], Case("", {}))
    return trend(steps, _step(series, min(series), max(series), sign))


def last_is(rows: Sequence[Row], metrics: Sequence[str]) -> Judgement:
    """Judge whether the greatest f has the shortest time, or the worst quality, of all f.

    Args:
        metrics: of one unit, all of them recovery times or one quality.
    """
    cases = []
    for metric in metrics:
        series = _by_frozen(rows, metric)
        sign = -BETTER.get(metric, 1)
        last = max(series, default=0)
        found = [_step(series, f, last, sign) for f in sorted(series) if f != last]
        cases += [Case(f"{NAMES[metric]}, {case.label}", case.differences) for case in found]
    return every(cases)


def constant(rows: Sequence[Row], metric: str) -> Judgement:
    """Judge whether a count is the same for every f; the margin is half a unit."""
    series = _by_frozen(rows, metric)
    half = Measure(0.5)
    cases = [Case(f"f = {a} to {b}", {seed: half - Measure(abs(one.value))
                  for seed, one in _paired(series[b], series[a]).items()})
             for a, b in pairwise(sorted(series))]  # fmt: skip
    return every(cases)


def depth(rows: Sequence[Row]) -> Judgement:
    """Judge whether freezing all raises the MSE by a greater factor than the share of errors."""
    squares = _by_frozen(rows, "mse")
    errors = _by_frozen(rows, "error")
    factors = [_quotients(series) for series in (squares, errors)]
    return every([Case("f = 4 over f = 0, MSE against errors", _paired(*factors))])


def trades(rows: Sequence[Row], metric: str, alpha: float) -> Judgement:
    """Judge whether freezing all costs quality at one alpha."""
    found = _costs(rows, metric, "alpha", relative=False).get(alpha, {})
    return every([Case(f"α = {alpha:g}, f = 4 against 0", found)])


def shrinks(rows: Sequence[Row], metric: str) -> Judgement:
    """Judge whether what freezing all costs shrinks with every step of alpha."""
    costs = _costs(rows, metric, "alpha", relative=False)
    steps = [_smaller(costs, a, b) for a, b in pairwise(sorted(costs))]
    return trend(steps, _smaller(costs, min(costs), max(costs)) if steps else Case("", {}))


def vanishes(rows: Sequence[Row], metric: str) -> Judgement:
    """Judge whether at alpha = 1 what freezing costs is below a tenth of that at alpha = 0."""
    costs = _costs(rows, metric, "alpha", relative=False)
    first, last = costs.get(0.0, {}), costs.get(1.0, {})
    left = {seed: Measure(VANISHED * abs(first[seed].value), VANISHED * first[seed].spread)
            - Measure(abs(last[seed].value), last[seed].spread)
            for seed in sorted(first.keys() & last.keys())}  # fmt: skip
    return every([Case("α = 1 against a tenth of α = 0", left)])


def order(rows: Sequence[Row], metric: str) -> Judgement:
    """Judge whether freezing from the last layer is better than from the first at every f."""
    return every(
        Case(f"f = {f}", _gains([row for row in rows if row["frozen"] == f], metric,
                                "order", "first", "last"))
        for f in sorted({row["frozen"] for row in rows})
    )  # fmt: skip


def fresh(rows: Sequence[Row], metric: str) -> Judgement:
    """Judge whether new weights are better than the downloaded ones at f = 0."""
    return every([Case("f = 0", _gains(rows, metric, "reinitialise", False, True))])


def traffic(rows: Sequence[Row], rival: str) -> Judgement:
    """Judge whether the least an alternative must send is more than all of SLF, at every f."""
    cases: dict[int, dict[int, Measure]] = {}
    for row in rows:
        more = Measure(RIVALS[rival](row) - slf(row))
        cases.setdefault(row["frozen"], {})[row["seed"]] = more
    return every(Case(f"f = {f}", found) for f, found in sorted(cases.items()))


def recomputes(rows: Sequence[Row]) -> Judgement:
    """Judge whether the paper's recovery times follow from its decoded constants; no rows of ours.

    A time agrees if it differs by less than half its last printed digit.
    """
    cases = [
        Case(f"{task}, f = {column.frozen}",
             {0: Measure(HALF_DIGIT - abs(_error(column, task)))})
        for column in table1()
        for task in TASKS
    ]  # fmt: skip
    return replace(every(cases), seeds=(0, 0))


def measure(row: Row, metric: str) -> Measure:
    """Return one of a row's metrics with its spread; also its error rate and recovery times."""
    if metric in TIMES:
        return Measure(_time(row, TIMES[metric]))
    spread = row.get("spreads", {})
    if metric == "error":
        return Measure(1 - row["accuracy"], spread.get("accuracy", 0.0))
    return Measure(row[metric], spread.get(metric, 0.0))


TIMES = {"time_mse": "epochs_mse", "time_accuracy": "epochs_accuracy"}


def _time(row: Row, epochs: str) -> float:
    from slfkit.recovery import Link

    return recovery_of(row, row[epochs], Link()).total


def _error(column: Column, task: str) -> float:
    return recomputed_seconds(column, task) - column.seconds[task]


def _half_way(row: Row) -> Measure:
    return Measure(CHANCE + HALF_WAY * (row["ceiling"] - CHANCE))


def _pairs(rows: Iterable[Row], margin: Callable[[Row], Measure]) -> list[Case]:
    cases: dict[str, dict[int, Measure]] = {}
    for row in rows:
        cases.setdefault(f"{row['sender']} to {row['receiver']}", {})[row["seed"]] = margin(row)
    return [Case(label, found) for label, found in cases.items()]


def _line(rows: Iterable[Row], line: str) -> list[Row]:
    return [row for row in rows if row["line"] == line]


def _at(rows: Iterable[Row], *keys: str) -> dict[tuple, Row]:
    return {tuple(row[key] for key in keys): row for row in rows}


def _gain(before: Row, after: Row, metric: str) -> Measure:
    """Return by how much a metric got better."""
    old, new = measure(before, metric), measure(after, metric)
    return new - old if BETTER[metric] > 0 else old - new


def _gains(rows: Sequence[Row], metric: str, key: str, old, new) -> dict[int, Measure]:
    there = _at(rows, key, "seed")
    seeds = sorted({row["seed"] for row in rows})
    return {seed: _gain(there[old, seed], there[new, seed], metric) for seed in seeds
            if (old, seed) in there and (new, seed) in there}  # fmt: skip


def _by_frozen(rows: Iterable[Row], metric: str) -> dict[int, dict[int, Measure]]:
    series: dict[int, dict[int, Measure]] = {}
    for row in rows:
        series.setdefault(row["frozen"], {})[row["seed"]] = measure(row, metric)
    return series


def _paired(first: dict[int, Measure], second: dict[int, Measure]) -> dict[int, Measure]:
    return {seed: first[seed] - second[seed] for seed in sorted(first.keys() & second.keys())}


def _step(series: dict, start: int, end: int, sign: int) -> Case:
    pair = (series[end], series[start]) if sign > 0 else (series[start], series[end])
    return Case(f"f = {start} to {end}", _paired(*pair))


def _quotients(series: dict[int, dict[int, Measure]]) -> dict[int, Measure]:
    """Return f = 4 over f = 0 for each seed that has both."""
    none, all_ = series.get(0, {}), series.get(4, {})
    return {seed: all_[seed] / none[seed] for seed in sorted(none.keys() & all_.keys())}


def _costs(rows: Sequence[Row], metric: str, axis: str, relative: bool = True) -> dict:
    """Return by value of the axis and seed what f = 4 costs: as a factor, or as a difference.

    The factor of the accuracy is that of its error rate.
    """
    costs: dict[float, dict[int, Measure]] = {}
    aligned = _line(rows, "slf")
    for at in sorted({row[axis] for row in aligned}):
        here = [row for row in aligned if row[axis] == at]
        if relative:
            found = _quotients(_by_frozen(here, "error" if metric == "accuracy" else metric))
        else:
            there = _at(here, "frozen", "seed")
            both = [seed for f, seed in there if f == 0 and (4, seed) in there]
            found = {seed: _gain(there[4, seed], there[0, seed], metric) for seed in both}
        if found:
            costs[at] = found
    return costs


def _smaller(costs: dict, start: float, end: float) -> Case:
    """Return by how much the size of a cost shrinks between two values of alpha."""
    sizes = [{seed: Measure(abs(one.value), one.spread) for seed, one in costs[at].items()}
             for at in (start, end)]  # fmt: skip
    return Case(f"α = {start:g} to {end:g}", _paired(*sizes))


JUDGES = {judge.__name__: judge for judge in (works, fails, mends, nearer, with_frozen, last_is,
          constant, depth, trades, shrinks, vanishes, order, fresh, traffic,
          recomputes)}  # fmt: skip
