"""Answers of the pages on decibels and on choosing: each is run, and checked in another way."""

import pytest
from slfbook.answers import FOLDER, printed

from slfkit.experiments import recovery_time
from slfkit.records.store import project_root


def said(name):
    """Return what an answer prints."""
    return printed(project_root() / FOLDER / f"{name}.py")


def test_fading_asks_for_the_decibels_of_the_table():
    """18.88 - 10.00, 15.68 - 9.16, 10.04 - 7.10 and 6.65 - 5.31 dB, each less its rounding."""
    *lines, last = said("10_fading").splitlines()
    more = [float(line.split(": ")[1].split()[0]) for line in lines]
    assert last.startswith("Most at eps = 0.05")
    assert more == pytest.approx([8.88, 6.52, 2.94, 1.34], abs=0.06)


def test_grids_that_measure_eps_follow_from_the_square_root():
    """1.96 sqrt(0.3 x 0.7 / m) = 0.01 needs 8,067 symbols, 32 grids; the exact one is wider."""
    assert 32 <= int(said("10_grids").split()[0]) <= 34


def test_a_slow_uplink_rules_out_f_0():
    """Its 113,644 bytes alone take 3 s below 303 kbit/s; before that too few epochs are left."""
    *lines, last = said("11_uplink").splitlines()
    chosen = dict(line.split(" bit/s: ") for line in lines)
    assert chosen["2e+06"].startswith("f = 0") and not chosen["3e+05"].startswith("f = 0")
    assert last.startswith("Down to 5e+05 bit/s")


def test_trials_take_the_computing_of_all_first_epochs():
    rows = recovery_time.recovery("paper", seeds=[0], compute="none").run().rows
    total = sum(row["training_images"] * row["flops_per_image"] for row in rows) / 30e12
    assert said("11_trials").startswith(f"Trials of 5 f: {total:.2f} s")
