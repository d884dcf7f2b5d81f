"""The start of the codebook: table, sentences and figures from rows made by hand."""

import matplotlib.pyplot as plt
import pytest
from test_table1 import row

from slfkit.experiments import codebook_start
from slfkit.experiments.codebook_start import DOWNLOADED, K_MEANS, NEW


def at(start, f, mse, used, seed=0):
    found = row(f, seed, mse)
    history = [{**epoch, "perplexity": used + k} for k, epoch in enumerate(found["history"])]
    return {**found, "start": start, "perplexity": used, "history": history}


KEPT = [at(DOWNLOADED, f, mse, 4.0)
        for f, mse in ((0, 0.3), (1, 0.4), (2, 0.35), (4, 0.5))]  # fmt: skip
FITTED = [at(K_MEANS, 0, 0.2, 10.0), at(K_MEANS, 1, 0.25, 9.0), at(K_MEANS, 2, 0.45, 3.0)]
ANEW = [at(NEW, 0, 0.1, 12.0)]
ROWS = [*KEPT, *FITTED, *ANEW]


def test_the_table_has_a_row_an_f_and_start():
    table = codebook_start.table(ROWS)
    assert [(one["frozen"], one["start"]) for one in table] == [
        (0, DOWNLOADED), (0, K_MEANS), (0, NEW), (1, DOWNLOADED), (1, K_MEANS), (2, DOWNLOADED),
        (2, K_MEANS), (4, DOWNLOADED),
    ]  # fmt: skip
    assert set(codebook_start.TABLE.values()) <= set(table[0])
    assert [table[1][key] for key in ("mse", "perplexity", "first")] == ["0.2000", "10.0", "10.0"]
    (one,) = codebook_start.table([at(K_MEANS, 1, 0.1, 9.0), at(K_MEANS, 1, 0.3, 9.0, seed=1)])
    assert one["mse"].startswith("0.2000 ± 1.27") and one["seeds"] == 2


def test_both_starts_are_compared_at_equal_f_and_seed():
    text = codebook_start.finding(ROWS, [object()])
    assert "more codewords in use in 2 of 3 pairs of runs (7.3 instead of 4.0" in text
    assert "the MSE is lower in 2 and the accuracy higher in 0; at f = 0 it is 0.3000" in text
    assert "0.2000 from the same with k-means, 0.1000 from new weights" in text
    assert text.endswith("1 of 9 cells have no record yet).") and text.count(". ") == 1


def test_a_series_has_one_start_and_ends_with_davids_codebook():
    (kept,), (fitted,) = (codebook_start.series(ROWS, start) for start in (DOWNLOADED, K_MEANS))
    assert [kept[f]["mse"] for f in sorted(kept)] == [0.1, 0.4, 0.35, 0.5]
    assert [fitted[f]["mse"] for f in sorted(fitted)] == [0.2, 0.25, 0.45, 0.5]
    text = codebook_start.finding(ROWS)
    assert (
        "falls at 1 of 3 steps as the paper starts the runs (f = 1 to 2) and at 0 of 3 steps "
        "with k-means (one seed" in text
    )


def test_starts_of_f_0_are_compared_on_seeds_that_have_all():
    rows = [*ROWS, at(NEW, 0, 0.9, 1.0, seed=1), at(K_MEANS, 0, 0.9, 1.0, seed=1)]
    assert codebook_start.full(rows, "mse") == {DOWNLOADED: 0.3, K_MEANS: 0.2, NEW: 0.1}
    assert codebook_start.full(FITTED, "mse") == {}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "There is no record to speak of yet."),
        (KEPT, "No run whose codebook was set by k-means is stored yet"),
        (ANEW, "Whether the MSE rises with every step of f cannot be said yet"),
    ],
)
def test_what_is_not_there_is_not_told(rows, said):
    assert said in codebook_start.finding(rows)


def test_a_line_a_start_and_a_star_for_new_weights():
    figure = codebook_start.panels(ROWS)
    upper, lower = figure.axes
    assert [list(line.get_xdata()) for line in upper.lines] == [[0, 1, 2, 4], [0, 1, 2], [0]]
    assert list(lower.lines[1].get_ydata()) == [10.0, 9.0, 3.0]
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == [DOWNLOADED, K_MEANS, NEW]
    assert not codebook_start.panels([]).legends
    plt.close("all")


def test_codewords_are_drawn_epoch_by_epoch_and_none_is_cut_off():
    figure = codebook_start.epochs(ROWS)
    kept, fitted = figure.axes
    assert [axes.get_title() for axes in figure.axes] == [DOWNLOADED, K_MEANS]
    assert len(kept.lines) == 4 and list(fitted.lines[0].get_ydata()) == [10.0, 11.0, 12.0]
    assert kept.get_ylim()[0] == 0 and kept.get_ylim()[1] > 12
    assert not codebook_start.epochs([]).legends
    plt.close("all")
