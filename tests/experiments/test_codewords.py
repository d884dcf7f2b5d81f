"""Codewords in use beside the trend of the MSE, on rows made by hand."""

from slfkit.experiments import codebook_start


def row(f, mse, perplexity, seed=0):
    return {"frozen": f, "mse": mse, "perplexity": perplexity, "seed": seed}


ROWS = [row(0, 0.1, 12.0), row(1, 0.3, 4.0), row(2, 0.2, 7.0), row(3, 0.15, 6.0)]


def test_codewords_in_use_are_means_over_the_seeds():
    assert codebook_start.in_use([*ROWS[:2], row(0, 0.1, 10.0, seed=1)]) == {0: 11.0, 1: 4.0}


def test_steps_against_the_trend_stay_within_a_seed():
    rows = [*ROWS, row(0, 0.4, 1.0, seed=1), row(1, 0.5, 1.0, seed=1)]
    steps = [(a["frozen"], b["frozen"]) for a, b in codebook_start.steps_against(rows)]
    assert steps == [(1, 2), (2, 3)]


def test_the_finding_counts_steps_that_bring_more_codewords_into_use():
    assert codebook_start.codewords_finding(ROWS) == (
        "Codewords in use are 12.0 at f = 0, 4.0 at f = 1, 7.0 at f = 2, 6.0 at f = 3. Of the 2 "
        "steps of f that lower the MSE (f = 1 to 2, 2 to 3), 1 bring more codewords into use."
    )
    assert codebook_start.codewords_finding(ROWS[:2]).endswith("No step of f lowers the MSE.")
    assert codebook_start.codewords_finding([]) == "There is no record to speak of yet."
