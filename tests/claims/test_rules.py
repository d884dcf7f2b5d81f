"""The rules of judging on cases made by hand: every sign and every verdict."""

import pytest

from slfkit.claims.rules import FAILS, HOLDS, IN_PART, UNTESTED, Case, Measure, every, trend


def case(*values, label="a", spread=0.0):
    return Case(label, {seed: Measure(value, spread) for seed, value in enumerate(values)})


def test_the_spread_of_a_difference_and_of_a_ratio():
    assert (Measure(5.0, 3.0) - Measure(2.0, 4.0)) == Measure(3.0, 5.0)
    ratio = Measure(4.0, 0.0) / Measure(2.0, 0.5)
    assert (ratio.value, ratio.spread) == (2.0, 0.5)
    assert Measure(0.0, 1.0) / Measure(2.0, 1.0) == Measure(0.0, 0.0)


@pytest.mark.parametrize(("value", "sign"), [(0.21, 1), (-0.21, -1), (0.2, 0), (0.0, 0)])
def test_one_seed_must_exceed_two_spreads(value, sign):
    assert case(value, spread=0.1).sign == sign
    assert case(value, spread=0.1).half is None


@pytest.mark.parametrize(
    ("values", "sign"),
    [((1.0, 1.1), 1), ((-1.0, -1.1), -1), ((1.0, 2.0), 0), ((1.0, 2.0, 1.5), 1)],
)
def test_more_seeds_need_an_interval_that_excludes_zero(values, sign):
    """Of 1 and 2 the half width is 12.7 x 0.5; of 1, 2 and 1.5 it is 4.30 x 0.289."""
    assert case(*values, spread=9.0).sign == sign


@pytest.mark.parametrize(
    ("cases", "verdict"),
    [
        ([1, 2], HOLDS),
        ([1, -1], IN_PART),
        ([1, 0], IN_PART),
        ([-1, 0], FAILS),
        ([-1, -2], FAILS),
        ([0, 0], UNTESTED),
        ([], UNTESTED),
    ],
)
def test_a_claim_about_every_case(cases, verdict):
    assert every(case(value) for value in cases).verdict == verdict


def test_the_weakest_case_decides_and_empty_cases_are_left_out():
    found = every([case(3, 5, label="strong"), case(1, 2, 1.5, label="weak"), Case("none", {})])
    assert (found.at, found.value, found.seeds, len(found.cases)) == ("weak", 1.5, (2, 3), 2)
    assert found.half == pytest.approx(1.2421, abs=1e-4)


@pytest.mark.parametrize(
    ("steps", "ends", "verdict"),
    [
        ([1, 1], 2, HOLDS),
        ([2, -1], 1, IN_PART),
        ([1, -2], -1, FAILS),
        ([1, -1], 0, UNTESTED),
        ([1], 1, UNTESTED),
    ],
)
def test_a_trend(steps, ends, verdict):
    assert trend([case(value) for value in steps], case(ends, label="ends")).verdict == verdict
