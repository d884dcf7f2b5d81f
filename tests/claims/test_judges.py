"""The tests of claims on rows made by hand: every verdict of every rule."""

import made_up
import pytest

from slfkit.claims import judges
from slfkit.claims.rules import FAILS, HOLDS, IN_PART, UNTESTED, Measure


def rows(values, metric="mse", seed=0, **labels):
    """One SLF row for each f with these values."""
    shared = {"line": "slf", "seed": seed, **labels}
    return [{**shared, "frozen": f, metric: value} for f, value in enumerate(values)]


def pair(receiver, mse, accuracy):
    measured = {"mse": mse, "accuracy": accuracy, "pixel_variance": 1.0, "ceiling": 0.9}
    return made_up.row(sender="T1", receiver=receiver, measured=measured)


def test_pairs_work_and_fail_past_their_thresholds():
    good, bad = pair("T1", 0.05, 0.8), pair("T2", 1.2, 0.2)
    assert judges.works([good, bad], "mse").value == pytest.approx(0.05)
    assert judges.works([good, bad], "accuracy").value == pytest.approx(0.3)
    assert judges.fails([good, bad], "mse").value == pytest.approx(0.2)
    assert judges.fails([good, bad], "accuracy").value == pytest.approx(0.3)
    assert judges.works([pair("T1", 0.2, 0.3)], "mse").verdict == FAILS
    assert judges.fails([pair("T2", 0.9, 0.7)], "accuracy").verdict == FAILS
    assert judges.works([{**good, "ceiling": None}], "accuracy").verdict == UNTESTED


def test_slf_is_compared_with_the_unaligned_pair_of_the_same_cell_and_seed():
    before = {"line": "unaligned", "crossover": 0.1, "seed": 0, "mse": 1.0, "accuracy": 0.5}
    after = rows([0.2, 1.5], crossover=0.1, accuracy=0.6)
    found = judges.mends([before, *after], "mse", "crossover")
    assert (found.verdict, found.at, found.value) == (IN_PART, "ε = 0.1, f = 1", -0.5)
    assert judges.mends([before, *after], "accuracy", "crossover").verdict == HOLDS
    assert judges.mends(after, "mse", "crossover").verdict == UNTESTED
    assert judges.mends([{**before, "seed": 1}, *after], "mse", "crossover").verdict == UNTESTED


def costing(axis, at, factor):
    return rows([0.1, 0, 0, 0, 0.1 * factor], **{axis: at})


def test_freezing_costs_least_at_home():
    home, far = costing("crossover", 0.3, 2), costing("crossover", 0.1, 3)
    assert judges.nearer(home + far, "mse", 0.3).value == pytest.approx(1.0)
    assert judges.nearer(home + costing("crossover", 0.5, 1), "mse", 0.3).verdict == FAILS
    assert judges.nearer(far, "mse", 0.3).verdict == UNTESTED


@pytest.mark.parametrize(
    ("judge", "values", "metric", "option", "verdict"),
    [
        (judges.with_frozen, [1, 2, 3], "mse", True, HOLDS),
        (judges.with_frozen, [1, 2, 3], "mse", False, FAILS),
        (judges.with_frozen, [1, 3, 2], "mse", True, IN_PART),
        (judges.with_frozen, [], "mse", True, UNTESTED),
        (judges.constant, [7, 7, 7], "bytes_down", None, HOLDS),
        (judges.constant, [7, 7, 8], "bytes_down", None, IN_PART),
        (judges.constant, [7, 8], "bytes_down", None, FAILS),
    ],
)
def test_a_metric_over_f(judge, values, metric, option, verdict):
    options = (metric,) if option is None else (metric, option)
    assert judge(rows(values, metric), *options).verdict == verdict


@pytest.mark.parametrize(
    ("values", "metric", "verdict"),
    [
        ([1, 2, 3], "mse", HOLDS),
        ([1, 4, 3], "mse", IN_PART),
        ([3, 2, 1], "accuracy", HOLDS),
        ([1, 2, 3], "accuracy", FAILS),
        ([], "mse", UNTESTED),
    ],
)
def test_the_last_f_is_worst(values, metric, verdict):
    assert judges.last_is(rows(values, metric), [metric]).verdict == verdict


def test_time_is_computed_at_the_papers_link():
    """1 s down, 2 x 10 x 3e12 operations at 30e12 a second, 0.5 s up."""
    sizes = {"bytes_down": 250_000, "bytes_up": 125_000}
    row = {**sizes, "epochs_mse": 2, "training_images": 10, "flops_per_image": 3e12}
    assert judges.measure(row, "time_mse") == Measure(1.0 + 2.0 + 0.5)


def test_depth_compares_factors():
    both = [
        {**row, "accuracy": accuracy}
        for row, accuracy in zip(rows([0.1, 0, 0, 0, 0.3]), (0.8, 0, 0, 0, 0.6), strict=True)
    ]
    assert judges.depth(both).value == pytest.approx(3 - 2)
    assert judges.depth(both[:4]).verdict == UNTESTED


def test_what_freezing_costs_over_alpha():
    factors = {0.0: 3, 0.5: 2, 1.0: 1.1}
    whole = [row for at in factors for row in costing("alpha", at, factors[at])]
    assert judges.trades(whole, "mse", 0.0).value == pytest.approx(0.2)
    assert judges.shrinks(whole, "mse").verdict == HOLDS
    assert judges.vanishes(whole, "mse").value == pytest.approx(0.02 - 0.01)
    assert judges.vanishes(whole[:5] + costing("alpha", 1.0, 2), "mse").verdict == FAILS
    assert judges.shrinks(whole[5:], "mse").verdict == UNTESTED
    assert judges.trades(whole[5:], "mse", 0.0).verdict == UNTESTED


def test_orders_and_starts():
    by_order = ("mse", "order", "first", "last")
    orders = rows([0.1, 0.2], order="last") + rows([0.2, 0.1], order="first")
    assert judges.improves(orders, *by_order).verdict == IN_PART
    assert judges.improves(orders[:2], *by_order).verdict == UNTESTED
    starts = rows([0.1], reinitialise=True) + rows([0.2], reinitialise=False)
    assert judges.improves(starts, "mse", "reinitialise", False, True).value == pytest.approx(0.1)


def test_the_papers_ten_times_follow_from_its_constants():
    found = judges.recomputes([])
    assert (found.verdict, len(found.cases), found.seeds) == (HOLDS, 10, (0, 0))


def test_a_wrong_printed_time_is_noticed(monkeypatch):
    monkeypatch.setattr(judges, "recomputed_seconds", lambda column, task: 1.0)
    assert judges.recomputes([]).verdict == FAILS
