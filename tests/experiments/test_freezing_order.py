"""Both orders of freezing by hand: grid, table, sentences, and the figure over the upload."""

import made_up
import pytest

from slfkit.experiments import freezing_order
from slfkit.experiments.recovery_time import recovery


def ordered(f, order, mse, up, seed=0):
    return made_up.timed(f, seed, mse, up, order=order)


ROWS = [
    ordered(1, "last", 0.3, 900),
    ordered(2, "last", 0.2, 500),
    ordered(1, "first", 0.25, 950),
    ordered(2, "first", 0.4, 300),
]


def test_the_papers_order_is_the_runs_of_table_i():
    column = set(recovery("paper", seeds=[0]).specs())
    order = freezing_order.freezing_order("paper", seeds=[0])
    assert [cell.spec in column for cell in order.cells] == [True, False] * 3


def test_the_table_has_a_row_per_f_and_end():
    table = freezing_order.order_table(ROWS[::2])
    found = [(row["order"], row["up"], row["mse"]) for row in table]
    assert found == [("the last", "0.9", "0.3000"), ("the first", "0.9", "0.2500")]
    assert set(freezing_order.ORDER.values()) <= set(table[0])


def test_pairs_of_equal_f_and_seed_are_compared_and_what_is_beaten_counted():
    text = freezing_order.finding([*ROWS, ordered(3, "last", 0.1, 100)], [object()])
    assert "the lower MSE in 1 of 2 pairs" in text and "smaller upload in 1" in text
    assert text.endswith("1 of 6 cells missing).")
    assert "nothing can be compared" in freezing_order.finding(ROWS[:2])
    # f = 2 from the last beats f = 1 from the first; no other has fewer bytes and errs less.
    assert freezing_order.dominance(ROWS) == (
        "1 of 2 runs frozen from the first are beaten in MSE by one frozen from the last that "
        "uploads no more; the other way round 0 of 2"
    )
    all_beaten = [ordered(1, "last", 0.1, 100), ordered(1, "first", 0.2, 200)]
    assert "1 of 1 runs frozen from the first are" in freezing_order.dominance(all_beaten)
    rows = [ordered(1, "last", 0.1, 100), ordered(1, "first", 0.2, 200, seed=1)]
    assert "0 of 1 runs frozen from the first are" in freezing_order.dominance(rows)


def test_the_figure_has_a_line_per_order_and_labels_beside_it_and_whiskers():
    figure = freezing_order.upload_panels(ROWS)
    for axes in figure.axes:
        assert len(axes.lines) == 2 + 4
        assert [text.get_text() for text in axes.texts] == ["f = 1", "f = 2"] * 2
    assert list(figure.axes[0].lines[0].get_xdata()) == [0.9, 0.5]
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == list(freezing_order.NAMES.values())
    # From the last, f = 1 errs more than its neighbour and f = 2 less.
    above, below = figure.axes[0].texts[:2]
    assert above.xyann[1] > 0 > below.xyann[1]
    # Two seeds at 0.2 and 0.4: t with one degree of freedom is 12.706, so 0.3 ± 1.2706.
    rows = [ordered(1, "last", 0.2, 900), ordered(1, "last", 0.4, 900, seed=1)]
    (bars,) = freezing_order.upload_panels(rows).axes[0].containers
    (bar,) = bars.lines[2][0].get_segments()
    assert bar[:, 1] == pytest.approx([0.3 - 1.2706, 0.3 + 1.2706], abs=1e-4)
