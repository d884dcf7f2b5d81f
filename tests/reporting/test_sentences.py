"""Sentences about a table: every count and number follows from the rows."""

from slfkit.experiments import sweeps
from slfkit.reporting import sentences


def pair(sender, receiver, mse, accuracy, seed=0):
    return {"sender": sender, "receiver": receiver, "seed": seed, "mse": mse, "accuracy": accuracy}


def cell(line, mse, accuracy, crossover=0.3, seed=0, **more):
    row = {"line": line, "mse": mse, "accuracy": accuracy, "crossover": crossover, "seed": seed}
    return {**row, **more}


PAIRS = [
    pair("T1", "T1", 0.02, 0.95),
    pair("T2", "T2", 0.04, 0.90),
    pair("T1", "T2", 0.50, 0.10),
    pair("T2", "T1", 0.03, 0.20),  # better than its own pair: it must not be counted as worse
]


def test_misaligned_pairs_are_counted_against_the_senders_own_pair():
    text = sentences.misalignment_finding(PAIRS)
    assert "Of 2 misaligned pairs, 1 have a larger MSE and 2 a lower accuracy" in text
    assert "0.020–0.040" in text and "0.030–0.500" in text
    assert "90.0–95.0 %" in text and "10.0–20.0 %" in text


def test_one_seed_is_said_to_carry_no_uncertainty():
    assert "(one seed, so without an interval)." in sentences.misalignment_finding(PAIRS)
    assert sentences.misalignment_finding(PAIRS * 2).endswith("(2 seeds, paired).")
    some = sentences.misalignment_finding([*PAIRS, pair("T1", "T1", 0.02, 0.95, seed=1)])
    assert some.endswith("(1 to 2 seeds a cell, paired).")


def test_alignment_is_compared_with_the_unaligned_pair_of_the_same_cell():
    rows = [
        cell("unaligned", 0.50, 0.10),
        cell("unaligned", 0.05, 0.99, crossover=0.1),
        cell("slf", 0.10, 0.90, frozen=0),
        cell("slf", 0.12, 0.80, frozen=4),
        cell("slf", 0.06, 0.95, crossover=0.1, frozen=0),
    ]
    text = sentences.channel_finding(rows)
    assert (
        "lowers the MSE of the unaligned pair in 2 of 3 runs, from 0.050–0.500 to" in text
        and "raises the accuracy in 2" in text
    )
    assert "From f = 0 to f = 4 the MSE changes by +20 % at ε = 0.3 (" in text


def test_what_freezing_costs_is_paired_by_seed():
    rows = [cell("slf", mse, 0.9, frozen=f, seed=seed)
            for f, seed, mse in ((0, 0, 0.1), (4, 0, 0.2), (0, 1, 0.3), (4, 1, 0.4))]  # fmt: skip
    assert "by +50 % at ε = 0.3" in sweeps.freezing_cost(rows, "crossover", "ε")
    alone = [*rows, cell("slf", 9.0, 0.9, frozen=0, seed=2)]
    assert "by +50 % at ε = 0.3" in sweeps.freezing_cost(alone, "crossover", "ε")


def test_the_order_of_f_is_judged_step_by_step():
    rising = [cell("slf", mse, 0.9, frozen=f) for f, mse in enumerate([0.1, 0.2, 0.3])]
    dented = [cell("slf", mse, 0.9, 0.5, frozen=f) for f, mse in enumerate([0.1, 0.3, 0.2])]
    text = sweeps.freezing_cost(rising + dented, "crossover", "ε")
    assert text.endswith("; with every step of f it rises in 1 of 2 series")


def test_a_cell_without_its_unaligned_line_is_not_compared():
    text = sentences.channel_finding([cell("slf", 0.1, 0.9, frozen=1)])
    assert text.startswith("No run of SLF can be compared") and "  " not in text
    assert "What freezing costs cannot be said" in text


def test_nothing_is_said_of_nothing():
    assert sentences.misalignment_finding([]) == sentences.channel_finding([])
    assert "no record" in sentences.channel_finding([cell("unaligned", 0.5, 0.1)])


def test_equal_values_are_no_rise():
    level = [cell("slf", mse, 0.9, frozen=f) for f, mse in enumerate([0.1, 0.1, 0.2])]
    assert "in 0 of 1 series" in sweeps.freezing_cost(level, "crossover", "ε")


def test_cells_without_a_record_are_told_in_every_finding():
    told = "one seed, so without an interval; 2 of 6 cells have no record yet)."
    assert sentences.misalignment_finding(PAIRS, [object()] * 2).endswith(told)
    assert sentences.nothing([object()] * 3).endswith("all 3 cells are still to be computed.")


def mixed(alpha, line, mse, accuracy, frozen=None):
    row = {"alpha": alpha, "seed": 0, "line": line, "mse": mse, "accuracy": accuracy}
    return row if frozen is None else {**row, "frozen": frozen}


def test_source_compares_with_the_unaligned_pair_and_f_with_f():
    rows = [mixed(0.5, "unaligned", 0.9, 0.1), mixed(0.5, "slf", 0.02, 0.8, 0),
            mixed(0.5, "slf", 0.03, 0.05, 4)]  # fmt: skip
    text = sentences.source_finding(rows)
    assert "in 2 of 2 runs, from 0.900 to 0.020–0.030, and raises the accuracy in 1, from" in text
    assert "+50 % at α = 0.5 (one seed" in text
    assert sentences.source_finding(rows[:1]) == "There is no record to speak of yet."


def test_ceiling_is_that_of_the_classifier():
    rows = [{"alpha": 0.5, "ceiling": 0.75, "ceilings": {"a": 1.0, "b": 0.5}},
            {"alpha": 1.0, "ceiling": 0.6, "ceilings": {"b": 0.6}},
            {"alpha": 0.0, "ceiling": None}]  # fmt: skip
    assert sweeps.ceiling(rows) == (
        "Of the clean test images the classifier labels rightly 75.0 % at α = 0.5, 60.0 % at "
        "α = 1; 100.0 % of those of a, 50.0 to 60.0 % of those of b."
    )
    assert "no ceiling" in sweeps.ceiling([{"alpha": 0.0, "ceiling": None}])
