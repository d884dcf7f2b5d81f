"""Folders of images: named by content, split for the test, and each fault one clear sentence."""

import os
import shutil

import pytest
from own_images import make_folder

from slfkit.data import folders, loading
from slfkit.errors import DataError


def named(path):
    """Return the folder as it is now."""
    folders._read.cache_clear()
    return folders.named(f"folder:{path}")


def test_the_name_is_that_of_the_content_wherever_it_lies(tmp_path):
    one = named(make_folder(tmp_path / "one"))
    shutil.copytree(tmp_path / "one", tmp_path / "there" / "two")
    files = sorted((tmp_path / "there" / "two" / "class0").iterdir())
    files[0].rename(files[0].with_name("renamed.png"))
    assert folders.NAME.fullmatch(one.name)
    assert named(tmp_path / "there" / "two").name == one.name
    files[1].unlink()
    assert named(tmp_path / "there" / "two").name != one.name


def test_each_fifth_image_of_a_class_is_for_the_test(tmp_path):
    folder = named(make_folder(tmp_path / "a", classes=4, each=60))
    assert folder.sizes() == {"train": 192, "test": 48} and len(folder.classes) == 4
    labels = [label for _, label in folder.splits["test"]]
    assert [labels.count(label) for label in range(4)] == [12] * 4
    assert labels != sorted(labels)  # the first images are of several classes
    files = [{file for file, _ in images} for images in folder.splits.values()]
    assert not files[0] & files[1]


def test_a_name_is_known_again_only_while_its_images_are_there(tmp_path):
    root = make_folder(tmp_path / "a")
    name = named(root).name
    assert folders.named(name).name == name
    (root / "class0" / "0.png").write_bytes(b"other")
    folders._read.cache_clear()
    with pytest.raises(DataError, match=f"was {name} and has other images now: .*'slfkit source"):
        folders.named(name)
    with pytest.raises(DataError, match="no folder of images is known here as folder-0{12}: name"):
        folders.named("folder-" + 12 * "0")


def contents(images):
    return {file.read_bytes() for file, _ in images}


def test_copies_of_an_image_are_on_one_side_of_the_split(tmp_path):
    root = make_folder(tmp_path / "a", classes=2, each=80)
    alone = named(root).splits
    for file in list(root.rglob("*.png")):
        for number in (1, 2):
            shutil.copy(file, file.with_name(f"{file.stem}-{number}.png"))
    copied = named(root).splits
    assert [len(copied[split]) for split in ("train", "test")] == [384, 96]
    assert contents(copied["test"]) == contents(alone["test"])
    shutil.copytree(root / "class0", root / "class1" / "more")  # the same as another class
    copied = named(root).splits
    assert not contents(copied["train"]) & contents(copied["test"])


@pytest.mark.parametrize(
    "place", ["class0/.ipynb_checkpoints", "class0/@eaDir", "__MACOSX/class0", ".thumbnails"]
)
def test_what_other_programs_put_beside_pictures_is_no_image(tmp_path, place):
    root = make_folder(tmp_path / "a")
    name = named(root).name
    (root / place).mkdir(parents=True)
    shutil.copy(root / "class0" / "3.png", root / place / "3-copy.png")
    (root / "class1" / "._3.png").write_bytes(b"Mac OS X")
    assert named(root).name == name and not named(root).left_out


def test_files_that_are_no_images_are_counted_by_suffix(tmp_path):
    root = make_folder(tmp_path / "a")
    for name in ("1.gif", "2.GIF", "notes"):
        (root / "class0" / name).touch()
    folder = named(root)
    assert (folder.left_out, folder.shared) == ((("", 1), (".gif", 2)), 0)


def test_what_given_folders_leave_out_and_share_is_told(tmp_path):
    for split, each in (("train", 70), ("val", 10)):
        made = make_folder(tmp_path / "a" / split, classes=2, each=each)
        (made / "class0" / f"{each}.avif").touch()
    folder = named(tmp_path / "a")
    assert (folder.left_out, folder.shared) == (((".avif", 2),), 20)
    assert folder.sizes() == {"train": 140, "test": 20}
    said = loading.described(f"folder:{tmp_path / 'a'}")
    assert said.endswith("; images of the test that are also in train: 20")


def test_only_regular_files_are_opened_and_a_class_may_be_called_train(tmp_path):
    """A pipe or a device with a picture's name would hang, or fill the memory."""
    root = make_folder(tmp_path / "a")
    name = named(root).name
    os.mkfifo(root / "class0" / "pipe.png")
    (root / "class1" / "zero.png").symlink_to("/dev/zero")
    assert named(root).name == name
    (root / "class2").rename(root / "train")
    assert named(root).classes == ("class0", "class1", "class3", "train")


@pytest.mark.parametrize(
    ("given", "reason"),
    [("", "it is empty"), (" ", "it is empty"), ("a\0b", "null"), (300 * "x", "too long")],
)
def test_what_is_no_path_is_refused_in_one_sentence(given, reason):
    with pytest.raises(DataError, match=f"is not a path .*{reason}.*give folder:PATH"):
        folders.named(f"folder:{given}")


def test_a_cache_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(DataError, match="folders cannot be written .*set XDG_CACHE_HOME"):
        named(make_folder(tmp_path / "a"))


def empty_class(root):
    (root / "new").mkdir()
    (root / "new" / "notes.txt").touch()


def other_classes(root):
    make_folder(root / "train", classes=3, each=60)
    make_folder(root / "test", classes=2, each=60)


def few_of_a_class(root):
    for file in sorted((root / "class0").iterdir())[2:]:
        file.unlink()


def without(*classes):
    return lambda root: [shutil.rmtree(root / f"class{label}") for label in classes]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (shutil.rmtree, "is not a folder: give folder:PATH, with a folder for each class"),
        (without(0, 1, 2, 3), "and has none: give a fol"),
        (without(1, 2, 3), "has only class0"),
        (without(2, 3), "has 96 images for the split train: add images until it has at least 128"),
        (empty_class, "new holds no image: add some, of the types .bmp .jpeg"),
        (lambda root: (root / "train").mkdir(), "a folder train but no folder test: add one"),
        (other_classes, r"other classes in train than in test \(class2\): make them the same"),
        (few_of_a_class, "class0 holds 2 different images: add images until it has at least 5"),
    ],
)
def test_what_is_wrong_with_a_folder_is_one_sentence(tmp_path, spoil, message):
    root = make_folder(tmp_path / "a")
    spoil(root)
    with pytest.raises(DataError, match=message) as caught:
        named(root)
    assert "\n" not in str(caught.value)
