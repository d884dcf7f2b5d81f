"""What the alternatives send, and the claims against them, by hand."""

import math

import pytest

from slfkit.claims import judges, rival_judges, rivals
from slfkit.claims.rules import FAILS, HOLDS, UNDECIDED
from slfkit.models import GRID
from slfkit.recovery import Link

ROW = {
    **{"frozen": 0, "seed": 0, "bytes_down": 1000, "bytes_up": 500, "training_images": 10},
    **{"codewords": 32, "dimension": 16},
}


def test_bytes_and_the_table_by_hand():
    assert rivals.POSITIONS == GRID**2
    assert rivals.slf(ROW) == 1500
    assert rivals.numbers(ROW) == 10 * 256 * 5 / 8  # K = 32: five bits a number
    assert rivals.gradients(ROW) == 10 * 256 * 16 * 4  # D = 16 floats
    assert rivals.averaging(ROW) == 2 * (1000 + 61_760)
    other = {**ROW, "codewords": 64, "dimension": 8}  # the run's own K and D
    assert rivals.numbers(other) == 10 * 256 * 6 / 8
    assert rivals.gradients(other) == 10 * 256 * 8 * 4
    table = rivals.table([{**ROW, "frozen": 3}, ROW], Link(uplink=8e3).uplink)
    assert [one["seconds"] for one in table[:1]] == ["1.5"] and table[0]["times"] == "1.0"
    assert [one["megabytes"] for one in table] == ["0.00", "0.13", "0.00", "0.17"]
    assert set(rivals.TABLE.values()) == set(table[0])
    assert rivals.table([{**ROW, "frozen": 3}], 1.0) == []


@pytest.mark.parametrize("rival", rivals.RIVALS)
def test_a_rival_must_send_more_than_slf_at_every_f(rival):
    rows = [{**ROW, "bytes_up": 0, "frozen": 4}, ROW, {**ROW, "seed": 1}]
    judgement = judges.traffic(rows, rival)
    least = min(rivals.RIVALS[rival](row) - rivals.slf(row) for row in rows)
    assert (judgement.verdict, judgement.deciding.mean, len(judgement.cases)) == (HOLDS, least, 2)
    assert judgement.arithmetic
    assert judges.traffic([{**ROW, "bytes_up": 10**9}], rival).verdict == FAILS


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


def test_one_seed_or_none_decides_nothing_and_other_ways_play_no_part():
    for some in (rows(0, 12, 10), rows(0, 12, 10)[:1], []):
        assert rival_judges.no_sooner(some, 0.2).verdict == UNDECIDED
        assert rival_judges.no_better(some, 0.005).verdict == UNDECIDED
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
