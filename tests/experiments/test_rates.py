"""The learning rate of fine-tuning: table, figure and sentences from rows made by hand."""

import matplotlib.pyplot as plt
from test_table1 import row

from slfkit.experiments import fine_tuning_rate
from slfkit.recovery import Link


def at(rate, f, mse, seed=0, accuracy=0.9):
    return {**row(f, seed, mse), "learning_rate": rate, "accuracy": accuracy, "perplexity": 8.0}


LOW = [at(1e-4, f, mse) for f, mse in ((1, 0.4), (2, 0.3), (3, 0.5))]
HIGH = [at(1e-3, f, mse, accuracy=0.95) for f, mse in ((0, 0.1), (1, 0.2), (2, 0.3), (3, 0.6))]


def test_the_table_has_a_row_an_f_and_rate():
    table = fine_tuning_rate.rate_table([*HIGH, *LOW], Link())
    assert [(one["frozen"], one["rate"]) for one in table] == [
        (0, "0.001"), (1, "0.0001"), (1, "0.001"), (2, "0.0001"), (2, "0.001"), (3, "0.0001"),
        (3, "0.001"),
    ]  # fmt: skip
    assert set(fine_tuning_rate.RATE_COLUMNS.values()) <= set(table[0])
    assert table[1]["mse"] == "0.4000" and table[2]["accuracy"] == "95.00"


def test_seeds_share_a_row_and_give_an_interval():
    (one,) = fine_tuning_rate.rate_table([at(1e-4, 1, 0.1), at(1e-4, 1, 0.3, seed=1)], Link())
    assert one["mse"].startswith("0.2000 ± 1.27") and one["seeds"] == 2


def test_rates_are_compared_and_their_series_judged():
    text = fine_tuning_rate.finding([*LOW, *HIGH], [object()])
    assert "0.001 instead of 0.0001" in text
    assert "a lower MSE in 1 of 3 pairs" in text
    assert "a higher accuracy in 3, and after fewer epochs in 0" in text
    assert "rises in 0 of 1 series at 0.0001 and in 1 of 1 series at 0.001" in text
    assert text.endswith("1 of 8 cells have no record yet).")


def test_times_go_from_f_0_to_the_last_f_at_each_rate():
    """At 1 B/s and 1 FLOP/s: 1000 down, epochs x 50 x 10, 500 up; three epochs, two, one."""
    rows = [*HIGH, *LOW, {**at(1e-3, 4, 0.5), "epochs_mse": 1, "bytes_up": 0}]
    text = fine_tuning_rate.times(rows, Link(downlink=8, uplink=8, power=1))
    assert (
        "For reconstruction the recovery time goes from 3000.00 s at f = 0 to 3000.00 s at "
        "f = 3 fine-tuned at 0.0001, from 3000.00 s at f = 0 to 1500.00 s at f = 4" in text
    )
    assert "For classification the recovery time goes from 2500.00 s at f = 0" in text
    second = [{**row, "seed": 1} for row in rows]
    again = fine_tuning_rate.times([*rows, *second], Link(downlink=8, uplink=8, power=1))
    assert "from 3000.00 ± 0.00 s at f = 0 to 1500.00 ± 0.00 s at f = 4" in again
    assert fine_tuning_rate.times(LOW, Link()) == "Of recovery times nothing can be said yet."


def test_with_one_rate_there_is_nothing_to_say():
    assert fine_tuning_rate.finding(HIGH).startswith(
        "No run at a second learning rate is stored yet"
    )
    assert fine_tuning_rate.finding([]) == "There is no record to speak of yet."


def test_a_line_a_rate_and_f_0_by_itself():
    figure = fine_tuning_rate.rate_panels([*LOW, *HIGH])
    assert [list(line.get_xdata()) for line in figure.axes[0].lines] == [[1, 2, 3], [1, 2, 3], [0]]
    (legend,) = figure.legends
    names = [text.get_text() for text in legend.get_texts()]
    assert names == ["learning rate 0.0001", "learning rate 0.001"]
    assert not fine_tuning_rate.rate_panels([]).legends
    plt.close("all")
