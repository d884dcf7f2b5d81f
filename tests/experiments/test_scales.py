"""How large a profile's runs are, and the paper's three transceivers at that scale."""

import pytest

from slfkit.experiments.grid import SCALES, scale_of, users


def test_the_three_transceivers():
    found = users("paper", 3)
    assert [(one.source, one.crossover, one.seed) for one in found.values()] == [
        ("mnist", 0.1, 3), ("mnist", 0.3, 3), ("cifar10", 0.1, 3)
    ]  # fmt: skip
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
