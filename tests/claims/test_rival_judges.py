"""Averaging from a common start against re-training alone, by hand."""

import math

import pytest

from slfkit.claims import rival_judges
from slfkit.claims.rules import FAILS, HOLDS, UNDECIDED


def rows(seed, rounds, epochs, gain=0.0):
    """Return a run of averaging and one alone: epochs as operations over one image."""
    shared = {"seed": seed, "training_images": 1, "flops_per_image": 1, "epochs_mse": 1}
    new = {**shared, "way": "averaging", "variant": "common", "accuracy": 0.9 + gain}
    new["history"] = [{"bytes_down": 0, "bytes_up": 0, "flops": rounds}]
    old = {**shared, "way": "SLF, f = 0", "accuracy": 0.9, "bytes_down": 0, "bytes_up": 0}
    return [new, {**old, "epochs_mse": epochs}]


def three(rounds, epochs=10, gain=0.0):
    """Return three seeds that differ a little, so that they have a spread."""
    return [
        row
        for seed in range(3)
        for row in rows(seed, rounds + seed / 100, epochs, gain + seed / 1e5)
    ]


@pytest.mark.parametrize(("rounds", "verdict"), [(12, HOLDS), (9, HOLDS), (7, FAILS)])
def test_a_fifth_of_the_epochs_is_the_bound(rounds, verdict):
    judgement = rival_judges.no_sooner(three(rounds), 0.2)
    assert judgement.verdict == verdict
    assert judgement.deciding.mean == pytest.approx(rounds + 0.01 - 8)


@pytest.mark.parametrize(("gain", "verdict"), [(-0.1, HOLDS), (0.002, HOLDS), (0.02, FAILS)])
def test_half_a_point_is_no_gain(gain, verdict):
    assert rival_judges.no_better(three(10, gain=gain), 0.005).verdict == verdict


def test_one_seed_or_none_decides_nothing():
    for some in (rows(0, 12, 10), rows(0, 12, 10)[:1], []):
        assert rival_judges.no_sooner(some, 0.2).verdict == UNDECIDED
        assert rival_judges.no_better(some, 0.005).verdict == UNDECIDED


def test_other_ways_and_variants_play_no_part():
    more = [{"seed": 0, "way": "averaging", "variant": "own"}, {"seed": 0, "way": "unaligned"}]
    assert len(rival_judges.no_sooner([*more, *three(12)], 0.2).cases) == 1


def links(line, mse, user="T1"):
    """Return three seeds of a link; those of line a differ a little, so that quotients do."""
    return [
        {"line": line, "user": user, "seed": seed, "mse": mse * (1 + (line == "a") * seed / 100)}
        for seed in range(3)
    ]


def test_the_lower_error_wins_in_every_case():
    some = [*links("a", 0.4), *links("b", 0.2), *links("a", 0.3, "T2"), *links("b", 0.1, "T2")]
    judgement = rival_judges.errs_less(some, "line", "a", "b", ["user"])
    assert judgement.verdict == HOLDS
    assert [case.label for case in judgement.cases] == ["user = T1", "user = T2"]
    assert judgement.cases[0].differences[1] == pytest.approx(math.log(2.02))
    assert rival_judges.errs_less(some[:6], "line", "b", "a").verdict == FAILS
    (case,) = rival_judges.errs_less(some[:6], "line", "a", "b").cases
    assert case.label == "b against a"
    (case,) = rival_judges.errs_less(some, "line", "a", "b", where={"user": "T2"}).cases
    assert case.differences[0] == pytest.approx(math.log(3))
