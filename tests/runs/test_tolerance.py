"""How far a run may come out elsewhere: what seeds allow, never what its own record says."""

import math

import made_up
import pytest
import tiny

from slfkit.records.spec import CeilingSpec, classifier_for
from slfkit.reporting.intervals import t_quantile
from slfkit.runs.tolerance import (
    LEVEL,
    ROUNDING,
    allowed,
    by_chance,
    further_apart,
    numbers,
    scaled,
    shown,
)

PAIR = tiny.pair()
MSE = ("test", "mse")


def pair_record(seed, mse, crossover=0.3):
    return made_up.flat(tiny.pair(seed, crossover), mse)


OTHERS = [pair_record(seed, math.exp(seed / 10)) for seed in (1, 2, 3)]


def test_draws_and_epochs_are_averaged_and_counted_on_scales_that_lead_back():
    found = numbers(made_up.record(tiny.alignment()).results)
    assert found[("tasks", "mse", "test", "mse")] == pytest.approx(math.log(0.4))
    assert found[("tasks", "mse", "test", "length")] == pytest.approx(math.log(2))
    assert found[("history", "length")] == pytest.approx(math.log(2))
    assert found[("old_link", "after", "accuracy")] == pytest.approx(math.asin(math.sqrt(0.6)))
    assert found[("tasks", "accuracy", "epochs")] == pytest.approx(math.log(2))
    assert not any("examples" in path or "wall_seconds" in path for path in found)
    for name, value in (("accuracy", 0.3), ("psnr", -4.0), ("mse", 0.02)):
        assert shown((name,), scaled((name,), value)) == pytest.approx(value)


def test_the_spread_is_pooled_over_runs_of_one_sort():
    logarithms = {0.3: (0, 1, 2), 0.1: (0, 3)}
    records = [
        pair_record(seed, math.exp(value), crossover)
        for crossover, values in logarithms.items()
        for seed, value in enumerate(values)
    ]
    # ln MSE 0, 1, 2 about 1: squares 2, 2 degrees; 0, 3 about 1.5: squares 4.5, 1 degree
    limits = allowed(records, tiny.pair(5))
    level = 1 - (1 - LEVEL) / len(limits)  # so that all numbers of a record pass together
    assert limits[MSE] == pytest.approx(t_quantile(3, level) * math.sqrt(2 * 6.5 / 3))
    assert limits["pixel_variance",] == ROUNDING  # which no seed moves
    assert allowed(records, tiny.alignment()) == allowed(records[:1], PAIR) == {}


@pytest.mark.parametrize(("share", "near"), [(0.99, True), (1.01, False)])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_tolerance_is_what_other_seeds_allow(share, near, sign):
    stored = pair_record(0, 7.0)
    again = pair_record(0, 7.0 * math.exp(sign * share * allowed(OTHERS, PAIR)[MSE]))
    odd = further_apart(stored, again, [stored, *OTHERS])
    assert (odd == "") == near and (near or odd.startswith("test.mse is 7 in the record and"))


def test_the_record_under_test_does_not_widen_what_is_allowed():
    """Its wild MSE would make room for itself."""
    wild = pair_record(0, 1e9)
    assert further_apart(wild, pair_record(0, 1.0), [wild, *OTHERS])
    assert further_apart(wild, wild, [wild, OTHERS[0]]) is None  # one other seed is not enough


@pytest.mark.parametrize("kind", ["classifier", "ceiling"])
def test_an_accuracy_alone_is_judged_by_the_number_of_test_images(kind):
    classifier = classifier_for(tiny.transceiver())
    spec = CeilingSpec("glyphs", "scenes", 0.5, classifier, test=400)
    spec = classifier if kind == "classifier" else spec
    images = spec.test
    assert by_chance(spec) == pytest.approx(2.576 * math.sqrt(1 / (2 * images)), rel=1e-3)

    def of(accuracy):
        shares = {} if kind == "classifier" else {"shares": {"a": {"accuracy": 0.9}}}
        return made_up.record(spec, test={"accuracy": accuracy, **shares})

    near = shown(("accuracy",), scaled(("accuracy",), 0.9) - 0.99 * by_chance(spec))
    far = shown(("accuracy",), scaled(("accuracy",), 0.9) - 1.01 * by_chance(spec))
    assert further_apart(of(0.9), of(near), [of(0.9)]) == ""
    assert further_apart(of(0.9), of(far), [of(0.9)]).startswith("test.accuracy is 0.9 in the")
