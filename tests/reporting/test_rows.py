"""Rows made by hand: how they are grouped, paired and counted."""

from made_up import row

from slfkit.reporting.rows import grouped, means, over_f, pairs, rising, seeds_of_cells

ROWS = [
    row(seed, mse=0.1 * f + seed, frozen=f, order=order)
    for order in ("last", "first")
    for f in (2, 1, 0)
    for seed in (0, 1)
    if (order, f) != ("first", 0)
]


def test_rows_are_grouped_into_cells_lines_and_pairs():
    assert seeds_of_cells(ROWS) == [2] * 5
    assert seeds_of_cells([row(0, frozen=0), row(1, frozen=0), row(0, frozen=0, alpha=1)]) == [2, 1]
    assert [len(group) for group in grouped(ROWS, "order").values()] == [6, 4]
    lines = over_f(ROWS, "order", "seed")
    assert [[row["frozen"] for row in line] for line in lines] == [[0, 1, 2]] * 2 + [[1, 2]] * 2
    assert rising(lines) == (2, 2)  # two lines are too short to rise
    assert list(means(ROWS, "frozen", "mse")) == [0, 1, 2]
    compared = pairs(ROWS, "order", "first", "last", "frozen", "seed")
    assert len(compared) == 4
    for first, last in compared:
        assert (first["order"], last["order"]) == ("first", "last")
        assert (first["frozen"], first["seed"]) == (last["frozen"], last["seed"])
