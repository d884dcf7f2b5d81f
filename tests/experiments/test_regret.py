"""Regret by hand: two f, two seeds, two worlds, and a link where a second is an operation."""

import math

import pytest

from slfkit.experiments import regret
from slfkit.experiments.candidates import Candidate
from slfkit.experiments.regret import Case
from slfkit.recovery import Link

LINK = Link(8.0, 8.0, 1.0)


def run(f, *states, seed=0, world="w"):
    return tuple(
        Candidate(f"f = {f}", world, seed, 0, 0, seconds, held, mse, 0.9, epoch=n)
        for n, (seconds, held, mse) in enumerate(states, start=1)
    )


def case(world="w", seed=0, before=8.0, better=0):
    """f = 0 is ready after 4 and 8 s, f = 4 after 2 and 4 s; ``better`` has half the error."""
    errors = {better: 1.0, 4 - better: 2.0}
    runs = {}
    for f, seconds in ((0, 4), (4, 2)):
        states = [(n * seconds, errors[f] / n, errors[f] / n) for n in (1, 2)]
        runs[f] = run(f, *states, seed=seed, world=world)
    return Case(world, seed, runs, 16.0, before)


def test_each_rule_takes_what_is_ready():
    assert case().hindsight(LINK, 1.0) is None
    assert [case().hindsight(LINK, time)[0] for time in (2.0, 4.0, 8.0)] == [4, 0, 0]
    zero, four = regret.always(0), regret.always(4)
    assert [zero(case(), LINK, time, []) for time in (3.9, 4.0, 8.0)] == [16.0, 1.0, 0.5]
    assert [four(case(), LINK, time, []) for time in (1.9, 2.0, 4.0)] == [16.0, 2.0, 1.0]
    # f = 0 is better after an epoch; the other's 2 s come on top: 6 and 10 s.
    times = (5.9, 6.0, 9.9, 10.0)
    assert [regret.trial(case(), LINK, time, []) for time in times] == [16, 1, 1, 0.5]


def test_other_seeds_choose_and_the_own_run_pays():
    own, other, elsewhere = case(seed=0, better=4), case(seed=1, better=0), case("v", seed=1)
    assert regret.other_seeds(own, LINK, 8.0, [own, elsewhere]) is None
    assert regret.other_seeds(own, LINK, 8.0, [own, other]) == 1.0  # f = 0, where 4 has 0.5
    assert regret.other_seeds(own, LINK, 1.0, [own, other]) == 16.0


def test_the_prediction_is_the_choice_of_the_nearest_other_world():
    own = case("w", before=8.0, better=4)
    near, far = case("near", before=7.0, better=4), case("far", before=1.0, better=0)
    assert regret.predicted(own, LINK, 8.0, [own, near, far]) == 0.5
    assert regret.predicted(own, LINK, 8.0, [own, far]) == 1.0
    assert regret.predicted(case(before=None), LINK, 8.0, [near]) is None
    assert regret.predicted(own, LINK, 8.0, [own, case("near", seed=1)]) is None


def test_deadlines_run_from_first_to_last_state_and_regret_is_the_mean_logarithm_over_them():
    times = regret.deadlines(case(), LINK)
    assert (times[0], times[-1], len(times)) == (2.0, 8.0, regret.DEADLINES)
    # Always 4 against hindsight: equal before 4 s, 1 against 1 until 8 s, then 1 against 0.5.
    by_rule = {row["rule"]: row for row in regret.regrets([case()], [LINK])}
    assert by_rule["always f = 4"]["regret"] == pytest.approx(math.log(2) / regret.DEADLINES)
    assert by_rule["always f = 4"]["missed"] == 0
    early = sum(time < 4 for time in times) / regret.DEADLINES
    assert by_rule["always f = 0"]["missed"] == pytest.approx(early)
    assert by_rule["always f = 0"]["regret"] == pytest.approx(early * math.log(16 / 2))
    assert "other seeds, same mismatch" not in by_rule and "nearest unaligned MSE" not in by_rule


def test_a_seed_s_mean_is_over_the_worlds_that_have_several_and_kinds_are_kept_apart():
    cases = [case("ε = 0.3", 0), case("ε = 0.3", 1), case("ε = 0.5", 0, better=4)]
    rows = regret.regrets(cases, [LINK])
    own = [r["regret"] for r in rows if (r["rule"], r["world"]) == ("always f = 0", "ε = 0.3")]
    assert list(regret.by_seed(rows, "always f = 0", LINK).values()) == own
    table = regret.regret_table(rows, [LINK])
    assert [row["Rule"] for row in table] == list(regret.RULES)
    assert table[1]["Missed (%), 8e-06 Mbit/s"] == "0"
    assert table[3]["Regret, 8e-06 Mbit/s"] == "× 1.04"  # the single world's choice, f = 4
    assert [row["Seeds"] for row in table] == [2, 2, 2, 1, 2]  # seed 1 has no other world to ask
    assert regret.regret_table([], [LINK]) == []
    # Always f = 4 loses over channels and is best over data; a third seed of one α is left out.
    better = {"ε = 0.3": 0, "α = 0": 4, "α = 1": 4}
    cases = [case(world, seed, better=f) for world, f in better.items() for seed in (0, 1)]
    rows = regret.regrets([*cases, case("α = 0", 2, better=4)], [LINK])
    four = [row for row in regret.regret_table(rows, [LINK]) if row["Rule"] == "always f = 4"]
    told = [(row["Mismatches"], row["Seeds"], row["Regret, 8e-06 Mbit/s"]) for row in four]
    assert told == [("ε = 0.3", 2, "× 1.04"), ("α = 0, 1", 2, "× 1")]


def test_the_best_rule_is_named_or_left_open_on_the_seeds_that_all_rules_have():
    rows = regret.regrets([case("w", 0), case("w", 1)], [LINK])
    assert regret.best_rule(rows, LINK).startswith(
        "Over all mismatches with several seeds (1) and the seeds that they share (2), the rule of "
        "least regret is “other seeds, same mismatch”: its MSE is 1 times "
    )
    assert "No mismatch with several seeds" in regret.best_rule(rows[:3], LINK)
    # Only seed 0 has another world to ask; in seed 1, which is left out, f = 4 would be best.
    cases = [case("w", 0), case("w", 1, better=4), case("v", 0)]
    said = regret.best_rule(regret.regrets(cases, [LINK]), LINK)
    assert "share (1), the rule of least regret is “nearest unaligned MSE”" in said
