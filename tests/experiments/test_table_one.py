"""Table I in one: the paper's fields as printed, ours by hand, deviations between them."""

import pytest
from made_up import timed as row

from slfkit.experiments import paper, table_one
from slfkit.recovery import Link

LINK = Link(downlink=8e3, uplink=4e3, power=1e3)


def fields(rows=(), kept=(), link=LINK):
    table = table_one.table(rows, kept, link)
    return {name: dict(zip(table.headings, of, strict=True)) for name, of in table.rows.items()}


def test_printed_numbers_are_the_papers_and_its_sums_hold():
    printed = paper.printed()["table1"]
    for task in paper.TASKS:
        for f in range(5):
            parts = (f"{task}_compute_seconds", "download_seconds", "upload_seconds")
            total = sum(printed[part][f] for part in parts)
            assert total == pytest.approx(printed[f"{task}_seconds"][f], abs=1e-9)
    shown = fields()["Recovery time (s), reconstruction"]
    times = ["3.542", "2.900", "2.144", "2.144", "2.026"]
    assert [field.printed for field in shown.values()] == times


def test_our_numbers_of_one_run_by_hand_and_where_nothing_is_uploaded():
    # 1 s down, 3 x 50 x 10 operations at 1000 a second, 1 s up; 0.1 over a variance of 0.5.
    shown = fields([row(2)])
    own = {name: of["f = 2"].own for name, of in shown.items()}
    assert (own["Download (kB)"], own["Download time (s)"]) == ("1.0", "1.000")
    assert (own["Upload (kB)"], own["Upload time (s)"]) == ("0.5", "1.000")
    assert own["Epochs, reconstruction, decoded"] == "3.0"
    assert own["Computing time (s), reconstruction"] == "1.50"
    assert own["Recovery time (s), reconstruction"] == "3.500"
    assert own["Recovery time (s), classification"] == "3.000"
    assert (own["MSE / variance"], own["Accuracy (%)"]) == ("0.200", "90.00")
    assert shown["MSE / variance"]["f = 2"].deviation == pytest.approx(0.2 / 0.113 - 1)
    assert shown["MSE / variance"]["f = 1"].own == ""
    assert fields([row(4, up=0), row(3)])["Upload (kB)"]["f = 4"].deviation == 0
    assert fields([row(4, up=5)])["Upload (kB)"]["f = 4"].deviation is None


def test_columns_for_davids_weights_and_accuracies_of_an_f_left_open():
    shown = fields([row(0)], [row(0, mse=0.3)])["MSE / variance"]
    assert list(shown)[:2] == ["f = 0", table_one.KEPT] and shown[table_one.KEPT].own == "0.600"
    assert shown[table_one.KEPT].printed == ""
    assert table_one.KEPT not in fields([row(0)])["MSE / variance"]
    shown = fields([row(1)])["Accuracy (%)"]
    assert shown["f = 0"].printed == "98.55 or lost"
    assert shown["f = 1"].printed == "98.55 or 98.04 or lost" and shown["f = 1"].mark == ""


def test_what_is_dominated_is_said_of_both():
    shown = fields([row(1, mse=0.2), row(3, mse=0.1, up=100)])["Dominated by, reconstruction"]
    assert [field.printed for field in shown.values()] == ["none", "none", "none", "f = 2", "none"]
    assert (shown["f = 1"].own, shown["f = 3"].own) == ("f = 3", "none")
