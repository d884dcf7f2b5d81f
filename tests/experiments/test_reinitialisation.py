"""New weights against the downloaded ones by hand: grid, sentence and curves."""

import made_up

from slfkit.experiments import reinitialisation
from slfkit.experiments.recovery_time import recovery


def started(fresh, mse, seed=0):
    return made_up.timed(0, seed, mse, reinitialise=fresh)


def test_the_papers_start_is_the_run_of_table_i():
    column = set(recovery("paper", seeds=[0]).specs())
    study = reinitialisation.reinitialisation("paper", seeds=[0])
    assert [cell.spec in column for cell in study.cells] == [True, False]
    assert {spec.frozen for spec in study.specs()} == {0}


def test_new_weights_are_compared_with_the_downloaded_ones_and_drawn():
    text = reinitialisation.finding([started(True, 0.1), started(False, 0.2)])
    assert "ends at 0.1000 after 3 epochs" in text and "better in 1 of 1 pairs" in text
    assert "nothing can be compared" in reinitialisation.finding([started(True, 0.1)])
    rows = [started(True, 0.1), started(True, 0.1, 1), started(False, 0.2)]
    figure = reinitialisation.fresh_curves(rows)
    assert len(figure.axes[0].lines) == 3
    (legend,) = figure.legends
    names = [text.get_text() for text in legend.get_texts()]
    assert names == [name for name, _ in reinitialisation.STARTS.values()]
