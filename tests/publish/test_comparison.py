"""Default against new results, on made-up records: which cells meet, and what is said of them."""

import re

import pytest
from made_up import keep

from slfkit.errors import ParameterError
from slfkit.experiments.best_way import best_way
from slfkit.experiments.freezing_order import freezing_order
from slfkit.experiments.misalignment import misalignment
from slfkit.experiments.recovery_time import recovery
from slfkit.experiments.sweeps import channel_dissimilarity
from slfkit.publish import notebooks, parameters
from slfkit.publish.comparison import compare
from slfkit.records.store import Store
from slfkit.sizes import download_bytes, upload_bytes


@pytest.fixture(autouse=True)
def records(tmp_path, monkeypatch):
    monkeypatch.setenv("SLFKIT_RESULTS", str(tmp_path))


def compared(notebook, **given):
    source = notebooks.find(notebook)
    known = parameters.parameters(source).items()
    return compare(source.stem, given, {name: parameter.default for name, parameter in known})


def line(text, cell, metric):
    """Return the further fields of the table's line on a cell and metric."""
    lines = [re.split(r"  +", one) for one in text.splitlines()]
    (fields,) = [rest for first, *rest in lines if first == cell and rest and rest[0] == metric]
    return fields[1:]


def test_nothing_is_said_where_nothing_is_new():
    assert compared("02") == ""
    assert compared("02", frozen=[0, 1, 2, 3, 4], compute="none") == ""
    assert compared("90", profile="smoke") == ""  # no experiment
    with pytest.raises(ParameterError, match="frozen 9"):
        compared("02", frozen=[9])


def test_a_cell_only_the_new_run_has_is_called_so():
    keep(channel_dissimilarity(crossovers=[0.25, 0.3], frozen=[4], seeds=[0]), 0.03)
    text = compared("02", crossovers=[0.25, 0.3], frozen=[4], seeds=[0])
    assert line(text, "f = 4, ε = 0.25", "MSE") == ["no such cell", "0.0300", "–", "0"]
    assert line(text, "f = 4, ε = 0.3", "MSE") == ["0.0300", "0.0300", "same run", "0"]
    assert "39 of 42 cells of the default run have no new counterpart." in text
    assert "crossovers [0.25, 0.3] (default [0.05, 0.1, 0.2, 0.3, 0.4, 0.5])" in text


def test_cells_without_a_record_are_shown_as_such_and_not_computed():
    text = compared("02", frozen=[4], seeds=[3])
    assert line(text, "line = unaligned, ε = 0.05", "MSE") == ["no record", "no record", "–", "–"]
    assert not list(Store("paper").record_files())


def test_a_parameter_changed_as_a_whole_keeps_its_cells_together():
    keep(recovery(crossover=0.3, seeds=[0, 1]), 0.02)
    keep(recovery(crossover=0.2, seeds=[0]), 0.015, 0.75)
    text = compared("04", crossover=0.2, seeds=[0])
    assert line(text, "f = 2, ε = 0.2", "MSE") == ["0.0200", "0.0150", "-0.0050", "0"]
    assert line(text, "f = 2, ε = 0.2", "accuracy (%)") == ["50.00", "75.00", "+25.00", "0"]
    assert "no such cell" not in text and "have no new counterpart" not in text


def test_the_recovery_time_is_taken_at_each_run_s_own_link():
    keep(recovery(seeds=[0]), 0.02)
    text = compared("04", uplink=2e5)
    down, up = download_bytes(32, 16) / 250_000, upload_bytes(32, 16, 1) / 250_000  # s at 2 Mbit/s
    # 30 TFLOP at 30 TFLOP/s, and the upload at 2 and at 0.2 Mbit/s
    times = down + 1 + up, down + 1 + 10 * up, 9 * up
    expected = [f"{times[0]:.3f}", f"{times[1]:.3f}", f"{times[2]:+.3f}", "0"]
    assert line(text, "f = 1, ε = 0.3", "time, reconstruction (s)") == expected
    assert line(text, "f = 1, ε = 0.3", "MSE") == ["0.0200", "0.0200", "same run", "0"]


def test_means_are_over_the_seeds_both_have_or_each_its_own():
    cell = "sender = T1, receiver = T2", "MSE"
    keep(misalignment(seeds=[0]), 0.1)
    keep(misalignment(seeds=[1]), 0.3)
    same = ["0.3000", "0.3000", "same run", "1"]
    assert line(compared("01", seeds=[1, 7]), *cell) == same
    keep(misalignment(seeds=[7]), 0.5)
    apart = ["0.2000", "0.5000", "+0.3000", "0 1 | 7"]
    assert line(compared("01", seeds=[7]), *cell) == apart


def test_another_profile_stands_beside_its_own_default_run_if_that_has_other_records():
    keep(channel_dissimilarity("paper", seeds=[0]), 0.02)
    keep(recovery("smoke", crossover=0.2), 0.05)
    # every new cell is one of the smoke grid, so the smoke grid has nothing to compare with
    text = compared("02", profile="smoke", crossovers=[0.2], frozen=[4])
    assert line(text, "f = 4, ε = 0.2", "MSE") == ["0.0200", "0.0500", "+0.0300", "0"]
    assert "Default results: mnist (profile paper)." in text
    assert "The images differ: mnist (profile paper) by default, glyphs (profile smoke)" in text
    keep(recovery("smoke", crossover=0.3), 0.06)
    text = compared("04", profile="smoke", crossover=0.2)
    assert line(text, "f = 4, ε = 0.2", "MSE") == ["0.0600", "0.0500", "-0.0100", "0"]
    assert "Default results: glyphs (profile smoke)." in text and "images differ" not in text


def test_every_kind_of_cell_has_a_name():
    keep(freezing_order(seeds=[0]), 0.02)
    text = compared("05", seeds=[0, 9])
    assert line(text, "f = 1, ε = 0.3, order = first", "MSE")[:2] == ["0.0200", "0.0200"]
    assert line(text, "f = 0, ε = 0.3, reinitialise = False", "MSE")[:2] == ["no record"] * 2


def test_a_pair_among_alignments_has_no_recovery_time():
    keep(best_way("smoke", seeds=[0]), 0.03)
    text = compared("11", profile="smoke", uplink=2e5, seeds=[0])
    pair = "line = unaligned, ε = 0.3"
    assert line(text, pair, "MSE")[:2] == ["0.0300", "0.0300"]
    named = [one for one in text.splitlines() if one.startswith(f"{pair}  ")]
    assert len(named) == 2  # MSE and accuracy
    assert line(text, "f = 1, ε = 0.3, plain = True", "time, reconstruction (s)")[2] != "same run"
