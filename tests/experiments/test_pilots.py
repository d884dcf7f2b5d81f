"""Alignment from pilots by hand: grids, ways on one footing, break-even, sentences and figures."""

import math

import made_up
import pytest

from slfkit.experiments import break_even, pilot_figures, pilots, ways
from slfkit.experiments.recovery_time import recovery
from slfkit.recovery import Link
from slfkit.sizes import encoder_bytes

SLOW = Link(1e3, 1e3, 1e3)  # so that bytes and operations are seconds that one can read


def aligned(frozen, mse, seed=0, accuracy=0.9, old=0.5):
    link = {"before": {"mse": 0.1, "accuracy": 0.98}, "after": {"mse": 0.2, "accuracy": old}}
    return made_up.timed(frozen, seed, mse, line="slf", old_link=link, accuracy=accuracy)


def pair(line, mse, accuracy, seed=0):
    return made_up.row(seed, mse=mse, accuracy=accuracy, line=line, crossover=0.3)


def piloted(n, *tested, seed=0):
    """Return the row of a run; tested are (method, payload, bytes, flops, mse, accuracy)."""
    names = ("method", "payload", "bytes_down", "flops", "mse", "accuracy")
    rows = [dict(zip(names, one, strict=True)) for one in tested]
    own = {"mse": 0.02, "accuracy": 0.98}
    return made_up.row(seed, aligners=rows, own=own, line="pilots", pilots=n, crossover=0.3)


def ridge(n, mse, seed=0, accuracy=0.8):
    return piloted(n, ("ridge 3", "indices", 1000 * n, 500.0, mse, accuracy), seed=seed)


ROWS = [
    pair("unaligned", 0.5, 0.1),
    pair("matched", 0.02, 0.9),
    aligned(4, 0.05),
    aligned(0, 0.03, accuracy=0.7, old=0.1),
    ridge(1, 0.2),
    ridge(10, 0.04),
    ridge(100, 0.02),
]


def way(made, name, n=None):
    (found,) = [one for one in made if one["way"] == name and one["pilots"] == n]
    return found


def cells(line, *profile, **given):
    return [one for one in pilots.pilots(*profile, **given).cells if one.labels["line"] == line]


def labels(study, name):
    return {cell.labels.get(name) for cell in study.cells} - {None}


def test_grids_have_slf_of_table_i_every_number_of_pilots_and_all_mismatches():
    column = set(recovery("paper", seeds=[0]).specs())
    slf = cells("slf", "paper", seeds=[0], counts=[10])
    slf = [cell.spec for cell in slf if "crossover" in cell.labels]
    assert len(slf) == 5 and set(slf) <= column
    found = {(cell.labels["pilots"], cell.spec.test, cell.spec.train) for cell in cells("pilots")}
    assert found == {(n, 2_000, 0) for n in pilots.COUNTS}
    for world, seeds in (("crossover", range(8)), ("alpha", range(3))):
        assert {c.labels["seed"] for c in cells("pilots") if world in c.labels} == set(seeds)
    over, small = pilots.pilot_map(), pilots.pilot_map("smoke")
    assert len(labels(over, "crossover")) == 6 and len(labels(over, "alpha")) == 5
    assert labels(over, "pilots") == set(pilots.COARSE)
    assert labels(over, "line") == {"unaligned", "matched", "slf", "pilots"}
    assert labels(small, "crossover") == {0.3} and labels(small, "alpha") == {0.0}
    assert max(labels(pilots.pilots("smoke"), "pilots")) == 30  # an eighth of 512 images is 64
    assert max(labels(pilots.pilots("quick"), "pilots")) == 300


def test_the_aligned_start_is_that_of_tables_i_channel():
    assert [cell.labels["seed"] for cell in cells("start")] == [*range(8)]
    assert {(cell.spec.frozen, cell.spec.pilots) for cell in cells("start")} == {(4, 100)}
    assert not cells("start", frozen=[0])
    (small,) = cells("start", "smoke")
    assert small.spec.pilots == 10 and small.spec.epochs == 1


def test_ways_have_one_form_with_bytes_and_seconds_by_hand():
    made = ways.ways(ROWS, SLOW)
    keys = {"world", "seed", "way", "payload", "pilots", "kilobytes", "seconds", "mse", "accuracy"}
    assert all(keys | {"recovery", "old"} <= set(one) for one in made)
    assert ways.worlds(made) == ["ε = 0.3"]
    # 10,000 bytes at 1,000 bit/s are 80 s, 500 operations at 1,000 a second half of one.
    one = way(made, "ridge 3", 10)
    assert (one["kilobytes"], one["seconds"]) == (10.0, 80.5)
    # 1,000 down, 500 up, 3 epochs of 50 images with 10 operations each.
    one = way(made, "SLF, f = 4")
    assert one["kilobytes"] == 1.5 and one["seconds"] == pytest.approx(8 + 4 + 1.5)
    one, weights = way(made, ways.ENCODER), encoder_bytes(32, 16) + 2_048
    assert one["mse"] == 0.02 and weights < 1000 * one["kilobytes"] < weights + 1_000


def test_recovery_is_the_share_from_unaligned_to_matched_and_slf_alone_costs_the_old_link():
    # The map's 0.8 is 0.72 on all test images, where David's own pair loses 0.08.
    made = ways.ways(ROWS)
    assert way(made, "ridge 3", 10)["recovery"] == pytest.approx((0.72 - 0.1) / (0.9 - 0.1))
    assert way(made, ways.ENCODER)["recovery"] == pytest.approx(1.0)
    assert way(made, "SLF, f = 4")["old"] == 0.5 and way(made, "SLF, f = 0")["old"] == 0.1
    assert way(made, "ridge 3", 10)["old"] == way(made, ways.ENCODER)["old"] == 0.98
    (one,) = ways.ways([ridge(10, 0.1)])
    assert one["old"] is None and "recovery" not in one


def test_the_table_has_a_row_per_way_at_one_number_of_pilots():
    table = ways.way_table(ROWS, pilots=10)
    assert [row["way"] for row in table] == ["ridge 3", ways.ENCODER, "SLF, f = 0", "SLF, f = 4"]
    assert table[0]["mse"] == "0.0400" and table[0]["kilobytes"] == "10.0"
    assert table[0]["recovery"] == "77.5" and table[3]["old"] == "50.0"
    assert table[0]["fit"] == "0.0" and "fit" not in table[3]


def test_break_even_lies_between_numbers_of_pilots_on_a_line_over_the_logarithm():
    # MSE 0.2 at 1 and 0.04 at 10: 0.12 is reached half way, at the root of ten.
    ridges = ways.aligner(ways.ways(ROWS))
    assert break_even.break_even(ridges, "mse", 0.12) == pytest.approx(math.sqrt(10))
    assert break_even.break_even(ridges, "mse", 0.04) == pytest.approx(10)
    assert break_even.break_even(ridges, "mse", 0.3) == 1
    assert break_even.break_even(ridges, "mse", 0.01) == math.inf
    rows = [ridge(1, 0.1, accuracy=0.5), ridge(100, 0.1, accuracy=0.9)]
    ridges = ways.aligner(ways.ways(rows))
    assert break_even.break_even(ridges, "accuracy", 0.7) == pytest.approx(10)
    assert break_even.break_even(ridges, "accuracy", 0.95) == math.inf


NONE = math.inf


@pytest.mark.parametrize(
    ("reached", "text"),
    [
        ([], ""),
        ([NONE, NONE], "never"),
        ([5.0], "5, one seed"),
        ([20.0, 5.0], "10, 2 seeds"),
        ([5.0, NONE, NONE], "> 1,000, 3 seeds"),
        ([5.0, NONE], "> 5, 2 seeds"),
        ([3.0, 3.0, 8.0, 4.0, 9.0, 30.0], "6 (≤ 3 to 30)"),
        ([4.0, 5.0, 6.0, 7.0, 28.0, 30.0, NONE, NONE], "14 (4 to > 1,000)"),
    ],
)
def test_break_even_is_said_as_a_median_with_the_ends_that_were_tried(reached, text):
    """The median of an even number is the geometric mean of the two in the middle."""
    assert break_even.said(dict(enumerate(reached)), 3, 1_000) == text


def test_the_break_even_table_has_a_row_per_mismatch_and_f_or_one_for_all():
    # MSE 0.05 at f = 4 lies at 0.15 / 0.16 of a decade; accuracy is 0.72, as f = 0's is not.
    table = break_even.table(ROWS)
    places = [(row["by"], row["frozen"]) for row in table]
    assert places == [("MSE", 0), ("MSE", 4), ("accuracy", 0), ("accuracy", 4)]
    told = [row["ridge 3, indices"] for row in table]
    assert told == ["32, one seed", "9, one seed", "1, one seed", "never"]
    assert table[1]["ridge 3, float16"] == table[1]["each position alone"] == ""
    assert set(break_even.TABLE.values()) <= set(table[0])
    rows = [aligned(0, 0.01), aligned(4, 0.02), ridge(10, 0.5, accuracy=0.1)]
    told = [(row["by"], row["frozen"], row["ridge 3, indices"]) for row in break_even.table(rows)]
    assert told == [("MSE", "each", "never"), ("accuracy", "each", "never")]


def test_of_maps_that_treat_positions_alone_the_first_counts():
    late = "ridge 1", "indices", 1, 0.0, 0.06, 0.9
    soon = "Procrustes", "float16", 1, 0.0, 0.01, 0.9
    made = ways.ways([aligned(4, 0.05), piloted(3, late, soon), piloted(30, late, soon)])
    assert break_even.by_seed(made, break_even.ALONE, 4, "mse") == {0: 3.0}
    assert break_even.by_seed(made, break_even.ALONE[2:], 4, "mse")[0] == 3.0
    assert break_even.by_seed(made, (("ridge 1", "indices"),), 4, "mse") == {0: math.inf}


def seeds(ratio):
    """Return two seeds whose maps have an MSE of 0.04, and SLF so many times that."""
    return [
        row
        for seed, factor in enumerate(ratio)
        for row in (ridge(10, 0.04, seed), aligned(4, 0.04 * factor, seed))
    ]


def test_the_finding_gives_the_quotient_its_interval_or_says_it_is_undecided():
    text = pilots.finding(seeds([2.0, 2.1, 1.9]))
    said = "At ε = 0.3, 10 pilots and a 3 × 3 ridge map leave an MSE of 0.0400; SLF leaves 2.00 "
    assert text.startswith(f"{said}times that (1.7") and ") at f = 4 (3 seeds" in text
    assert "undecided" not in text and text.endswith("(3 seeds, paired).")
    assert "undecided" in pilots.finding(seeds([2.0, 0.5, 1.0]))
    assert "(one seed, so undecided)" in pilots.finding(seeds([2.0]))
    assert pilots.finding([pair("matched", 0.02, 0.9)]) == "No record is stored yet."


def test_the_verdict_is_the_interval_of_the_quotient_at_each_f():
    """Three seeds at twice, half and about the MSE of the map."""
    rows = [
        *seeds([2.0, 2.1, 1.9]),
        *(aligned(0, 0.04 * factor, seed) for seed, factor in enumerate([0.5, 0.51, 0.49])),
        *(aligned(3, 0.04 * factor, seed) for seed, factor in enumerate([0.5, 1.0, 2.0])),
    ]
    text = pilots.verdict(rows)
    assert "at ε = 0.3, lower than SLF's at f = 4, higher at f = 0, undecided at f = 3 (" in text
    assert text.startswith(
        "Within 0.1 s, a 3 × 3 ridge map from 10 pilots (10.0 kB, 0.040 s, best on other seeds) "
        "aligns two users without upload; SLF by its stopping rule takes 0.01 s or more."
    )
    assert "is, at ε = 0.3, undecided at f = 4 (one seed" in pilots.verdict(seeds([2.0]))


def test_the_best_aligner_is_chosen_on_other_seeds_within_the_budget():
    """Each seed's own test favours what the other's does not; n = 100 takes 0.4 s."""
    rows = [ridge(1, 0.1, 0), ridge(10, 0.2, 0), ridge(1, 0.4, 1), ridge(10, 0.3, 1)]
    best = ways.best_within(ways.ways([*rows, ridge(100, 0.01, 0)]), 0.1)
    assert [(way["seed"], way["pilots"], way["mse"]) for way in best] == [(0, 10, 0.2), (1, 1, 0.4)]
    (own,) = ways.best_within(ways.ways(rows[:2]), 0.1)
    assert own["pilots"] == 1
    assert not ways.best_within(ways.ways(ROWS), 1e-6)


def test_a_comparison_with_several_f_is_corrected_for_their_number():
    """Logarithms of 1 ± 0.3 over three seeds have p = 0.029: decided alone, not beside another."""
    slf = [aligned(4, 0.04 * math.exp(1 + d), seed) for seed, d in enumerate((-0.3, 0, 0.3))]
    own = [way for way in ways.ways(slf) if "frozen" in way]
    few = ways.aligner(ways.ways(seeds([1.0, 1.0, 1.0])), pilots=10)
    assert ways.standings(few, {4: own}) == {4: 1}
    assert ways.standings(few, {4: own, 3: own}) == {4: 0, 3: 0}
    assert ways.standings(few, {4: own, 3: []}) == {4: 1, 3: 0}


def test_the_plane_has_a_line_per_aligner_and_the_map_a_bar_per_mismatch():
    figure = pilot_figures.plane(ROWS, "kilobytes")
    upper, lower = figure.axes
    lines = [bars.lines[0] for bars in upper.containers]
    assert list(lines[0].get_xdata()) == [1.0, 10.0, 100.0]
    assert list(lines[0].get_ydata()) == [0.2, 0.04, 0.02]
    (legend,) = figure.legends
    names = [text.get_text() for text in legend.get_texts()]
    assert names == ["ridge 3, indices", "SLF, f = 0", "SLF, f = 4", ways.ENCODER]
    assert lower.get_xlabel() == "sent in all (kB)" and len(lower.containers) == 4
    figure = pilot_figures.decision_map(ROWS)
    for axes in figure.axes:
        pieces = [bar.patches[0] for bar in axes.containers]
        assert pieces
        for one, other in zip(pieces, pieces[1:], strict=False):
            assert one.get_x() + one.get_width() == pytest.approx(other.get_x())
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == ["ε = 0.3"]
    assert not pilot_figures.plane([]).axes[0].containers
    assert not pilot_figures.decision_map([]).axes[0].containers


def test_a_budget_is_won_by_the_least_error_that_fits_in_it():
    made = ways.ways(ROWS, SLOW)
    assert pilot_figures.winner(made, 1.0, spared=False) is None
    assert pilot_figures.winner(made, 14.0, spared=False) == "SLF, f < 4"
    assert pilot_figures.winner(made, 14.0, spared=True) == "SLF, f = 4"
    assert pilot_figures.winner(made, 100.0, spared=True) == "pilots"
    assert pilot_figures.winner(made, 1e6, spared=True) in ("pilots", ways.ENCODER)


def test_what_is_summed_up_over_mismatches_and_where_one_seed_stands_alone():
    assert pilots.map_finding(ROWS).startswith(
        "Over all mismatches, 10 pilots and a 3 × 3 ridge map have a lower mean MSE than SLF at "
        "f = 4 in 1 of 1 and than SLF at f = 0 in 0 of 1 ("
    )
    assert pilots.map_finding(ROWS[:2]) == "No record is stored yet."
    other = {**ridge(10, 0.1), "crossover": 0.5}
    assert ways.worlds(ways.ways([*seeds([2.0, 2.0]), other])) == ["ε = 0.3", "ε = 0.5"]
    assert pilots.alone([*seeds([2.0, 2.0]), other]) == "One seed, which decides nothing: ε = 0.5."
    assert pilots.alone(seeds([2.0, 2.0])) == ""


def test_davids_own_pair_brings_aligners_to_all_test_images():
    """His MSE is 0.02 on theirs and 0.03 on all, his accuracy 0.98 and 0.95."""
    rows = [pair("matched", 0.03, 0.95), ridge(10, 0.1), ridge(1, 0.2, accuracy=0.01)]
    made = ways.ways([*rows, ridge(10, 0.1, seed=1)])
    ten, other = (one for one in made if one["pilots"] == 10)
    assert (ten["mse"], ten["accuracy"]) == (pytest.approx(0.15), pytest.approx(0.77))
    assert way(made, "ridge 3", 1)["accuracy"] == 0.0
    assert (other["mse"], other["accuracy"]) == (0.1, 0.8)  # his pair of that seed is not stored


def begun(seed, mse, epochs):
    row = made_up.timed(4, seed, mse, up=0, epochs=epochs)
    labels = {"line": "start", "pilots": 100, "bytes_down": 20_000, "fit_flops": 2_000.0}
    return {name: row[name] for name in row if name != "frozen"} | labels


def test_an_aligned_start_is_a_way_of_its_own_beside_slf_of_the_same_seed():
    # 20,000 bytes at 1,000 bit/s, two epochs of 500 operations and a fit of 2,000.
    made = ways.ways([*ROWS, begun(0, 0.04, 2)], SLOW)
    one = way(made, ways.START)
    assert one["seconds"] == pytest.approx(160 + 1 + 2) and "frozen" not in one
    assert one["payload"] == "codebook, decoder, 100 pilots" and one["old"] == 0.98
    assert break_even.table([*ROWS, begun(0, 0.04, 2)]) == break_even.table(ROWS)
    rows = [aligned(4, 0.05), begun(0, 0.04, 2)]
    assert pilots.start_finding(rows) == (
        "With the ridge fit first, f = 4 takes 1.0 epochs fewer and ends at 0.8 times the "
        "MSE (one seed)."
    )
    paired = [*rows, pair("matched", 0.025, 0.9)]
    assert ", 1.6 times that of David's own pair (" in pilots.start_finding(paired)
    assert pilots.start_finding(ROWS) == "No run with a ridge fit first is stored yet."
