"""Precision: pairs of runs that differ in nothing else, their ratio and its interval."""

import math

import made_up
import pytest

from slfkit.experiments import precision


def at(kind, f, mse, seed=0, accuracy=0.9):
    return made_up.timed(f, seed, mse, precision=kind, accuracy=accuracy)


ROWS = [
    *(at(precision.FULL, 1, 0.1, seed) for seed in (0, 1)),
    at(precision.HALF, 1, 0.11, 0, accuracy=0.89),
    at(precision.HALF, 1, 0.1 * 0.1 / 0.11, 1, accuracy=0.91),
    at(precision.FULL, 2, 0.2),
]


def test_pairs_differ_in_precision_alone():
    cells = precision.precision("paper", frozen=[2], seeds=[1]).cells
    full, half = (cell.spec for cell in cells)
    assert (full.precision, half.precision) == ("float32", "bfloat16")
    plain = {**half.canonical()}
    assert plain.pop("precision") == "bfloat16" and plain == full.canonical()
    assert half.stem != full.stem


def test_ratios_are_paired_by_seed_told_tabled_and_drawn():
    found = precision.ratios(ROWS)
    assert found == {1: pytest.approx([math.log(1.1), -math.log(1.1)]), 2: []}
    text = precision.finding(ROWS, [])
    assert "the MSE is 1 (0.298 to 3.36) times that" in text  # 12.706 * 0.0953 either way
    assert "moves by +0.00 ± 12.71 points, over 2 pairs of runs" in text
    assert precision.finding(ROWS[-1:], []).startswith("No pair of runs")
    table = precision.table(ROWS)
    found = [(row["frozen"], row["precision"], row["seeds"]) for row in table]
    assert found == [(1, "float32", 2), (1, "bfloat16", 2), (2, "float32", 1)]
    assert len(precision.figure(ROWS).axes) == 1
