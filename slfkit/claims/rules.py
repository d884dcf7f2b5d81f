"""How a claim is judged: paired differences, the outcome of each case, and the verdict of all.

A case is one comparison, such as f = 0 against f = 4 at one eps, with one difference for each
seed; it is signed so that a positive difference speaks for the claim.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from slfkit.reporting.intervals import interval

HOLDS = "holds"
IN_PART = "holds in part"
FAILS = "does not hold"
UNTESTED = "cannot be tested"
VERDICTS = (HOLDS, IN_PART, FAILS, UNTESTED)
ONE_SEED_SPREADS = 2.0  # a single run's difference must exceed so many spreads of the draws


@dataclass(frozen=True)
class Measure:
    """A measured value and its spread, the standard deviation over the test channel's draws."""

    value: float
    spread: float = 0.0

    def __sub__(self, other: Measure) -> Measure:
        return Measure(self.value - other.value, math.hypot(self.spread, other.spread))

    def __truediv__(self, other: Measure) -> Measure:
        ratio = self.value / other.value
        relative = math.hypot(other.spread / other.value, self.spread / (self.value or math.inf))
        return Measure(ratio, abs(ratio) * relative)


@dataclass(frozen=True)
class Case:
    """One comparison: what is compared, and the difference for each seed."""

    label: str
    differences: dict[int, Measure]

    @cached_property
    def _interval(self) -> tuple[float, float | None]:
        return interval(measure.value for measure in self.differences.values())

    @property
    def mean(self) -> float:
        """The mean difference over the seeds."""
        return self._interval[0]

    @property
    def half(self) -> float | None:
        """Half the width of the 95 % t-interval; None for one seed."""
        return self._interval[1]

    @property
    def sign(self) -> int:
        """1 if the case speaks for the claim, -1 if against it, 0 if neither can be said.

        Two seeds or more: the 95 % t-interval of the paired differences must exclude 0. One seed:
        the difference must exceed two spreads of the draws of the test channel; this leaves out
        how much another seed of the training would change it.
        """
        half = self.half
        if half is None:
            half = ONE_SEED_SPREADS * next(iter(self.differences.values())).spread
        return 0 if abs(self.mean) <= half else int(math.copysign(1, self.mean))


@dataclass(frozen=True)
class Judgement:
    """What came of a claim's test.

    Attributes:
        verdict: one of VERDICTS.
        value, half: the deciding case's mean difference and half its interval (None: one seed).
        at: that case's label.
        seeds: the least and the greatest number of seeds of a case.
        cases: all cases there are.
        reason: why it cannot be tested; empty otherwise.
    """

    verdict: str
    value: float | None = None
    half: float | None = None
    at: str = ""
    seeds: tuple[int, int] = (0, 0)
    cases: tuple[Case, ...] = field(default=(), repr=False)
    reason: str = ""

    def count(self, sign: int) -> int:
        """Return how many cases have this sign."""
        return sum(case.sign == sign for case in self.cases)


def untested(reason: str) -> Judgement:
    """Return the judgement of a claim that cannot be tested, with the reason."""
    return Judgement(UNTESTED, reason=reason)


def every(cases: Iterable[Case]) -> Judgement:
    """Judge a claim that is made of every case; the deciding case is the weakest.

    It holds if all cases speak for it, in part if some do, not at all if some speak against it
    and none for it; if none says anything, it cannot be tested.
    """
    cases = _filled(cases)
    if not cases:
        return untested("no record to judge it by yet")
    signs = {case.sign for case in cases}
    if signs == {0}:
        verdict, reason = UNTESTED, "no difference beyond the spread"
    else:
        verdict = HOLDS if signs == {1} else IN_PART if 1 in signs else FAILS
        reason = ""
    return _judged(verdict, min(cases, key=lambda case: case.mean), cases, reason)


def trend(steps: Iterable[Case], ends: Case) -> Judgement:
    """Judge a monotone trend of three points or more by its steps, and its first against its last.

    It holds if every step and the ends speak for it, in part if the ends do but not every step;
    if the ends speak against it, it does not hold; if they say nothing, it cannot be tested.
    """
    steps = _filled(steps)
    if len(steps) < 2 or not ends.differences:
        return untested("fewer than three points of the trend have records yet")
    whole = all(case.sign == 1 for case in steps)
    if ends.sign == 0:
        return _judged(UNTESTED, ends, steps, "the ends do not differ beyond the spread")
    verdict = FAILS if ends.sign < 0 else HOLDS if whole else IN_PART
    return _judged(verdict, ends, steps, "")


def _filled(cases: Iterable[Case]) -> tuple[Case, ...]:
    return tuple(case for case in cases if case.differences)


def _judged(verdict: str, deciding: Case, cases: Sequence[Case], reason: str) -> Judgement:
    counts = [len(case.differences) for case in (deciding, *cases)]
    seeds = (min(counts), max(counts))
    return Judgement(
        verdict, deciding.mean, deciding.half, deciding.label, seeds, tuple(cases), reason
    )
