"""A wrongly measured eps by hand: pilots, grid, costs, sentences, figure."""

from itertools import product

import made_up
import pytest

from slfkit.experiments import measured_eps
from slfkit.experiments.measured_eps import ALIGNED, OWN
from slfkit.records.airs import AirSpec
from slfkit.records.spec import AlignmentSpec, PairSpec
from slfkit.reporting.decibels import DecibelAxis


def link(kind, eps, trained, mse, seed=0):
    return made_up.row(seed, mse=mse, accuracy=0.9, link=kind, crossover=eps, trained=trained)


ROWS = [
    link(OWN, 0.1, 0.1, 0.2),
    link(OWN, 0.1, 0.3, 0.3),
    link(OWN, 0.3, 0.1, 0.5),
    link(OWN, 0.3, 0.3, 0.4),
    link(ALIGNED, 0.3, 0.3, 0.4),
    link(ALIGNED, 0.3, 0.25, 0.42),
]


def test_one_grid_of_pilots_leaves_eps_open_by_a_twentieth_and_costs_its_indices():
    one, four, _ = measured_eps.pilot_table([0.3])
    assert float(one["half"]) == pytest.approx(0.057, abs=0.002)
    assert float(four["half"]) == pytest.approx(float(one["half"]) / 2, rel=0.05)
    assert float(one["low"]) < 0.3 < float(one["high"])
    assert set(measured_eps.PILOTS.values()) <= set(one)
    # 256 x 5 bits are 160 bytes, and 1,280 bits take 0.64 ms at 2 Mbit/s; 6 bits: 192 bytes.
    assert (one["bytes"], one["seconds"]) == (160, "0.00064")
    assert measured_eps.pilot_table([0.3], 64)[0]["bytes"] == 192


def test_pairs_are_tested_over_the_sweep_and_alignments_at_the_air_s_eps():
    cells = measured_eps.measured_eps("paper", seeds=[0]).cells
    own = [cell for cell in cells if cell.labels["link"] == OWN]
    assert len(own) == 12 and {type(cell.spec) for cell in own} == {PairSpec}
    right, *wrong = (cell for cell in cells if cell.labels["link"] == ALIGNED)
    assert type(right.spec) is AlignmentSpec and right.spec.crossover == 0.3
    assert [cell.labels["trained"] for cell in wrong] == [0.2, 0.25, 0.35, 0.4]
    for cell in wrong:
        assert type(cell.spec) is AirSpec and cell.spec.crossover == 0.3
        assert cell.spec.sender.crossover == cell.labels["trained"]
        assert cell.spec.needs()[0] == cell.spec.sender
    cells = measured_eps.measured_eps().cells
    at_home = [c.labels for c in cells if c.labels["link"] == OWN if c.labels["seed"] > 2]
    found = {(one["seed"], one["trained"], one["crossover"]) for one in at_home}
    assert found == set(product(range(3, 8), (0.1, 0.3), (0.1, 0.3)))
    assert {c.labels["seed"] for c in cells if c.labels["link"] == ALIGNED} == {0, 1, 2}


def test_costs_are_paired_tabled_and_told():
    assert measured_eps.costs(ROWS) == {
        (OWN, 0.1, 0.3): [pytest.approx(50)],
        (OWN, 0.3, 0.1): [pytest.approx(25)],
        (ALIGNED, 0.3, 0.25): [pytest.approx(5)],
    }
    table = measured_eps.table([*ROWS, link(OWN, 0.5, 0.1, 0.9)])
    cost = {(row["link"], row["crossover"], row["trained"]): row["cost"] for row in table}
    assert cost[OWN, 0.1, "0.3"] == "+50.0" and cost[OWN, 0.5, "0.1"] == ""
    assert set(measured_eps.TABLE.values()) <= set(table[0])
    text = measured_eps.finding(ROWS)
    assert "+50 % at ε = 0.1 if trained at 0.3 (undecided) and by +25 % at ε = 0.3" in text
    assert "changes the MSE of SLF at ε = 0.3 by +5.0 % at 0.25 (undecided)" in text
    assert "no link aligned for a wrong ε is stored yet" in measured_eps.finding(ROWS[:4])
    two = [*ROWS, *({**row, "seed": 1} for row in ROWS)]
    assert "(undecided)" not in measured_eps.finding(two)


def test_the_figure_has_a_line_for_each_training():
    (axes,) = measured_eps.figure(ROWS, DecibelAxis("qam", 64)).axes
    assert axes.child_axes[0].get_xlabel() == "Es/N0 (dB), square QAM, AWGN"
    names = ["trained at ε = 0.1", "trained at ε = 0.3"]
    assert [bars.get_label() for bars in axes.containers] == names
    assert list(axes.containers[1].lines[0].get_ydata()) == [0.3, 0.4]
