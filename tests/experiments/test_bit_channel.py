"""The bit channel by hand: grid, changes against eq. 5, sentences, figure."""

import made_up
import pytest

from slfkit.errors import ParameterError
from slfkit.experiments import bit_channel
from slfkit.experiments.bit_channel import EQ_5, LEARNED, PLAIN


def link(air, mse, seed=0, user="T1"):
    at = {"user": user, "crossover": 0.1, "air": air, "codewords": 32}
    return made_up.row(seed, mse=mse, accuracy=0.9 + mse / 10, **at)


ROWS = [link(EQ_5, 0.2), link(PLAIN, 0.18), link(LEARNED, 0.1)]
MORE = [link(EQ_5, 0.4, 1), link(PLAIN, 0.48, 1), link(LEARNED, 0.2, 1)]


def test_each_user_sends_over_three_airs_of_his_own_eps_at_all_seeds_of_his():
    cells = bit_channel.bit_channel("paper", seeds=[3]).cells
    airs = [(c.labels["user"], c.labels["air"]) for c in cells]
    assert airs == [(user, air) for user in ("T1", "T2", "T3") for air in (EQ_5, PLAIN, LEARNED)]
    for cell in cells:
        assert cell.spec.sender == cell.spec.receiver
        assert cell.spec.crossover == cell.spec.sender.crossover
    sent = [(c.spec.air, c.spec.labelling) for c in cells[6:]]
    assert sent == [("symmetric", "plain"), ("bits", "plain"), ("bits", "learned")]
    for user, seeds in (("T1", 8), ("T2", 8), ("T3", 3)):
        own = [cell for cell in bit_channel.bit_channel().cells if cell.labels["user"] == user]
        assert [cell.labels["seed"] for cell in own[::3]] == list(range(seeds))
    with pytest.raises(ParameterError, match="48 codewords do not fill whole bits"):
        bit_channel.bit_channel("smoke", settings={"codewords": 48})


def test_changes_are_paired_and_said_or_undecided():
    assert bit_channel.changes([*ROWS, *MORE], PLAIN) == pytest.approx([-10, 20])
    assert bit_channel.changes([*ROWS, *MORE], LEARNED) == pytest.approx([-50, -50])
    assert bit_channel.changes([link(EQ_5, 0.2), link(PLAIN, 0.1, 1)], PLAIN) == []
    # Plain: 5 ± 190.6, with t = 12.706; learned: -50 in both.
    text = bit_channel.finding([*ROWS, *MORE])
    symmetric = "change the MSE of the symmetric channel by"
    assert f"bits with plain labels {symmetric} +5.0 ± 190.6 % for T1 (undecided)" in text
    assert f"bits with learned labels {symmetric} -50.0 % for T1 (2 seeds" in text
    assert "no pair of runs to compare yet" in bit_channel.finding(ROWS[:1])
    assert bit_channel.finding(ROWS).count("(undecided)") == 2


def test_a_row_of_the_table_has_its_snr_and_change():
    table = bit_channel.table(ROWS)
    assert [row["snr"] for row in table] == ["3.17"] * 3
    assert [row["change"] for row in table] == ["", "-10.0", "-50.0"]
    (six,) = bit_channel.table([ROWS[0] | {"codewords": 64}])
    assert six["snr"] == "3.48"  # 1 - 0.9^(1/6) = 0.0174 = Q(2.1107), and 2.1107^2 / 2 = 2.2276
    assert set(bit_channel.TABLE.values()) <= set(table[0])


def test_a_line_per_user_of_what_bits_change():
    """T3 errs a hundred times as much, and has no run with plain labels; T2 has no pair."""
    photos = [link(EQ_5, 20, user="T3"), link(LEARNED, 15, user="T3")]
    upper, lower = bit_channel.figure([*ROWS, link(EQ_5, 0.3, user="T2"), *photos]).axes
    drawn = {bars.get_label(): bars.lines[0].get_xydata() for bars in upper.containers}
    assert list(drawn) == ["T1", "T3"]
    assert drawn["T1"][:, 1] == pytest.approx([-10, -50]) and drawn["T3"][:, 1] == [-25]
    assert [round(places[-1, 0]) for places in drawn.values()] == [1, 1]
    assert lower.containers[0].lines[0].get_ydata() == pytest.approx([-0.2, -1])
