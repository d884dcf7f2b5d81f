"""The cells of a grid, their labels and runs, and how large a profile's runs are."""

import pytest

from slfkit.experiments.grid import SCALES, pair_spec, scale_of, users, variant
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


def test_the_three_transceivers():
    trio = users("paper", 3)
    found = [(one.source, one.crossover, one.seed) for one in trio.values()]
    assert found == [("mnist", 0.1, 3), ("mnist", 0.3, 3), ("cifar10", 0.1, 3)]
    assert {one.source for one in users("smoke", 0).values()} == {"glyphs", "scenes"}


@pytest.mark.parametrize("profile", SCALES)
def test_the_scale_reaches_every_transceiver(profile):
    scale = SCALES[profile]
    for one in users(profile, 0).values():
        fields = scale.shared | scale.pretraining
        assert {name: getattr(one, name) for name in fields} == fields


def test_the_paper_s_scale_leaves_the_defaults_and_repeats_its_first_seed():
    scale = SCALES["paper"]
    assert not (scale.shared or scale.pretraining or scale.fine_tuning)
    assert not set(scale.seeds) & set(scale.repeats)


def test_the_usual_images_are_those_of_the_profile():
    assert all(scale_of(profile) is SCALES[profile] for profile in SCALES)
    assert scale_of("paper", ["FashionMNIST"]).sources == ("FashionMNIST", "cifar10")
    assert scale_of("paper", ["FashionMNIST"]).shared == SCALES["paper"].shared
