"""Names of images as readers give them, and as specifications hold them."""

import subprocess
import sys

import pytest
from own_images import make_folder

from slfkit.data import folders, sources
from slfkit.data.standins import STANDINS
from slfkit.errors import DataError, ParameterError
from slfkit.experiments import registry
from slfkit.experiments.grid import SCALES, scale_of
from slfkit.publish import notebooks


@pytest.fixture
def folder(tmp_path):
    return make_folder(tmp_path / "mine")


def test_the_stand_ins_are_known_by_name():
    assert sources.STANDINS == tuple(STANDINS)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        *((name, name) for name in ("mnist", "glyphs")),
        *(("torchvision:" + name, "mnist") for name in ("mnist", "MNIST")),
        *((name, "FashionMNIST") for name in ("torchvision:FashionMNIST", "fashionmnist")),
        ("CIFAR10", "cifar10"),
    ],
)
def test_a_source_has_one_name(given, name):
    assert sources.resolve(given) == name


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("torchvision:FashonMNIST", "source 'FashonMNIST' is unknown: did you mean 'FashionMNIST'"),
        ("torchvision:EMNIST", "'EMNIST' is torchvision's, but no set that it can open by"),
        ("minst", "did you mean 'mnist'"),
        ("glyph", "did you mean 'glyphs'"),
        ("a\0b", r"source 'a\\x00b' is unknown"),
    ],
)
def test_an_unknown_source_is_refused(given, message):
    with pytest.raises(ParameterError, match=message):
        sources.resolve(given)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["glyphs", "scenes", "mnist"], "names 3: give one for T1 and T2, and perhaps a second"),
        (["scenes"], "gives all transceivers the images 'scenes': name a second, other one for T3"),
        (["mnist", "torchvision:MNIST"], "gives all transceivers the images 'mnist'"),
    ],
)
def test_sources_that_make_no_experiment_are_refused(given, message):
    with pytest.raises(ParameterError, match=message):
        scale_of("quick", given)


@pytest.mark.parametrize("notebook", registry.notebooks())
def test_every_experiment_takes_own_images(notebook, folder):
    name = folders.named(f"folder:{folder}").name
    for study in registry.studies_of(notebook, profile="smoke", sources=[f"folder:{folder}"]):
        used = {source for spec in study.specs() for source in spec.sources}
        assert name in used and "glyphs" not in used
        assert str(folder) not in str([spec.canonical() for spec in study.specs()])


def test_a_small_folder_gives_what_it_has(folder):
    fitted = {"train": 192, "test": 48, "held_out": 19}
    for profile in ("smoke", "quick"):
        scale = scale_of(profile, ["glyphs", f"folder:{folder}"])
        assert scale.shared == SCALES[profile].shared | fitted
    # the profile paper takes all images anyway
    assert scale_of("paper", [f"folder:{folder}"]).shared == {"held_out": 19}


def test_a_run_names_a_folder_by_its_content_before_anything_starts(folder):
    source = notebooks.find("02")
    given = {"sources": f"['folder:{folder}']"}
    name = folders.named(f"folder:{folder}").name
    values = notebooks.given_values(source, given, "smoke")
    assert values == {"profile": "smoke", "sources": [name]}
    with pytest.raises(DataError, match="nowhere is not a folder"):
        notebooks.given_values(source, {"sources": "['folder:nowhere']"}, "smoke")


def test_checking_a_folder_loads_no_torch(folder):
    code = (
        "import sys; from slfkit.experiments.registry import studies_of; "
        f"studies_of('02_channel', profile='smoke', sources=['folder:{folder}']); "
        "print('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).stdout == b"False\n"


def test_classes_of_a_mixture_follow_one_another():
    assert sources.class_names(["mnist", "cifar10"])[8:12] == ["8", "9", "plane", "car"]
    assert sources.class_names(["cifar10"])[3] == "cat"
    assert sources.class_names(["mnist", "folder-0123456789ab"]) == []
