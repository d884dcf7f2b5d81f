"""Picture files as pixels: grey, colour, other sizes, and files that are not pictures."""

import numpy as np
import pytest
import torch
from own_images import make_folder, picture
from PIL import Image

from slfkit.data import folders, loading, pictures, torchvision_sets
from slfkit.errors import DataError
from slfkit.images import Images


def test_a_folder_loads_like_any_source(tmp_path):
    root = make_folder(tmp_path / "a")
    images = loading.load(f"folder:{root}", "train")
    assert isinstance(images, Images) and len(images) == 192 and images.classes == 4
    assert images.pixels.shape == (192, 3, 32, 32) and images.pixels.dtype == torch.uint8
    assert images.labels.bincount().tolist() == [48] * 4
    for pixels, label in zip(images.pixels[:8], images.labels[:8], strict=True):
        columns = pixels.float().mean((0, 1))
        assert int(columns.argmax()) * 48 // 32 // 10 == label  # the bar is where it was
    few = loading.load(images.sources[0][0], "train", 5)
    assert len(few) == 5 and few.classes == 4 and torch.equal(few.pixels, images.pixels[:5])
    assert str(tmp_path) not in str(images.sources)
    expected = f"{images.sources[0][0]}: 4 classes, 192 train and 48 test images of 3 x 32 x 32"
    assert loading.described(f"folder:{root}") == expected
    (root / "class0" / "a.gif").touch()
    folders._read.cache_clear()
    assert loading.described(f"folder:{root}") == f"{expected}; files left out: 1 of .gif"


def test_grey_is_repeated_and_small_pictures_are_padded(tmp_path):
    root = make_folder(tmp_path / "a", classes=2, each=80)
    for file in root.rglob("*.png"):
        grey = np.random.default_rng(int(file.stem)).integers(1, 256, (28, 20), dtype=np.uint8)
        Image.fromarray(grey).save(file)
    images = loading.load(f"folder:{root}", "test")
    assert torch.equal(images.pixels[:, 0], images.pixels[:, 2])
    assert images.pixels[:, :, 2:30, 6:26].min() > 0
    assert images.pixels.sum() == images.pixels[:, :, 2:30, 6:26].sum()


@pytest.mark.parametrize(
    ("mode", "count"), [("1", 1), ("L", 1), ("LA", 1), ("RGB", 3), ("RGBA", 3), ("P", 3)]
)
def test_every_mode_becomes_one_channel_or_three(mode, count):
    made = pictures.channels(Image.fromarray(picture(1, 0)).convert(mode))
    assert made.shape == (count, 40, 48) and made.dtype == torch.uint8


def test_sixteen_bits_are_refused_rather_than_cut():
    deep = Image.fromarray(np.full((4, 4), 40_000, np.uint16))
    with pytest.raises(ValueError, match="more than eight bits per channel: save it with eight"):
        pictures.channels(deep)


@pytest.mark.parametrize("damage", [b"", b"no picture", None])
def test_an_unreadable_file_is_named(tmp_path, damage):
    root = make_folder(tmp_path / "a")
    file = root / "class1" / "7.png"
    file.write_bytes(file.read_bytes()[:400] if damage is None else damage)
    with pytest.raises(DataError, match="7.png is not a readable image .*: mend or delete it"):
        for split in ("train", "test"):
            loading.load(f"folder:{root}", split)


def test_a_picture_is_turned_as_its_exif_data_say(tmp_path):
    upright = Image.fromarray(picture(1, 0))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    upright.rotate(90, expand=True).save(tmp_path / "turned.png", exif=exif)
    upright.save(tmp_path / "upright.png")
    turned = pictures._opened(tmp_path / "turned.png")
    assert turned.shape == (3, 40, 48)
    assert torch.equal(turned, pictures._opened(tmp_path / "upright.png"))


def test_a_huge_picture_is_refused_before_it_is_decoded(tmp_path, monkeypatch):
    Image.fromarray(picture(1, 0)).save(tmp_path / "huge.png")
    decoded = []
    monkeypatch.setattr(pictures, "channels", decoded.append)
    for limit in (1900, 900):  # Pillow warns above its limit and fails above twice of it
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
        with pytest.raises(DataError, match=f"huge.png has more than {limit:,} pixels: shrink"):
            pictures._opened(tmp_path / "huge.png")
    assert not decoded


def test_large_pictures_are_shrunk_before_they_are_kept(monkeypatch):
    large = Image.fromarray(picture(2, 0, (320, 480)))
    whole = pictures.fit(pictures.channels(large)[None])
    monkeypatch.setattr(pictures, "LARGE", 128)
    small = pictures.channels(large)
    assert small.shape == (3, 160, 160)
    assert (pictures.fit(small[None]).int() - whole.int()).abs().max() <= 3


class Listed(list):
    """A torchvision set of pictures one by one, without splits."""

    def __init__(self, root="", download=False):
        super().__init__((Image.fromarray(picture(n % 3, n)), n % 3) for n in range(20))


def test_a_torchvision_set_of_single_pictures_is_read_and_split(monkeypatch, tmp_path):
    monkeypatch.setenv("SLFKIT_DATA", str(tmp_path))
    monkeypatch.setattr(torchvision_sets, "_dataset_class", lambda source: Listed)
    splits = [loading.load("EuroSAT", split) for split in ("train", "test")]
    assert [len(images) for images in splits] == [16, 4]
    assert splits[0].labels.tolist() != sorted(splits[0].labels.tolist())
    everything = torch.cat([images.labels for images in splits])
    assert sorted(everything.tolist()) == sorted(n % 3 for n in range(20))
    # a set of something else is refused
    boxes = Listed()
    boxes[3] = (boxes[3][0], {"box": 1})
    monkeypatch.setattr(torchvision_sets, "_open", lambda *_: boxes)
    with pytest.raises(DataError, match="its items are not pictures with one class each"):
        loading.load("VOCDetection", "train")


@pytest.mark.parametrize(
    ("kind", "split", "choice"),
    [
        ("OxfordIIITPet", "train", {"split": "trainval"}),
        ("Imagenette", "test", {"split": "val"}),
        ("SVHN", "test", {"split": "test"}),
        ("KMNIST", "test", {"train": False}),
        ("USPS", "test", {"train": False}),
        ("QMNIST", "train", {"train": True}),
        ("EuroSAT", "train", {}),
    ],
)
def test_each_torchvision_set_is_asked_for_its_split_in_its_own_words(kind, split, choice):
    assert torchvision_sets._choice(torchvision_sets._dataset_class(kind), split) == choice


def test_what_is_saved_is_read_again(tmp_path):
    images = loading.load("scenes", "train", 200)
    pictures.save(images, tmp_path / "made")
    again = loading.load(f"folder:{tmp_path / 'made'}", "train")
    assert again.classes == 10 and len(again) == 160
    labels = {
        pixels.numpy().tobytes(): int(label)
        for pixels, label in zip(images.pixels, images.labels, strict=True)
    }
    assert [labels[pixels.numpy().tobytes()] for pixels in again.pixels] == again.labels.tolist()
    with pytest.raises(DataError, match="made is not empty: give --save a new folder"):
        pictures.save(images, tmp_path / "made")
