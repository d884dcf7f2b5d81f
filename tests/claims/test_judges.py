"""The tests of claims on rows made by hand: every verdict of every rule."""

import math

import made_up
import pytest

from slfkit.claims import judges, own_judges, rival_judges
from slfkit.claims.ledger import JUDGES
from slfkit.claims.rules import FAILS, HOLDS, MIXED, UNDECIDED
from slfkit.reporting.intervals import interval


def rows(values, metric="mse", seeds=1, **labels):
    """One SLF row for each f with these values, the same or nearly so for so many seeds."""
    shared = {"line": "slf", **labels}
    return [
        {**shared, "seed": seed, "frozen": f, metric: value * (1 + 1e-3 * seed * (f + 1) ** 2)}
        for f, value in enumerate(values)
        for seed in range(seeds)
    ]


def stated(judgement):
    return judgement.deciding.mean


def pair(receiver, mse, accuracy, seed=0):
    measured = {"mse": mse, "accuracy": accuracy, "pixel_variance": 1.0, "ceiling": 0.9}
    return made_up.row(seed, sender="T1", receiver=receiver, **measured)


def test_pairs_work_and_fail_past_their_thresholds_by_logarithms():
    # The MSE is judged by the logarithm of its ratio to the threshold.
    good, bad = pair("T1", 0.05, 0.8), pair("T2", 1.2, 0.2)
    assert stated(judges.works([good, bad], "mse")) == pytest.approx(math.log(2))
    assert stated(judges.works([good, bad], "accuracy")) == pytest.approx(0.3)
    assert stated(judges.fails([good, bad], "mse")) == pytest.approx(math.log(1.2))
    assert stated(judges.fails([good, bad], "accuracy")) == pytest.approx(0.3)
    assert judges.works([pair("T1", 0.2, 0.3)], "mse").deciding.direction == -1
    assert judges.fails([pair("T2", 0.9, 0.7)], "accuracy").deciding.direction == -1
    assert not judges.works([{**good, "ceiling": None}], "accuracy").cases
    # Twice, 4 and 8 times the threshold: the differences 1, 3 and 7 would not exclude zero.
    skewed = [pair("T2", mse, 0.2, seed) for seed, mse in enumerate((2.0, 4.0, 8.0, 16.0))]
    judgement = judges.fails(skewed, "mse")
    assert judgement.verdict == HOLDS
    assert stated(judgement) == pytest.approx(2.5 * math.log(2))
    assert interval([1.0, 3.0, 7.0, 15.0])[1] > 6.5


def test_slf_is_compared_with_the_unaligned_pair_of_the_same_cell_and_seed():
    before = [
        {"line": "unaligned", "crossover": 0.1, "seed": seed, "mse": 1.0, "accuracy": 0.5}
        for seed in range(3)
    ]
    after = rows([0.2, 1.5], seeds=3, crossover=0.1)
    judgement = judges.mends([*before, *after], "mse", "crossover")
    assert (judgement.verdict, judgement.deciding.label) == (MIXED, "ε = 0.1, f = 1")
    assert judgement.deciding.differences[0] == pytest.approx(-math.log(1.5))
    right = rows([0.6, 0.7], "accuracy", seeds=3, crossover=0.1)
    assert judges.mends([*before, *right], "accuracy", "crossover").verdict == HOLDS
    assert not judges.mends(after, "mse", "crossover").cases
    assert not judges.mends([{**before[0], "seed": 9}, *after], "mse", "crossover").cases


def costing(axis, at, factor):
    return rows([0.1, 0, 0, 0, 0.1 * factor], **{axis: at})


def test_freezing_costs_least_at_home_where_there_are_errors_and_depth_compares_factors():
    home, far = costing("crossover", 0.3, 2), costing("crossover", 0.1, 3)
    assert stated(judges.nearer(home + far, "mse", 0.3)) == pytest.approx(math.log(3 / 2))
    near = judges.nearer(home + costing("crossover", 0.5, 1), "mse", 0.3)
    assert stated(near) == pytest.approx(-math.log(2))
    assert not judges.nearer(far, "mse", 0.3).cases
    flawless = rows([1.0, 1, 1, 1, 0.9], "accuracy", crossover=0.3)
    far = rows([0.9, 0, 0, 0, 0.8], "accuracy", crossover=0.1)
    assert not judges.nearer(flawless + far, "accuracy", 0.3).cases
    both = [
        {**row, "accuracy": accuracy}
        for row, accuracy in zip(rows([0.1, 0, 0, 0, 0.3]), (0.8, 0, 0, 0, 0.6), strict=True)
    ]
    assert stated(judges.depth(both)) == pytest.approx(math.log(3 / 2))
    assert not judges.depth(both[:4]).cases


@pytest.mark.parametrize(
    ("judge", "values", "metric", "rises", "verdict"),
    [
        (judges.with_frozen, [1, 2, 3], "mse", (True,), HOLDS),
        (judges.with_frozen, [1, 2, 3], "mse", (False,), FAILS),
        (judges.with_frozen, [1, 3, 2], "mse", (True,), MIXED),
        (judges.with_frozen, [], "mse", (True,), UNDECIDED),
        (judges.with_frozen, [9, 7, 4], "bytes_up", (False,), HOLDS),
        (judges.with_frozen, [9, 7, 7], "bytes_up", (False,), MIXED),
        (judges.constant, [7, 7, 7], "bytes_down", (), HOLDS),
        (judges.constant, [7, 7, 8], "bytes_down", (), MIXED),
        (judges.constant, [7, 8], "bytes_down", (), FAILS),
        (judges.last_is, [1, 2, 3], ["mse"], (), HOLDS),
        (judges.last_is, [1, 4, 3], ["mse"], (), MIXED),
        (judges.last_is, [3, 2, 1], ["accuracy"], (), HOLDS),
        (judges.last_is, [1, 2, 3], ["accuracy"], (), FAILS),
        (judges.last_is, [], ["mse"], (), UNDECIDED),
    ],
)
def test_a_metric_over_f(judge, values, metric, rises, verdict):
    """Bytes are arithmetic, so one seed is enough; whether the last f is worst is asked of many."""
    name = metric[0] if judge is judges.last_is else metric
    arithmetic = name.startswith("bytes")
    judgement = judge(rows(values, name, 1 if arithmetic else 3), metric, *rises)
    assert (judgement.verdict, judgement.arithmetic) == (verdict, arithmetic)


def test_time_is_computed_at_the_papers_link():
    """1 s down, 2 x 10 x 3e12 operations at 30e12 a second, 0.5 s up."""
    sizes = {"bytes_down": 250_000, "bytes_up": 125_000}
    row = {**sizes, "epochs_mse": 2, "training_images": 10, "flops_per_image": 3e12}
    assert judges.measure(row, "time_mse") == 1.0 + 2.0 + 0.5


def test_what_freezing_costs_over_alpha():
    factors = {0.0: 3, 0.5: 2, 1.0: 1.1}
    whole = [row for at in factors for row in costing("alpha", at, factors[at])]
    assert stated(judges.trades(whole, "mse", 0.0)) == pytest.approx(0.2)
    shrinking = judges.shrinks(whole, "mse")
    assert [case.mean for case in shrinking.cases] == pytest.approx([0.1, 0.09, 0.19])
    assert shrinking.deciding.label == "α = 0 to 1"
    assert stated(judges.vanishes(whole, "mse")) == pytest.approx(0.02 - 0.01)
    lasting = judges.vanishes(whole[:5] + costing("alpha", 1.0, 2), "mse")
    assert stated(lasting) == pytest.approx(0.02 - 0.1)
    assert not judges.shrinks(whole[5:], "mse").cases
    assert not judges.trades(whole[5:], "mse", 0.0).cases


def test_orders_and_starts():
    by_order = ("mse", "order", "first", "last")
    last = rows([0.1, 0.2], seeds=3, order="last")
    first = rows([0.2, 0.1], seeds=3, order="first")
    assert judges.improves(last + first, *by_order).verdict == MIXED
    assert not judges.improves(last, *by_order).cases
    starts = rows([0.1], reinitialise=True) + rows([0.2], reinitialise=False)
    judgement = judges.improves(starts, "mse", "reinitialise", False, True)
    assert stated(judgement) == pytest.approx(0.1)


def test_the_papers_ten_times_follow_from_its_constants_and_a_wrong_one_is_noticed(monkeypatch):
    judgement = judges.recomputes([])
    assert (judgement.verdict, len(judgement.cases), judgement.arithmetic) == (HOLDS, 10, True)
    monkeypatch.setattr(judges, "recomputed_seconds", lambda column, task: 1.0)
    assert judges.recomputes([]).verdict == FAILS


def test_no_judge_hides_another_of_its_name():
    for home in (judges, own_judges, rival_judges):
        assert all(JUDGES.get(name, one) is one for name, one in vars(home).items())
