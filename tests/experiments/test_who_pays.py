"""Who pays: the grid is that of the sweeps; factors, tables and sentences from rows by hand."""

import math

import made_up
import pytest
from made_up import old_link as at

from slfkit.experiments import remedies, who_pays
from slfkit.experiments.codebook_start import codebook_start
from slfkit.experiments.sweeps import channel_dissimilarity, source_dissimilarity

ROWS = made_up.OLD_LINKS


def test_all_runs_are_those_of_the_sweeps_and_of_the_codebooks_start():
    shared = {cell.spec for cell in channel_dissimilarity("paper").cells}
    shared |= {cell.spec for cell in source_dissimilarity("paper").cells}
    ours = {line: [] for line in remedies.STARTS}
    for cell in who_pays.who_pays("paper").cells:
        ours[cell.labels["line"]].append(cell.spec)
    assert set(ours["slf"]) == {spec for spec in shared if spec.kind == "alignments"}
    starts = {cell.spec for cell in codebook_start("paper").cells}
    assert {*ours["kept"], *ours["k-means"]} == starts - shared
    cells = who_pays.who_pays("paper", crossovers=[0.1], alphas=[0.5]).cells
    assert {cell.labels["line"] for cell in cells} == {"slf"}


def test_the_table_has_a_row_for_each_mismatch_f_and_start_home_first():
    (row,) = who_pays.measured([at(0, 4), {"line": "slf"}])
    assert (row["damage"], row["transfer"]) == pytest.approx((math.log(4), -0.4))
    table = who_pays.table(ROWS)
    assert [row["name"] for row in table if row["at"] == "ε = 0.3"] == [
        *("f = 0", "f = 0, David's weights", "f = 1", "f = 2", "f = 2, k-means", "f = 3", "f = 4")
    ]
    assert [row["damage"] for row in table if row["at"] == "α = 0"] == ["× 32", "× 1"]
    assert (table[0]["damage"], table[0]["before"], table[0]["seeds"]) == ("× 16", "90.00", 2)
    assert (table[1]["transfer"], table[1]["old_mse"]) == ("-40.0", "0.1800")
    assert set(who_pays.TABLE.values()) <= set(table[0])
    parts = who_pays.parts([*ROWS, {**at(0, 2), "crossover": 0.5}])
    assert list(parts) == ["ε = 0.3", "Other channels", "Mixtures of data"]
    assert sum(map(len, parts.values())) == len(ROWS) + 1
    assert who_pays.parts([]) == {}


def test_what_is_compared_over_both_mismatches_is_nearest_to_home():
    # Over data, where f is 0 and 4, David can keep what f = 0 replaces.
    compared = who_pays.compared(ROWS)
    assert [one.name for one in compared["alpha"]] == ["f = 0", "f = 4", "f = 0, parts kept"]
    assert [who_pays.where(ROWS, axis) for axis in compared] == ["ε = 0.3", "α = 0"]
    assert "f = 3, codebook kept" in [one.name for one in compared["crossover"]]
    assert who_pays.compared([]) == {} and who_pays.where([]) == ""
    far = [{**at(0, 2), "crossover": 0.5}, {**at(0, 3), "crossover": 0.4}, at(0, 4, alpha=0.5)]
    assert [row["crossover"] for row in who_pays.home(far)] == [0.4]
    assert [row["alpha"] for row in who_pays.home(far, "alpha")] == [0.5]
    assert who_pays.home([]) == []


def test_the_finding_has_the_ends_of_freezing_and_what_keeping_both_does():
    text = who_pays.finding(ROWS, [object()])
    assert text.startswith(
        "At ε = 0.3 the upload multiplies the MSE of David's old link by 16 at f = 0 and 2 at "
        "f = 3, and cuts its accuracy from 90.0 % to 50.0 % and 50.0 %; at α = 0 by 32 at f = 0, "
    )
    assert "“f = 3, codebook kept” ends within 5 % on both links for 20 kB or less" in text
    assert text.endswith("cells missing).")
    text = who_pays.price(ROWS)
    assert "accuracy from 90.0 % to 50.0 % and 50.0 % (" in text and "α" not in text
    text = who_pays.finding([made_up.old_link(0, 32, alpha=0.0)])
    assert text.startswith("At α = 0 the upload multiplies the MSE of David's old link by 32")


def test_a_line_for_each_f_and_a_hollow_point_for_davids_weights():
    figure = who_pays.damage_panels(ROWS)
    upper, right, lower, _ = figure.axes
    assert [len(axes.child_axes) for axes in figure.axes] == [1, 0, 0, 0]  # eps has a scale in dB
    names = [*(f"f = {f}" for f in range(5)), "f = 0, David's weights"]
    assert [line.get_label() for line in upper.lines] == names
    assert [line.get_ydata()[0] for line in upper.lines] == pytest.approx([16, 8, 4, 2, 1, 9])
    assert [line.get_ydata()[0] for line in right.lines] == pytest.approx([32, 1])
    assert lower.lines[-1].get_ydata()[0] == pytest.approx(90)
