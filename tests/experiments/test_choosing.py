"""Choices by hand: four ways with known times, held-out and test errors."""

from dataclasses import replace

import pytest

from slfkit.errors import ParameterError
from slfkit.experiments import choosing
from slfkit.experiments.candidates import Candidate
from slfkit.experiments.choosing import Need, choices, explained, refused

UNIT = {"downlink": 8.0, "uplink": 8.0, "power": 1.0}  # a byte or an operation takes a second


def state(name, seconds, held_out, mse, seed=0, old=0.9, epoch=1):
    return Candidate(name, "here", seed, 0, 0, seconds, held_out, mse, 0.9, old, epoch)


# "fast" is soon and poor, "slow" late and good; "harsh" between, and ruins the old link; test
# errors are in another order than held-out ones, so that a choice by them would show
FAST = [state("fast", 1, 0.5, 0.1), state("fast", 2, 0.4, 0.2, epoch=2)]
SLOW = [state("slow", 5, 0.2, 0.9), state("slow", 6, 0.1, 0.8, epoch=2)]
HARSH = [state("harsh", 3, 0.3, 0.3, old=0.1)]
ALL = [*FAST, *SLOW, *HARSH]


def chosen(**need):
    return [one.name for one in choices(ALL, Need(**UNIT, **need))]


@pytest.mark.parametrize(
    ("need", "names"),
    [
        ({}, ["slow", "harsh", "fast"]),
        ({"deadline": 5}, ["slow", "harsh", "fast"]),
        ({"deadline": 4.9}, ["harsh", "fast"]),
        ({"deadline": 4.9, "old_link": 0.5}, ["fast"]),
        ({"deadline": 0.9}, []),
        ({"old_link": 0.95}, []),
        ({"quality": 0.4}, ["fast", "harsh", "slow"]),  # after 2, 3 and 5 s
        ({"quality": 0.3}, ["harsh", "slow"]),
        ({"quality": 0.3, "old_link": 0.5}, ["slow"]),
        ({"quality": 0.3, "deadline": 2.9}, []),
    ],
)
def test_deadlines_qualities_and_limits(need, names):
    assert chosen(**need) == names


def test_a_run_stops_at_its_best_state_or_at_its_first_of_the_quality():
    (best, *_), (soonest,) = choices(ALL, Need(**UNIT)), choices(SLOW, Need(**UNIT, quality=0.25))
    assert best.states == (SLOW[1],) and best.seconds == [6.0]
    assert soonest.states == (SLOW[0],)


def test_the_accuracy_may_choose_in_place_of_the_mse():
    """ "slow" is right most often after its first epoch; of equals the first epoch is kept."""
    right = {("fast", 1): 0.7, ("fast", 2): 0.7, ("slow", 1): 0.9, ("slow", 2): 0.8}
    known = [replace(one, held_out_accuracy=right.get((one.name, one.epoch), 0.95)) for one in ALL]
    met = choices(known, Need(**UNIT), "accuracy")
    first = [(one.name, one.states[0].epoch) for one in met]
    assert first == [("harsh", 1), ("slow", 1), ("fast", 1)]
    limit = Need(**UNIT, old_link=0.5)
    said = choosing.advice(known, limit, "accuracy")
    assert said.startswith("Choose slow, and stop after epoch 1")
    with pytest.raises(ParameterError, match="metric 'psnr' is unknown: expected one of mse, acc"):
        choices(known, limit, "psnr")


def test_every_seed_must_meet_the_need_by_a_known_old_link():
    late = [replace(one, seed=1, flops=one.flops + 10) for one in FAST]
    assert choices([*FAST, *late], Need(**UNIT, deadline=2)) == []
    (both,) = choices([*FAST, *late], Need(**UNIT, deadline=20))
    assert [one.seed for one in both.states] == [0, 1] and both.seconds == [2.0, 12.0]
    unknown = [replace(one, old_link=None) for one in FAST]
    assert choices(unknown, Need(**UNIT, old_link=0.01)) == []
    assert len(choices(unknown, Need(**UNIT))) == 1


def test_what_cannot_be_met_says_what_there_is():
    (line, *_) = explained(ALL, Need(**UNIT, old_link=0.95))
    said = "No way leaves David's old link an accuracy of 95 %: the most that one leaves is 90.0 %."
    assert line == said
    assert explained(SLOW, Need(**UNIT, deadline=4, old_link=0.5))[0].startswith("No way is ready")
    first, *_ = explained(ALL, Need(**UNIT, deadline=0.5))
    assert first == (
        "No way is ready within 0.5 s in every seed; the fastest, fast, takes 1.00 s, and the best"
        ", slow, has a held-out MSE of 0.1000."
    )
    assert explained([], Need()) == ["No record to choose from is stored yet."]


def test_ways_are_ranked_on_the_seeds_that_all_of_them_share():
    """A hard seed 1 that only "wide" has: over its own seeds it would come last, at 0.5."""
    wide = [state("wide", 1, 0.1, 0.1), state("wide", 1, 0.9, 0.1, seed=1)]
    narrow = [state("narrow", 1, 0.2, 0.1)]
    assert [one.name for one in choices([*narrow, *wide], Need(**UNIT))] == ["wide", "narrow"]
    apart = [replace(one, seed=2) for one in narrow]
    assert [one.name for one in choices([*apart, *wide], Need(**UNIT))] == ["narrow", "wide"]


@pytest.mark.parametrize(
    ("need", "reasons"),
    [
        ({"old_link": 0.5}, {choosing.LOSS: ["harsh"]}),
        ({"deadline": 2.5}, {choosing.LATE: ["slow", "harsh"]}),
        ({"quality": 0.25}, {choosing.POOR: ["fast", "harsh"]}),
        (
            {"quality": 0.4, "deadline": 1},
            {choosing.LATER: ["fast"], choosing.LATE: ["slow", "harsh"]},
        ),
    ],
)
def test_what_is_left_out_has_its_first_reason(need, reasons):
    assert refused(ALL, Need(**UNIT, **need)) == reasons


def test_a_condition_that_any_seed_never_meets_is_the_reason():
    """Seed 0 is good too late, seed 1 never; with another seed 1, both are good too late."""
    need, first = Need(**UNIT, quality=0.2, deadline=5.5), state("slow", 1, 0.5, 0.5)
    late = [first, state("slow", 6, 0.1, 0.8, epoch=2)]
    poor, good = ([replace(one, seed=1, held_out=x) for one in late[1:]] for x in (0.3, 0.1))
    soon = [replace(first, seed=1)]
    assert refused([*late, *soon, *poor], need) == {choosing.POOR: ["slow"]}
    assert refused([*late, *soon, *good], need) == {choosing.LATER: ["slow"]}


def test_the_choice_is_explained_and_a_long_list_is_cut():
    first, why, *left_out, without = explained(ALL, Need(**UNIT, old_link=0.5, deadline=4))
    assert first == (
        "Choose fast, and stop after epoch 2: ready after 2.00 s, test MSE 0.2000, accuracy 90.00 %"
        ", of David's old link 90.0 % (one seed)."
    )
    assert why == (
        "Why: of 3 ways, 1 is ready within 4 s, with an old-link accuracy of 50 % or more in every "
        "seed; it is the only one."
    )
    assert left_out == [
        "Left out, not ready in time: slow.",
        "Left out, David's old link falls too low: harsh.",
    ]
    assert without.startswith("Without the limit on the old link: harsh, test MSE 0.3000")
    _, why = explained(ALL, Need(**UNIT))
    assert "it has the least held-out MSE, before harsh (+200.0 %, undecided)." in why
    twice = [*ALL, *(replace(one, seed=1) for one in ALL)]
    assert "before harsh (+200.0 %)." in explained(twice, Need(**UNIT))[1]
    many = [state(f"way {n}", 9, 0.1, 0.1) for n in range(7)]
    assert "way 4; and 2 more." in explained([*many, *FAST], Need(**UNIT, deadline=5))[2]


def test_a_table_has_a_row_for_each_need_and_names_what_misses_by_least():
    rows = choosing.choice_table(ALL, [Need(**UNIT), Need(**UNIT, deadline=0.1)])
    answers = [(row["asked"], row["name"]) for row in rows]
    assert answers == [("anything", "slow"), ("ready within 0.1 s", "none")]
    assert rows[0]["mse"] == "0.8000" and rows[0]["old_link"] == "90.0"
    assert choosing.choice_table([], [Need()]) == []
    # "slow" has the least mean, but its worst seed misses by more than that of "harsh".
    later = [replace(HARSH[0], seed=1), replace(SLOW[0], seed=1, held_out=0.35)]
    (row,) = choosing.choice_table([*ALL, *later], [Need(**UNIT, quality=0.05)])
    assert row["name"] == "none (harsh: 0.3000 in one seed)"
