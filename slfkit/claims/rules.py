"""How a claim is judged: cases of paired differences, and one of five words for all of them.

A case is one comparison, such as f = 0 against f = 4 at one eps, with one difference per seed,
signed so that a positive one speaks for the claim; ratios are differences of logarithms.

1. A two-sided paired t-test gives each case a p-value; one seed has none, so it never decides.
2. Where all seeds give the same difference, the exact sign test takes the place of the t-test.
3. Holm's procedure corrects the p-values of all cases of a claim for their number.
4. A case is decided, for or against, if its corrected p-value is at most 0.05.
5. A claim *holds* if all cases are decided for it; it is *mixed* if some are decided for it and
   some against, and *does not hold* if some are decided against it and none for it.
6. Otherwise it is *undecided*, as is one without records yet.
7. A trend has a case for each step and one from its first to its last point.
8. It *cannot be tested* if no data can be had: then it has no test.
9. Arithmetic, such as bytes, does not vary over seeds: there the sign of each difference decides.
"""

from __future__ import annotations

import math
import statistics
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise, starmap

from slfkit.reporting.intervals import LEVEL, holm, interval, sign_test, t_tail

HOLDS = "holds"
MIXED = "mixed"
FAILS = "does not hold"
UNDECIDED = "undecided"
UNTESTABLE = "cannot be tested"
VERDICTS = (HOLDS, MIXED, FAILS, UNDECIDED, UNTESTABLE)
ROUNDING = 1e-9  # relative; equal counts of epochs give times that differ by less
MOST_FURTHER = 100  # seeds; beyond, their number is not worth stating
BySeed = dict[int, float]


@dataclass(frozen=True)
class Case:
    """One comparison: what is compared, and the difference for each seed."""

    label: str
    differences: BySeed

    @cached_property
    def _interval(self) -> tuple[float, float | None]:
        return interval(self.differences.values())

    @property
    def mean(self) -> float:
        """The mean difference over the seeds."""
        return self._interval[0]

    @property
    def half(self) -> float | None:
        """Half the width of the 95 % t-interval, uncorrected; None if the seeds show no spread."""
        return self._interval[1] if self._spread else None

    @property
    def standardised(self) -> tuple[float, float] | None:
        """Mean and half width in standard deviations over seeds; None if they show no spread."""
        if self.half is None:
            return None
        return self.mean / self._spread, self.half / self._spread

    @property
    def direction(self) -> int:
        """1 if the mean speaks for the claim, -1 if against it, 0 if it is zero."""
        return (self.mean > 0) - (self.mean < 0)

    @cached_property
    def _spread(self) -> float:
        values = [*self.differences.values()]
        spread = statistics.stdev(values) if len(values) > 1 else 0.0
        return spread if spread > ROUNDING * abs(self.mean) else 0.0

    def p_value(self, further: int = 0) -> float:
        """Return the two-sided p-value, uncorrected; further seeds leave mean and spread."""
        seeds = len(self.differences)
        if seeds == 1:
            return 1.0
        if not self._spread:
            return sign_test(abs(self.direction) * (seeds + further), 0)
        error = self._spread / math.sqrt(seeds + further)
        return t_tail(self.mean / error, seeds + further - 1)

    def sign_p_value(self) -> float:
        """Return the p-value of the exact two-sided sign test, which decides nothing here."""
        values = self.differences.values()
        return sign_test(sum(value > 0 for value in values), sum(value < 0 for value in values))


@dataclass(frozen=True)
class Judgement:
    """What came of a claim's test."""

    verdict: str  # one of VERDICTS
    cases: tuple[Case, ...] = field(default=(), repr=False)  # all that have records
    signs: tuple[int, ...] = ()  # of each case: 1 decided for the claim, -1 against it, else 0
    p_values: tuple[float, ...] = ()  # of each case, corrected; none for arithmetic
    deciding: Case | None = None  # the ends of a trend, else the one with the least mean
    arithmetic: bool = False  # nothing varies over seeds
    reason: str = ""  # why there are no cases

    @property
    def seeds(self) -> tuple[int, int]:
        """The least and the greatest number of seeds of a case."""
        counts = [len(case.differences) for case in self.cases] or [0]
        return min(counts), max(counts)


def every(
    cases: Iterable[Case], arithmetic: bool = False, deciding: Case | None = None
) -> Judgement:
    """Judge a claim that is made of every case; cases without differences are left out."""
    cases = tuple(case for case in cases if case.differences)
    if not cases:
        reason = "no record to judge it by yet"
        return Judgement(UNDECIDED, arithmetic=arithmetic, reason=reason)
    p_values = () if arithmetic else tuple(holm([case.p_value() for case in cases]))
    signs = _counted(cases) if arithmetic else _decided(cases, p_values)
    deciding = deciding or min(cases, key=lambda case: case.mean)
    return Judgement(_verdict(signs), cases, signs, p_values, deciding, arithmetic)


def trend(
    points: Sequence[float], compare: Callable[[float, float], Case], arithmetic: bool = False
) -> Judgement:
    """Judge a monotone trend of three points or more by its steps and its ends."""
    steps = [case for case in starmap(compare, pairwise(points)) if case.differences]
    ends = compare(points[0], points[-1]) if len(steps) > 1 else Case("", {})
    if not ends.differences:
        reason = "fewer than three points of the trend have records yet"
        return Judgement(UNDECIDED, arithmetic=arithmetic, reason=reason)
    return every([*steps, ends], arithmetic, ends)


def paired(first: BySeed, second: BySeed) -> BySeed:
    """Return the differences of the seeds that both have."""
    return {seed: first[seed] - second[seed] for seed in sorted(first.keys() & second.keys())}


def further_seeds(cases: Sequence[Case]) -> tuple[int, str] | None:
    """Return how many seeds more per case decide a claim, and the verdict they give.

    They are taken to leave means and spreads as they are; cases of one seed, which shows no
    spread, stay undecided. None if the claim stays undecided up to MOST_FURTHER.
    """

    def verdict(further: int) -> str:
        return _verdict(_decided(cases, holm([case.p_value(further) for case in cases])))

    numbers = range(MOST_FURTHER + 1)
    # more seeds lower each p-value, so what is decided stays decided
    least = bisect_left(numbers, True, key=lambda further: verdict(further) != UNDECIDED)
    return (least, verdict(least)) if least in numbers else None


def _counted(cases: Iterable[Case]) -> tuple[int, ...]:
    return tuple(1 if min(case.differences.values()) > 0 else -1 for case in cases)


def _decided(cases: Iterable[Case], p_values: Iterable[float]) -> tuple[int, ...]:
    return tuple(
        case.direction if p_value <= LEVEL else 0
        for case, p_value in zip(cases, p_values, strict=True)
    )


def _verdict(signs: Iterable[int]) -> str:
    """Return the word for cases decided for (1), against (-1) or not at all (0)."""
    signs = set(signs)
    if -1 in signs:
        return MIXED if 1 in signs else FAILS
    return HOLDS if signs == {1} else UNDECIDED
