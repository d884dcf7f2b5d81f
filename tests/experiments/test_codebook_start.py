"""The start of the codebook: grid, table, sentences and figures from rows made by hand."""

import made_up

from slfkit.experiments import codebook_start
from slfkit.experiments.codebook_start import DOWNLOADED, K_MEANS, NEW
from slfkit.experiments.recovery_time import recovery
from slfkit.experiments.reinitialisation import reinitialisation


def at(start, f, mse, used, seed=0):
    row = made_up.timed(f, seed, mse, start=start, perplexity=used)
    for k, epoch in enumerate(row["history"]):
        epoch["perplexity"] = used + k
    return row


KEPT = [at(DOWNLOADED, f, mse, 4.0) for f, mse in ((0, 0.3), (1, 0.4), (2, 0.35), (4, 0.5))]
FITTED = [at(K_MEANS, 0, 0.2, 10.0), at(K_MEANS, 1, 0.25, 9.0), at(K_MEANS, 2, 0.45, 3.0)]
FRESH = [at(NEW, 0, 0.1, 12.0)]
ROWS = [*KEPT, *FITTED, *FRESH]


def test_each_start_is_a_run_and_two_are_those_of_table_i():
    cells = codebook_start.codebook_start("paper", frozen=[0, 2, 4], seeds=[0]).cells
    assert [(cell.labels["frozen"], cell.labels["start"]) for cell in cells] == [
        *((0, start) for start in (NEW, DOWNLOADED, K_MEANS)),
        *((2, start) for start in (DOWNLOADED, K_MEANS)),
        (4, DOWNLOADED),
    ]
    assert [cell.spec.refit for cell in cells] == [False, False, True, False, True, False]
    assert [cell.spec.fresh for cell in cells] == [True] + [False] * 5
    table = recovery("paper", frozen=[0, 2, 4], seeds=[0]).specs()
    assert [cells[k].spec for k in (0, 3, 5)] == table
    kept = reinitialisation("paper").cells[1]
    assert cells[1].spec == kept.spec and not kept.labels["reinitialise"]


def test_the_table_has_a_row_per_f_and_start():
    table = codebook_start.table(ROWS)
    assert [(row["frozen"], row["start"]) for row in table] == [
        *((0, start) for start in (DOWNLOADED, K_MEANS, NEW)),
        *((f, start) for f in (1, 2) for start in (DOWNLOADED, K_MEANS)),
        (4, DOWNLOADED),
    ]
    assert set(codebook_start.TABLE.values()) <= set(table[0])
    assert [table[1][key] for key in ("mse", "perplexity", "first")] == ["0.2000", "10.0", "10.0"]
    (both,) = codebook_start.table([at(K_MEANS, 1, 0.1, 9.0), at(K_MEANS, 1, 0.3, 9.0, seed=1)])
    assert both["mse"].startswith("0.2000 ± 1.27") and both["seeds"] == 2


def test_starts_are_compared_at_equal_f_and_seed_and_their_trends_judged():
    text = codebook_start.finding(ROWS, [object()])
    said = "more codewords are in use at the end in 2 of 3 pairs of runs (7.3 instead of 4.0"
    assert said in text
    said = "the MSE is lower in 2 and the accuracy higher in 0; it raises the MSE in 1, at f = 2. "
    assert f"{said}At f = 0 the MSE is 0.3000" in text
    assert "0.2000 with k-means and 0.1000 from new weights" in text
    assert text.endswith("1 of 9 cells missing).") and text.count(". ") == 2
    better = codebook_start.finding([row for row in ROWS if row["frozen"] < 2])
    assert "MSE it raises" not in better
    assert (
        "If all f start alike, the MSE rises with every step of f in 1 of 1 seeds with k-means "
        "(f = 0 to 2: 0.2000, 0.2500, 0.4500) and in 0 of 1 seeds as downloaded (f = 0 to 4: "
        "0.3000, 0.4000, 0.3500, 0.5000) (one seed" in codebook_start.finding(ROWS)
    )
    both = [*ROWS, *({**row, "seed": 1} for row in ROWS)]
    said = "): with warm-up and k-means the paper's order returns up to f = 2 (2 seeds"
    assert said in codebook_start.finding(both)
    assert "order" not in codebook_start.finding(ROWS)
    for row in both:
        row["mse"] = 1.0 if row["start"] == K_MEANS and row["seed"] else row["mse"]
    assert "order" not in codebook_start.finding(both)


def test_starts_of_f_0_are_compared_on_seeds_that_have_all_and_what_is_missing_is_not():
    rows = [*ROWS, at(NEW, 0, 0.9, 1.0, seed=1), at(K_MEANS, 0, 0.9, 1.0, seed=1)]
    assert codebook_start.full(rows, "mse") == {DOWNLOADED: [0.3], K_MEANS: [0.2], NEW: [0.1]}
    assert codebook_start.full(FITTED, "mse") == {}
    unset = "No run whose codebook was set by k-means is stored yet"
    assert unset in codebook_start.finding(KEPT)
    short = "Whether the MSE rises with every step of f cannot be said yet"
    assert short in codebook_start.finding(FRESH)


def test_figures_have_a_line_per_start_and_codewords_epoch_by_epoch():
    figure = codebook_start.panels(ROWS)
    upper, lower = figure.axes
    lines = [[one for one in axes.lines if one.get_label()[0] != "_"] for axes in (upper, lower)]
    frozen = [[round(f) for f in line.get_xdata()] for line in lines[0]]
    assert frozen == [[0, 1, 2, 4], [0, 1, 2], [0]]
    assert list(lines[1][1].get_ydata()) == [10.0, 9.0, 3.0]
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == [DOWNLOADED, K_MEANS, NEW]
    kept, fitted = codebook_start.epochs(ROWS).axes
    assert [kept.get_title(), fitted.get_title()] == [DOWNLOADED, K_MEANS]
    assert len(kept.lines) == 4 and list(fitted.lines[0].get_ydata()) == [10.0, 11.0, 12.0]
    assert kept.get_ylim()[0] == 0 and kept.get_ylim()[1] > 12
    assert not codebook_start.epochs([]).legends
