"""Student's t over seeds: means with their 95 % interval, and p-values, exact without scipy."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from functools import cache

from slfkit.errors import ParameterError

LEVEL = 0.05  # of several tests together: the chance to decide any if no difference is real
Bounds = tuple[float, float, float]  # mean, lower and upper end of its interval
EQUAL = 1e-9  # relative: half widths below it are rounding, so the values are equal


def interval(values: Iterable[float], shared: Sequence[float] = ()) -> tuple[float, float | None]:
    """Return (mean, half width) of the two-sided 95 % Student t-interval of independent values.

    Args:
        values: at least one number, one per seed.
        shared: values of something that all values have in common, such as their judge: its
            variance is added whole, and Welch and Satterthwaite give the degrees of freedom.

    Returns:
        The half width is None for a single value, which has no spread.

    Raises:
        ParameterError: no values.
    """
    values = [float(value) for value in values]
    if not values:
        raise ParameterError("no values to average: expected at least one; check which rows exist")
    if len(values) == 1:
        return values[0], None
    parts = [(statistics.variance(values) / len(values), len(values) - 1)]
    if len(shared) > 1:
        parts.append((statistics.variance(shared), len(shared) - 1))
    return statistics.fmean(values), half_width(parts)


def half_width(parts: Sequence[tuple[float, int]]) -> float:
    """Return the half width of a 95 % t-interval from variances of the mean and their degrees."""
    return t_quantile(_degrees(parts)) * math.sqrt(sum(part for part, _ in parts))


def _degrees(parts: Sequence[tuple[float, int]]) -> int:
    """Return the degrees of freedom of a sum of variances, rounded down, by Satterthwaite."""
    total = sum(part for part, _ in parts)
    if len(parts) == 1 or total == 0:
        return parts[0][1]
    degrees = total**2 / sum(part**2 / degrees for part, degrees in parts)
    return math.floor(degrees + EQUAL)  # 2 is 2, whatever the rounding


def undecided(values: Iterable[float], mark: str = " (undecided)") -> str:
    """Return a mark for values whose ``interval`` holds zero, or that have none; else "".

    Raises:
        ParameterError: no values.
    """
    mean, half = interval(values)
    return mark if half is None or abs(mean) <= half else ""


def text(values: Iterable[float], form: str, shared: Sequence[float] = ()) -> str:
    """Write ``interval`` of values in a format such as "{:.3f}": mean ± half width, or the mean.

    Values that are all equal show no spread, which is not certainty: they get no half width. A
    format that writes a sign, such as "{:+.0f}", writes it of the mean alone.

    Raises:
        ParameterError: no values.
    """
    mean, half = interval(values, shared=shared)
    if half is None or half <= EQUAL * abs(mean):
        return form.format(mean)
    return f"{form.format(mean)} ± {form.format(half).lstrip('+')}"


def exponential(logarithms: Iterable[float]) -> Bounds:
    """Return the factor that the mean of logarithms stands for, and the ends of its interval."""
    mean, half = interval(logarithms)
    return math.exp(mean), math.exp(mean - (half or 0.0)), math.exp(mean + (half or 0.0))


def factor(logarithms: Iterable[float]) -> str:
    """Write the factor that a mean logarithm stands for, with its interval: × 2 (1.6 to 2.5).

    The interval is left out where there is none, or where all values are the same.

    Raises:
        ParameterError: no values.
    """
    mean, half = interval(logarithms)
    if not half:
        return f"× {math.exp(mean):.3g}"
    return f"× {math.exp(mean):.3g} ({math.exp(mean - half):.3g} to {math.exp(mean + half):.3g})"


def times(logarithms: Iterable[float]) -> str:
    """Write ``factor`` for a sentence: "2 (1.6 to 2.5) times".

    Raises:
        ParameterError: no values.
    """
    return f"{factor(logarithms).removeprefix('× ')} times"


def p_value(differences: Sequence[float]) -> float:
    """Return the two-sided p-value of a paired t-test; 1 for a single difference.

    Where all differences are the same, the exact sign test takes its place.

    Raises:
        ParameterError: no values.
    """
    mean, half = interval(differences)
    if half is None or not mean:
        return 1.0
    if half <= EQUAL * abs(mean):
        return sign_test(len(differences), 0)
    degrees = len(differences) - 1
    return t_tail(mean / half * t_quantile(degrees), degrees)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected for their number by Holm's procedure, in the order given."""
    corrected, largest = [0.0] * len(p_values), 0.0
    for rank, k in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[k]))
        corrected[k] = largest
    return corrected


def sign_test(positive: int, negative: int) -> float:
    """Return the exact two-sided p-value of this many positive and negative signs; 1 for none."""
    signs = positive + negative
    tail = sum(math.comb(signs, k) for k in range(min(positive, negative) + 1))
    return min(1.0, 2 * tail / 2**signs)


def median_interval(values: Iterable[float]) -> tuple[float, float] | None:
    """Return the order statistics, as many from either end, that hold the median with 95 % or more.

    They assume no distribution, so infinite values may stand for censored ones; fewer than six
    values have no such interval.
    """
    ranked = sorted(values)
    inner = [k for k in range(len(ranked) // 2) if sign_test(k, len(ranked) - k) <= LEVEL]
    return (ranked[inner[-1]], ranked[-1 - inner[-1]]) if inner else None


def proportion_interval(count: int, trials: int) -> tuple[float, float]:
    """Return the 95 % Clopper-Pearson interval (low, high) of a probability: count in trials.

    Raises:
        ParameterError: a count outside 0..trials, or no trials.
    """
    if not 0 <= count <= trials or trials < 1:
        raise ParameterError(
            f"{count} of {trials} is not a share: expected 0 to {trials} of 1 or more"
        )
    low = 0.0 if count == 0 else 1.0 - _largest(trials - count, trials)
    high = 1.0 if count == trials else _largest(count, trials)
    return low, high


def _largest(count: int, trials: int) -> float:
    """Return the p at which so few or fewer of the trials have the probability 0.025."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(count, trials, middle) > 0.025 else (low, middle)
    return (low + high) / 2


def _at_most(count: int, trials: int, p: float) -> float:
    """Return the binomial probability of at most this many, each term by its logarithm."""
    import numpy as np  # here, so that verdicts do without it

    k = np.arange(count)
    steps = np.log((trials - k) / (k + 1)) + math.log(p) - math.log1p(-p)
    return float(np.exp(trials * math.log1p(-p) + np.append(0.0, steps).cumsum()).sum())


@cache
def t_quantile(degrees: int, level: float = 0.95) -> float:
    """Return t with P(|T| <= t) = level for Student's T, by bisection of the exact distribution.

    Raises:
        ParameterError: degrees below 1, or a level outside (0, 1).
    """
    _check_degrees(degrees)
    if not 0 < level < 1:
        raise ParameterError(f"level is {level}: expected a number between 0 and 1, such as 0.95")
    low, high = 0.0, math.pi / 2  # t = sqrt(degrees) * tan(angle)
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _coverage(middle, degrees) < level else (low, middle)
    return math.sqrt(degrees) * math.tan(low)


def t_tail(t: float, degrees: int) -> float:
    """Return P(|T| >= |t|) for Student's T, the two-sided p-value of t, within 1e-15.

    Raises:
        ParameterError: degrees below 1.
    """
    _check_degrees(degrees)
    return max(0.0, 1 - _coverage(math.atan(abs(t) / math.sqrt(degrees)), degrees))


def _check_degrees(degrees: int) -> None:
    if degrees < 1 or degrees != int(degrees):
        raise ParameterError(f"degrees of freedom are {degrees}: expected a whole number from 1 on")


def _coverage(angle: float, degrees: int) -> float:
    """Return P(|T| <= sqrt(degrees) * tan(angle)), a finite sum for whole degrees."""
    odd = degrees % 2
    term = total = math.cos(angle) if odd else 1.0
    if degrees == 1:
        total = 0.0
    for order in range(2 + odd, degrees, 2):
        term *= math.cos(angle) ** 2 * (order - 1) / order
        total += term
    if odd:
        return (angle + math.sin(angle) * total) * 2 / math.pi
    return math.sin(angle) * total
