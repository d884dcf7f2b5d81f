"""The cost of freezing in two parts, by hand."""

import math

import pytest

from slfkit.experiments import freezing_cost


def row(line, mse, frozen=None, at=0.1, seed=0):
    found = {"crossover": at, "seed": seed, "line": line, "mse": mse}
    return found if frozen is None else {**found, "frozen": frozen}


ROWS = [
    row("slf", 0.10, 0),
    row("matched", 0.15),
    row("slf", 0.30, 4),
    row("slf", 0.9, 2),
    row("unaligned", 0.9),
    row("slf", 0.20, 0, 0.3),
    row("matched", 0.21, None, 0.3),
    row("slf", 0.21, 4, 0.3),
]


def test_parts_and_what_is_not_reached_multiply_to_the_whole():
    near, far = freezing_cost.split(ROWS, "crossover")
    assert (near["crossover"], near["parts"]) == (0.1, [pytest.approx(math.log(1.5))])
    assert near["missed"] == [pytest.approx(math.log(2))]
    assert far["parts"] == [pytest.approx(math.log(1.05))]
    assert far["missed"] == [pytest.approx(0.0)]
    whole = near["all"][0] / near["none"][0]
    assert math.exp(near["parts"][0] + near["missed"][0]) == pytest.approx(whole)


def test_only_seeds_with_all_three_runs_count():
    more = [*ROWS, row("slf", 0.1, 0, seed=1), row("matched", 0.1, seed=1)]
    assert freezing_cost.split(more, "crossover")[0]["none"] == [0.10]
    whole = [*more, row("slf", 0.3, 4, seed=1)]
    table = freezing_cost.table(whole, "crossover")
    assert [one["seeds"] for one in table] == [2, 1]
    assert table[0]["missed"].startswith(f"× {math.sqrt(2 * 3):.3g} (")
    assert table[1]["parts"] == "× 1.05"
    assert set(freezing_cost.columns("crossover").values()) <= set(table[0])


def test_the_finding_names_where_davids_parts_cost_least():
    assert freezing_cost.finding(ROWS, "crossover") == (
        "With David's own encoder his parts cost +5 to +50 % in MSE over f = 0, least at "
        "ε = 0.3; f = 4 lies +0 to +100 % above that pair."
    )
    text = freezing_cost.finding(ROWS[:2], "crossover")
    assert text.startswith("The cost of freezing cannot be split")
