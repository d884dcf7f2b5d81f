"""The rules of judging on cases made by hand: each of the five words, and how it comes about."""

from fractions import Fraction
from math import comb

import pytest

from slfkit.claims import rules
from slfkit.claims.rules import FAILS, HOLDS, MIXED, UNDECIDED, Case, every

FOR, AGAINST, OPEN = (1.0, 1.1, 0.9), (-1.0, -1.1, -0.9), (1.0, -1.0, 0.5)


def case(*values, label="a"):
    return Case(label, dict(enumerate(values)))


@pytest.mark.parametrize(
    ("cases", "verdict"),
    [
        ([FOR], HOLDS),
        ([FOR, FOR], HOLDS),
        ([FOR, AGAINST], MIXED),
        ([FOR, AGAINST, OPEN], MIXED),
        ([AGAINST], FAILS),
        ([AGAINST, OPEN], FAILS),
        ([FOR, OPEN], UNDECIDED),
        ([OPEN], UNDECIDED),
        ([], UNDECIDED),
    ],
)
def test_the_word_follows_from_the_decided_cases(cases, verdict):
    judged = every(case(*values) for values in cases)
    assert judged.verdict == verdict
    expected = {FOR: 1, AGAINST: -1, OPEN: 0}
    assert judged.signs == tuple(expected[values] for values in cases)


def test_the_verdicts_are_the_five_words():
    assert rules.VERDICTS == ("holds", "mixed", "does not hold", "undecided", "cannot be tested")


@pytest.mark.parametrize("value", [1e9, -1e9])
def test_one_seed_never_decides(value):
    judged = every([case(value), case(*FOR)])
    assert (judged.verdict, judged.signs) == (UNDECIDED, (0, 1))
    assert judged.cases[0].half is None and judged.p_values[0] == 1


def test_the_p_value_is_that_of_the_paired_t_test_or_the_signs_corrected_for_all_cases():
    # Of 1, 2 and 3: t = 2 sqrt(3) at two degrees, P = 1 - t / sqrt(t**2 + 2).
    assert case(1, 2, 3).p_value() == pytest.approx(1 - (12 / 14) ** 0.5)
    assert case(-1, -2, -3).p_value() == case(1, 2, 3).p_value()
    # Alone p = 0.030; beside two undecided cases Holm triples it.
    close = (9.0, 13.0, 17.0)
    assert case(*close).p_value() == pytest.approx(0.030, abs=5e-4)
    assert every([case(*close)]).verdict == HOLDS
    assert every([case(*close), case(*OPEN), case(*OPEN)]).signs == (0, 0, 0)
    assert case(1, 2, 0, 3).sign_p_value() == rules.sign_test(3, 0) == 0.25
    assert case(*OPEN).sign_p_value() == rules.sign_test(2, 1) == 1


@pytest.mark.parametrize(("positive", "negative"), [(8, 0), (0, 8), (7, 1), (3, 2), (4, 4), (0, 0)])
def test_the_sign_test_is_the_exact_binomial(positive, negative):
    signs, least = positive + negative, min(positive, negative)
    tails = [k for k in range(signs + 1) if min(k, signs - k) <= least]
    exact = Fraction(sum(comb(signs, k) for k in tails), 2**signs)
    assert rules.sign_test(positive, negative) == float(exact)


@pytest.mark.parametrize(("seeds", "sign"), [(2, 0), (5, 0), (6, 1)])
def test_equal_differences_show_no_spread_and_leave_it_to_the_signs(seeds, sign):
    """Equal counts of epochs are not certainty: 2 / 2**5 is above 0.05, 2 / 2**6 below.

    A difference in the last bit is rounding, not spread.
    """
    equal = case(*[0.3] * (seeds - 1), 0.1 + 0.2)
    assert equal.half is None
    assert equal.p_value() == 2 / 2**seeds
    assert every([equal]).signs == (sign,)
    assert case(*[0.0] * seeds).p_value() == 1


def test_further_seeds_by_hand_and_their_cap():
    # Mean 1, spread 2: sqrt(18) / 2 = 2.121 passes the table's 2.110, sqrt(17) / 2 not 2.120.
    values = (-1.0, 1.0, 3.0)
    assert rules.further_seeds([case(*values)]) == (15, HOLDS)
    assert rules.further_seeds([case(*(-value for value in values))]) == (15, FAILS)
    assert rules.further_seeds([case(*values), case(*FOR)])[1] == HOLDS
    assert rules.further_seeds([case(-1.0, 1.0, 0.001)]) is None
    assert rules.further_seeds([case(1.0), case(*FOR)]) is None
    assert rules.further_seeds([case(1.0), case(-1.0, -1.4, 0.2, -0.8)]) == (4, FAILS)


def test_arithmetic_is_decided_by_each_difference_and_the_weakest_case_is_stated():
    assert every([case(5.0), case(2.0, 2.0)], arithmetic=True).verdict == HOLDS
    assert every([case(5.0), case(0.0)], arithmetic=True).verdict == MIXED
    judged = every([case(2.0, -1.0)], arithmetic=True)
    assert (judged.verdict, judged.arithmetic, judged.p_values) == (FAILS, True, ())
    judged = every([case(3, 5, label="strong"), case(1, 2, 1.5, label="weak"), Case("none", {})])
    assert (judged.deciding.label, judged.seeds, len(judged.cases)) == ("weak", (2, 3), 2)
    assert judged.deciding.half == pytest.approx(1.2421, abs=1e-4)


@pytest.mark.parametrize(
    ("steps", "ends", "verdict"),
    [
        ([FOR, FOR], FOR, HOLDS),
        ([FOR, AGAINST], FOR, MIXED),
        ([OPEN, AGAINST], OPEN, FAILS),
        ([FOR, OPEN], FOR, UNDECIDED),
        ([FOR, FOR], OPEN, UNDECIDED),
    ],
)
def test_a_trend_has_its_steps_and_its_ends_as_cases(steps, ends, verdict):
    cases = {(0, 1): steps[0], (1, 2): steps[1], (0, 2): ends}
    judged = rules.trend(range(3), lambda a, b: case(*cases[a, b], label=f"{a} to {b}"))
    assert (judged.verdict, judged.deciding.label, len(judged.cases)) == (verdict, "0 to 2", 3)


def test_two_points_are_no_trend():
    judged = rules.trend(range(3), lambda a, b: case(*(() if (a, b) == (1, 2) else FOR)))
    assert (judged.verdict, judged.cases) == (UNDECIDED, ())
    assert "fewer than three points" in judged.reason
