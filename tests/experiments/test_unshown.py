"""The two claims without numbers: tables and sentences by hand, curves, nothing stored yet."""

import matplotlib.pyplot as plt
from test_table1 import row

from slfkit.experiments import freezing_order, reinitialisation


def ordered(f, order, mse, up, seed=0):
    return {**row(f, seed, mse, up), "order": order}


def started(fresh, mse, seed=0):
    return {**row(0, seed, mse), "reinitialise": fresh}


def test_the_table_has_a_row_an_f_and_end():
    rows = [ordered(1, "last", 0.1, 700), ordered(1, "first", 0.2, 900)]
    table = freezing_order.order_table(rows)
    assert [(one["order"], one["up"], one["mse"]) for one in table] == [
        ("the last", "0.7", "0.1000"), ("the first", "0.9", "0.2000")
    ]  # fmt: skip
    assert set(freezing_order.ORDER.values()) <= set(table[0])
    assert freezing_order.order_table([]) == []


def test_pairs_of_equal_f_and_seed_are_compared():
    rows = [ordered(1, "last", 0.1, 700), ordered(1, "first", 0.2, 900),
            ordered(2, "last", 0.3, 500), ordered(2, "first", 0.2, 800),
            ordered(3, "last", 0.1, 100)]  # fmt: skip
    text = freezing_order.order_finding(rows)
    assert "the lower MSE in 1 of 2 pairs" in text and "smaller upload in 2" in text
    assert "nothing can be said" in freezing_order.order_finding(rows[-1:])


def test_new_weights_against_the_downloaded_ones():
    text = reinitialisation.fresh_finding([started(True, 0.1), started(False, 0.2)])
    assert "ends at 0.1000 after 3 epochs" in text and "better in 1 of 1 pairs" in text
    assert "nothing can be said" in reinitialisation.fresh_finding([started(True, 0.1)])


def test_both_claims_are_told_in_two_sentences():
    text = freezing_order.finding([ordered(1, "last", 0.1, 700)], [started(True, 0.1)], [object()])
    assert text.count(". ") == 1 and text.endswith("1 of 3 cells have no record yet).")
    assert freezing_order.finding([], []) == "There is no record to speak of yet."


def test_a_line_a_run_and_a_name_a_start():
    rows = [started(True, 0.1), started(True, 0.1, 1), started(False, 0.2)]
    figure = reinitialisation.fresh_curves(rows)
    assert len(figure.axes[0].lines) == 3
    (legend,) = figure.legends
    names = [text.get_text() for text in legend.get_texts()]
    assert names == [name for name, _ in reinitialisation.STARTS.values()]
    assert not reinitialisation.fresh_curves([]).legends
    plt.close("all")
