"""What the alternatives send, by hand; the sizes are those of the networks."""

import pytest

from slfkit.claims import judges, rivals
from slfkit.claims.rules import FAILS, HOLDS
from slfkit.models import GRID
from slfkit.recovery import Link

ROW = {
    **{"frozen": 0, "seed": 0, "bytes_down": 1000, "bytes_up": 500, "training_images": 10},
    **{"codewords": 32, "dimension": 16},
}


def test_an_image_becomes_as_many_numbers_as_the_grid_has_positions():
    assert rivals.POSITIONS == GRID**2


def test_bytes_by_hand():
    assert rivals.slf(ROW) == 1500
    assert rivals.numbers(ROW) == 10 * 256 * 5 / 8  # K = 32: five bits a number
    assert rivals.gradients(ROW) == 10 * 256 * 16 * 4  # D = 16 floats
    assert rivals.averaging(ROW) == 2 * (1000 + 61_760)
    other = {**ROW, "codewords": 64, "dimension": 8}  # the run's own K and D
    assert rivals.numbers(other) == 10 * 256 * 6 / 8
    assert rivals.gradients(other) == 10 * 256 * 8 * 4


def test_the_table_sets_them_beside_slf():
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
