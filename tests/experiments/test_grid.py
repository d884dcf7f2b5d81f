"""How large a profile's runs are; their cells are held by the tests of each experiment."""

from slfkit.experiments.grid import SCALES, scale_of


def test_the_paper_s_scale_leaves_the_defaults_and_repeats_its_first_seed():
    scale = SCALES["paper"]
    assert not (scale.shared or scale.pretraining or scale.fine_tuning)
    assert not set(scale.seeds) & set(scale.repeats)


def test_the_usual_images_are_those_of_the_profile():
    assert all(scale_of(profile) is SCALES[profile] for profile in SCALES)
    assert scale_of("paper", ["FashionMNIST"]).sources == ("FashionMNIST", "cifar10")
    assert scale_of("paper", ["FashionMNIST"]).shared == SCALES["paper"].shared
