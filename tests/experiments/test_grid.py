"""The cells of a grid: labels and runs, at the scale that is handed in."""

from slfkit.experiments.grid import SCALES, pair_spec, variant
from slfkit.experiments.sweeps import channel_cells, source_cells
from slfkit.records.spec import AlignmentSpec, PairSpec

SCALE = SCALES["quick"]
T1, T2, T3 = SCALE.users(1).values()


def test_a_channel_has_two_lines_and_slf_at_each_f():
    cells = channel_cells(SCALE, 1, 0.2, [0, 3])
    assert [cell.labels["line"] for cell in cells] == ["unaligned", "matched", "slf", "slf"]
    assert [cell.spec.sender for cell in cells[:2]] == [T1, T2]
    assert all(cell.labels["seed"] == 1 and cell.spec.crossover == 0.2 for cell in cells)
    assert [cell.spec.frozen for cell in cells[2:]] == [0, 3]


def test_a_mixture_is_sent_over_the_air_both_were_trained_for():
    for cell in source_cells(SCALE, 1, 0.25, [2], "pixels"):
        spec = cell.spec
        assert (spec.source, spec.other, spec.alpha) == (T1.source, T3.source, 0.25)
        assert spec.mixing == "pixels" and spec.crossover == T1.crossover


def test_what_is_varied_labels_its_row_and_its_run():
    cell = variant(SCALE, 1, 0.3, 2, {"order": "first"})
    assert isinstance(cell.spec, AlignmentSpec) and cell.spec.order == cell.labels["order"]
    assert cell.spec.epochs == SCALE.fine_tuning["epochs"]


def test_a_pair_takes_the_test_images_and_draws_of_the_scale():
    spec = pair_spec(SCALE, T1, T2, 0.3, T1)
    assert isinstance(spec, PairSpec)
    assert (spec.test, spec.draws) == (SCALE.shared["test"], SCALE.shared["draws"])
