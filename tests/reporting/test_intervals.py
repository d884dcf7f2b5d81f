"""Exact and tabulated values of the t-interval, its coverage, and its refusals."""

import math
import random
import re

import pytest

from slfkit.errors import ParameterError
from slfkit.reporting import intervals

TABLE = {1: 12.706205, 2: 4.302653, 3: 3.182446, 4: 2.776445, 5: 2.570582, 9: 2.262157}


@pytest.mark.parametrize("degrees", TABLE)
def test_quantile_equals_the_printed_table(degrees):
    assert intervals.t_quantile(degrees) == pytest.approx(TABLE[degrees], abs=1e-6)
    tail = intervals.t_tail(TABLE[degrees], degrees)
    assert intervals.t_tail(-TABLE[degrees], degrees) == tail == pytest.approx(0.05, abs=1e-7)


@pytest.mark.parametrize("level", [0.5, 0.9, 0.99])
def test_one_and_two_degrees_have_closed_forms(level):
    assert intervals.t_quantile(1, level) == pytest.approx(math.tan(math.pi * level / 2))
    assert intervals.t_quantile(2, level) == pytest.approx(level * math.sqrt(2 / (1 - level**2)))


@pytest.mark.parametrize("t", [0.0, 0.5, 1.0, 4.0, 30.0])
def test_tails_of_one_to_four_degrees_have_closed_forms(t):
    root = math.sqrt(t**2 + 4)
    exact = {
        1: 1 - 2 * math.atan(t) / math.pi,
        2: 1 - t / math.sqrt(t**2 + 2),
        3: 1 - 2 / math.pi * (math.atan(t / 3**0.5) + t * 3**0.5 / (t**2 + 3)),
        4: 1 - t * (t**2 + 6) / root**3,
    }
    assert [intervals.t_tail(t, degrees) for degrees in exact] == pytest.approx(
        [*exact.values()], abs=1e-14
    )


def test_many_degrees_approach_the_normal_distribution_and_few_are_worked_by_hand():
    assert intervals.t_tail(1.959964, 2000) == pytest.approx(0.05, abs=3e-4)
    assert intervals.t_quantile(2000) == pytest.approx(1.959964, abs=2e-3)
    assert intervals.interval([1, 2, 3]) == (2, pytest.approx(4.302653 / math.sqrt(3), abs=1e-6))
    assert intervals.interval([0.25]) == (0.25, None)


def test_refusals_name_the_value_and_the_way_out():
    with pytest.raises(ParameterError, match="no values"):
        intervals.interval([])
    with pytest.raises(ParameterError, match="degrees of freedom are 0"):
        intervals.t_quantile(0)
    with pytest.raises(ParameterError, match="degrees of freedom are 0"):
        intervals.t_tail(1.0, 0)
    with pytest.raises(ParameterError, match="level is 1.5"):
        intervals.t_quantile(3, 1.5)
    for count, trials in ((-1, 5), (6, 5), (0, 0)):
        with pytest.raises(ParameterError, match=f"{count} of {trials} is not a share"):
            intervals.proportion_interval(count, trials)


def test_a_text_has_the_mean_and_half_the_interval_but_equal_values_claim_no_certainty():
    assert intervals.text([1.0, 3.0], "{:.1f}") == "2.0 ± 12.7"
    assert intervals.text([1.0, 3.0], "{:+.1f}") == "+2.0 ± 12.7"
    assert intervals.text([18, 18, 18], "{:.3g}") == "18"
    assert intervals.text([0.3, 0.1 + 0.2, 0.3], "{:.3f}") == "0.300"
    assert intervals.text([0.0, 0.0], "{:.1f}") == "0.0"
    assert intervals.text([0.25], "{:.2f}") == "0.25"
    # 2 ± 12.706, and 10.05 ± 0.635 on either side of zero.
    assert intervals.undecided([1, 3]) == intervals.undecided([7]) == " (undecided)"
    assert intervals.undecided([10, 10.1]) == intervals.undecided([-10, -10.1]) == ""
    assert intervals.undecided([0, 0], "?") == "?"


def test_a_factor_has_the_interval_of_the_mean_logarithm():
    # Of log 2 and log 8 the mean is log 4, the half width 12.706 * log 2.
    low, high = (4 * 2**power for power in (-12.706, 12.706))
    assert intervals.factor([math.log(2), math.log(8)]) == f"× 4 ({low:.3g} to {high:.3g})"
    assert intervals.factor([0.0, 0.0]) == "× 1"
    assert intervals.factor([math.log(3)]) == "× 3"
    assert intervals.times([math.log(2.0)]) == "2 times"
    assert re.fullmatch(r"1 \(0\.\d+ to \d\.\d+\) times", intervals.times([0.1, -0.1]))


def test_an_interval_of_a_share_from_a_table_and_at_its_ends():
    # 8 of 20: Clopper and Pearson, Biometrika 26 (1934); one grid at 0.3 gives about 0.056.
    assert intervals.proportion_interval(8, 20) == pytest.approx((0.1912, 0.6395), abs=5e-5)
    low, high = intervals.proportion_interval(77, 256)
    assert (high - low) / 2 == pytest.approx(0.0575, abs=2e-3)
    low, high = intervals.proportion_interval(0, 20)
    assert low == 0.0 and high == pytest.approx(1 - 0.025 ** (1 / 20), rel=1e-9)
    assert intervals.proportion_interval(20, 20) == pytest.approx((1 - high, 1.0), rel=1e-9)


@pytest.mark.parametrize("p", [0.02, 0.1, 0.3, 0.5])
def test_the_interval_of_a_share_covers_as_often_as_it_says(p):
    """Exactly: the probabilities of all counts whose interval holds p, at least 0.95."""
    chances = 0.0
    for k in range(31):
        low, high = intervals.proportion_interval(k, 30)
        chances += (low <= p <= high) * math.comb(30, k) * p**k * (1 - p) ** (30 - k)
    assert chances >= 0.95


def test_what_all_values_share_adds_its_variance_whole():
    """Each part is 1 of one degree of freedom: together 2, of two by Satterthwaite."""
    values, shared = [0.0, 2.0], [0.0, math.sqrt(2)]
    whole = pytest.approx((1.0, TABLE[2] * math.sqrt(2)))
    assert intervals.interval(values, shared=shared) == whole
    alone = intervals.interval(values, shared=[5.0])
    assert alone == intervals.interval(values) == pytest.approx((1.0, TABLE[1]))
    assert intervals.interval([1.0], shared=shared) == (1.0, None)
    assert intervals.interval([3.0] * 4, shared=[1.0] * 3) == (3.0, 0.0)


def test_the_interval_with_a_shared_part_covers_as_often_as_it_says():
    """Means of 4 that share one of 5 judges, equally spread: 95 % within four standard errors."""
    draw, trials, covered = random.Random(0), 4_000, 0
    for _ in range(trials):
        judges = [draw.gauss(0, 1) for _ in range(5)]
        values = [judges[0] + draw.gauss(0, 2) for _ in range(4)]
        mean, half = intervals.interval(values, shared=judges)
        covered += abs(mean) <= half
    error = math.sqrt(0.05 * 0.95 / trials)
    assert covered / trials > 0.95 - 4 * error


def test_holm_and_a_paired_t_test_by_hand():
    # Of 0.01, 0.04, 0.03 and 0.005: 4 x 0.005, 3 x 0.01, 2 x 0.03, and 0.04 raised to that.
    assert intervals.holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert intervals.holm([0.9, 0.6]) == [1.0, 1.0]
    assert intervals.holm([]) == []
    # Mean 2 with a standard error of 1 over three seeds: P(|T| > 2) at 2 degrees is 0.1835.
    apart = math.sqrt(3.0)
    assert intervals.p_value([2.0 - apart, 2.0, 2.0 + apart]) == pytest.approx(0.18350, abs=1e-5)
    assert intervals.p_value([0.3]) == intervals.p_value([1.0, -1.0]) == 1.0
    assert intervals.p_value([0.3, 0.3]) == 0.5  # two heads in two throws, or two tails


@pytest.mark.parametrize(("count", "ends"), [(5, None), (6, (1, 6)), (8, (1, 8)), (9, (2, 8))])
def test_the_median_lies_between_order_statistics(count, ends):
    """Both tails: 2/32, 2/64, 2/256 (18/256 from the second on), and 20/512 of nine."""
    assert intervals.median_interval(reversed(range(1, count + 1))) == ends
