"""The book's own claims on rows made by hand: damage, margin and trend of the old link."""

import math

import made_up
import pytest

from slfkit.claims import own_judges
from slfkit.claims.rules import FAILS, HOLDS, MIXED, UNDECIDED


def rows(times, lost=0.0, **labels):
    """Three runs for each f with these factors on the old MSE, nearly the same."""
    return [
        {
            **{"line": "slf", "crossover": 0.3, "seed": seed, "frozen": f, **labels},
            "old_link": {
                "before": {"mse": 0.1, "accuracy": 0.9},
                "after": {
                    "mse": 0.1 * value * (1 + 1e-3 * seed * (f + 1)),
                    "accuracy": 0.9 - lost + 1e-4 * seed,
                },
            },
        }
        for f, value in enumerate(times)
        for seed in range(3)
    ]


def test_an_upload_harms_where_the_old_error_grows():
    own = [*rows([8, 4, 1]), *rows([0.1], line="kept"), *rows([0.1], crossover=0.5)]
    judgement = own_judges.harms(own, "crossover", [0.3], [0, 1])
    assert judgement.verdict == HOLDS
    assert [case.label for case in judgement.cases] == ["ε = 0.3, f = 0", "ε = 0.3, f = 1"]
    assert judgement.cases[0].differences[0] == pytest.approx(math.log(8))
    assert own_judges.harms(rows([0.5]), "crossover", [0.3], [0]).verdict == FAILS
    assert own_judges.harms([], "crossover", [0.3], [0]).verdict == UNDECIDED


@pytest.mark.parametrize(("lost", "verdict"), [(0.005, HOLDS), (0.02, FAILS)])
def test_the_margin_is_a_share_of_accuracy(lost, verdict):
    judgement = own_judges.keeps(rows([2], lost), "crossover", [0.3], [0], margin=0.01)
    assert judgement.verdict == verdict
    assert judgement.cases[0].differences[0] == pytest.approx(0.01 - lost)


def test_freezing_spares_if_every_step_lowers_the_damage():
    assert own_judges.spares(rows([8, 4, 4.5]), "crossover", 0.3).verdict == MIXED
    judgement = own_judges.spares(rows([8, 4, 2]), "crossover", 0.3)
    assert (judgement.verdict, judgement.deciding.label) == (HOLDS, "f = 0 to 2")
    assert judgement.deciding.differences[0] == pytest.approx(math.log(4))


def over(eps, trained, mse, link="as pre-trained"):
    """Three seeds of a link trained for one eps over a channel of another."""
    return [
        {"link": link, "crossover": eps, "trained": trained, "seed": seed}
        | {"mse": mse * (1 + 1e-3 * seed * (trained == 0.3))}
        for seed in range(3)
    ]


def test_a_pair_suits_its_channel_if_every_other_errs_more():
    """Over 0.1 the factor is 1.5, over 0.3 it is 1.25; no pair is trained for 0.5."""
    right = [*over(0.1, 0.1, 0.2), *over(0.1, 0.3, 0.3), *over(0.3, 0.3, 0.4), *over(0.5, 0.1, 1)]
    rows = [*right, *over(0.3, 0.1, 0.5), *over(0.3, 0.3, 0.4, "aligned")]
    rows += over(0.3, 0.2, 0.1, "aligned")
    judgement = own_judges.suits(rows, "as pre-trained")
    assert judgement.verdict == HOLDS
    assert [(case.label, case.differences[0]) for case in judgement.cases] == [
        ("ε = 0.1, trained at 0.3", pytest.approx(math.log(1.5))),
        ("ε = 0.3, trained at 0.1", pytest.approx(math.log(1.25))),
    ]
    wrong = [*right, *over(0.3, 0.1, 0.3)]
    assert own_judges.suits(wrong, "as pre-trained").verdict == MIXED
    assert own_judges.suits(rows, "aligned").verdict == FAILS


def piloted(mse, seconds=1.0):
    """Three seeds of SLF at f = 4, which takes 12.8 s and more, and of a map from ten pilots."""
    made = []
    for seed in range(3):
        slf = made_up.timed(4, seed, 0.1 * (1 + 1e-3 * seed), line="slf")
        tested = {"method": "ridge 3", "payload": "indices", "mse": mse, "accuracy": 0.5}
        size = {"bytes_down": 250_000 * seconds, "flops": 0.0}
        pilots = {"line": "pilots", "pilots": 10, "crossover": 0.3}
        made += [slf, made_up.row(seed, aligners=[tested | size], **pilots)]
    return made


@pytest.mark.parametrize(("mse", "verdict"), [(0.05, HOLDS), (0.2, FAILS)])
def test_a_map_outdoes_slf_by_the_ratio_of_their_errors(mse, verdict):
    judgement = own_judges.outdoes(piloted(mse), "crossover", 10, [4])
    assert judgement.verdict == verdict
    assert judgement.cases[0].label == "ε = 0.3, f = 4"
    assert judgement.cases[0].differences[0] == pytest.approx(math.log(0.1 / mse))
    turned = own_judges.outdoes(piloted(mse), "crossover", 10, [4], slf=True)
    assert {turned.verdict, verdict} == {HOLDS, FAILS}


def test_within_a_budget_the_best_map_is_judged_by_seconds_and_accuracy_too():
    few = own_judges.outdoes(piloted(0.05), "crossover", 0, [4], budget=2.0)
    assert few == own_judges.outdoes(piloted(0.05), "crossover", 10, [4])
    assert not own_judges.outdoes(piloted(0.05), "crossover", 0, [4], budget=0.5).cases
    # A second against 8,000 + 4,000 bits at 2 Mbit/s; accuracy 0.5 against 0.9.
    late = own_judges.outdoes(piloted(0.05), "crossover", 10, [4], metric="seconds")
    assert late.verdict == UNDECIDED  # three equal differences show no spread
    assert late.cases[0].differences[0] == pytest.approx(math.log(0.006), abs=1e-3)
    worse = own_judges.outdoes(piloted(0.05), "crossover", 10, [4], metric="accuracy")
    assert worse.cases[0].differences[0] == pytest.approx(-0.4)
    assert own_judges.outdoes([], "crossover", 10, [4]).verdict == UNDECIDED
    for given in (("alpha", 10, [4]), ("crossover", 30, [4]), ("crossover", 10, [3])):
        assert own_judges.outdoes(piloted(0.05), *given).verdict == UNDECIDED


def ended(seed, mse):
    """Return SLF at f = 0, with an MSE of 1, and at f = 4, both ready after a second."""
    shared = {"line": "slf", "plain": True, "crossover": 0.3, "seed": seed}
    shared |= {"bytes_down": 0, "bytes_up": 0, "training_images": 1, "flops_per_image": 30e12}
    errors = {0: 1.0, 4: mse}
    states = {f: {"mse": error, "test_mse": error} for f, error in errors.items()}
    right = {"accuracy": 0.9, "test_accuracy": 0.9}
    runs = [{**shared, "frozen": f, "history": [state | right]} for f, state in states.items()]
    return [*runs, {**shared, "plain": False, "line": "unaligned", "mse": 9.0}]


def test_a_rule_regrets_less_by_the_ratio_of_what_it_takes():
    zero, four = "always f = 0", "always f = 4"
    single = ended(0, 2.0)
    rows = [*single, *ended(1, 2.1), *ended(2, 2.05)]
    judgement = own_judges.regrets_less(rows, zero, [four])
    assert [case.label for case in judgement.cases] == ["ε = 0.3, against always f = 4"]
    assert judgement.verdict == HOLDS
    assert judgement.cases[0].differences[1] == pytest.approx(math.log(2.1))
    assert own_judges.regrets_less(rows, four, [zero]).verdict == FAILS
    assert own_judges.regrets_less(single, zero, [four]).verdict == UNDECIDED


@pytest.mark.parametrize(("times", "verdict"), [(1.02, HOLDS), (1.2, FAILS)])
def test_near_is_within_a_share_of_f_0_of_the_same_seed(times, verdict):
    own = [{**row, "mse": 0.02 * (times if row["frozen"] else 1)} for row in rows([1, 1])]
    own = [{**row, "mse": row["mse"] * (1 + 1e-3 * row["seed"] * row["frozen"])} for row in own]
    judgement = own_judges.near(own, "crossover", [0.3], 0.05, [1])
    assert judgement.verdict == verdict
    assert judgement.cases[0].differences[0] == pytest.approx(math.log(1.05 / times))
    assert own_judges.near(own[3:], "crossover", [0.3], 0.05, [1]).verdict == UNDECIDED


def test_without_an_f_davids_own_pair_is_judged():
    own = [{**row, "mse": 0.02} for row in rows([1])]
    pair = [{**row, "line": "matched", "mse": 0.0201 + 1e-5 * row["seed"]} for row in own]
    judgement = own_judges.near([*own, *pair], "crossover", [0.3], 0.05)
    (case,) = judgement.cases
    assert (judgement.verdict, case.label) == (HOLDS, "ε = 0.3, David's encoder")
    assert case.differences[0] == pytest.approx(math.log(1.05 * 0.02 / 0.0201))
    begun = [{**row, "line": "ridge"} for row in pair]
    (case,) = own_judges.near([*own, *begun], "crossover", [0.3], 0.05, line="ridge").cases
    assert case.label == "ε = 0.3, f = 4, ridge first"


def test_links_of_a_city_are_judged_over_users():
    """Pairwise maps halve every error; that of T3.0, a user of photos, is not asked for."""
    names = ("T1.0", "T1.1", "T2.0", "T3.0")
    errors = {"pairwise": 0.1, "universe": 0.2}
    city = [
        {
            **{"line": "meeting", "sender": sender, "members": names, "pixel_variance": 0.5},
            **{"mse": 0.1, "accuracy": 0.9},
            "links": [
                {"scheme": scheme, "receiver": j, "mse": mse * (1 + 0.1 * j * k), "accuracy": 0.9}
                for j in range(4)
                if j != k
                for scheme, mse in errors.items()
            ],
        }
        for k, sender in enumerate(names)
    ]
    (case,) = own_judges.links_better(city, "pairwise", ["universe"], "d").cases
    assert list(case.differences.values()) == [pytest.approx(math.log(2))] * 3
    assert own_judges.links_better(city, "pairwise", ["hub T9.0"], "d").cases == ()
