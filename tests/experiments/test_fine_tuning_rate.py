"""The learning rate of fine-tuning: grid, table, figure and sentences from rows made by hand."""

import made_up
import pytest

from slfkit.errors import ParameterError
from slfkit.experiments import fine_tuning_rate
from slfkit.experiments.recovery_time import recovery
from slfkit.recovery import Link


def at(rate, f, mse, seed=0, accuracy=0.9):
    return made_up.timed(f, seed, mse, learning_rate=rate, accuracy=accuracy)


LOW = [at(1e-4, f, mse) for f, mse in ((1, 0.4), (2, 0.3), (3, 0.5))]
HIGH = [at(1e-3, f, mse, accuracy=0.95) for f, mse in ((0, 0.1), (1, 0.2), (2, 0.3), (3, 0.6))]


def test_rates_share_the_run_of_f_0_and_the_default_is_table_is():
    cells = fine_tuning_rate.fine_tuning_rate("paper", frozen=[0, 2], seeds=[0]).cells
    labels = [(cell.labels["frozen"], cell.labels["learning_rate"]) for cell in cells]
    assert labels == [(0, 1e-3), (2, 1e-4), (2, 1e-3)]
    table = recovery("paper", frozen=[0, 2], seeds=[0]).specs()
    assert [cell.spec for cell in cells[:2]] == table and cells[2].spec.rate == 1e-3
    with pytest.raises(ParameterError, match="learning_rate 0.0 must be above zero"):
        fine_tuning_rate.fine_tuning_rate("smoke", rates=[0.0])


def test_the_table_has_a_row_per_f_and_rate_and_compares_seed_by_seed():
    table = fine_tuning_rate.rate_table([*HIGH, *LOW], Link())
    expected = [(0, "0.001"), *((f, rate) for f in (1, 2, 3) for rate in ("0.0001", "0.001"))]
    assert [(row["frozen"], row["rate"]) for row in table] == expected
    assert set(fine_tuning_rate.RATE_COLUMNS.values()) <= set(table[0])
    assert table[1]["mse"] == "0.4000" and table[2]["accuracy"] == "95.00"
    rows = [at(1e-4, 1, 0.1), at(1e-4, 1, 0.4, 1), at(1e-3, 1, 0.05), at(1e-3, 1, 0.2, 1)]
    low, high = fine_tuning_rate.rate_table(rows, Link())
    assert (low["times"], high["times"]) == ("", "× 0.5")
    (alone,) = fine_tuning_rate.rate_table([at(1e-3, 0, 0.1)], Link())
    assert alone["times"] == ""  # f = 0 has one rate


def test_rates_are_compared_and_their_series_judged():
    text = fine_tuning_rate.finding([*LOW, *HIGH], [object()])
    assert "0.001 instead of 0.0001" in text and "a lower MSE in 1 of 3 pairs" in text
    assert "a higher accuracy in 3, and after fewer epochs in 0" in text
    assert "in 0 of 1 seeds at 0.0001 and in 1 of 1 seeds at 0.001" in text
    falling = [{**row, "mse": 1 - row["mse"]} for row in [*LOW, *HIGH]]
    never = "No seed's MSE rises with every step of f at a rate of 0.0001 or 0.001"
    assert never in fine_tuning_rate.finding(falling)
    assert text.endswith("1 of 8 cells missing).")
    alone = fine_tuning_rate.finding(HIGH)
    assert alone.startswith("No run at a second learning rate is stored yet")


def test_a_line_per_rate_and_f_0_by_itself():
    figure = fine_tuning_rate.rate_panels([*LOW, *HIGH])
    lines = [line for line in figure.axes[0].lines if line.get_label()[0] != "_"]
    assert [[round(x) for x in line.get_xdata()] for line in lines] == [[1, 2, 3], [1, 2, 3], [0]]
    assert lines[0].get_xdata()[0] < 1 < lines[1].get_xdata()[0]  # whiskers side by side
    assert lines[2].get_xdata()[0] == 0
    (legend,) = figure.legends
    names = ["learning rate 0.0001", "learning rate 0.001"]
    assert [text.get_text() for text in legend.get_texts()] == names
