"""A reader's own folder of images as a source, named by its content and not by where it lies.

A specification holds the name alone; which folder on this machine has that content is kept in the
platform's cache. Importing this module loads neither torch nor an image library.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from slfkit.data.places import cache_root
from slfkit.errors import DataError

PREFIX = "folder:"
NAME = re.compile(r"folder-[0-9a-f]{12}")
SUFFIXES = frozenset((".bmp", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"))
TESTED = ("test", "val")  # names of the folder beside train
EVERY = 5  # of a folder without train and test, each fifth image of a class is for the test
LEAST = {"train": 128, "test": 20}
Hashed = tuple[str, Path, int]  # the hash of an image, its file and its label
LAYOUT = "a folder for each class with its images in it, or folders train and test of such folders"


@dataclass(frozen=True)
class Folder:
    """The images of a folder.

    Attributes:
        name: ``folder-`` and twelve hex digits of a hash over all images and labels.
        splits: (file, label) of the images to train on and to test, in the order of the files'
            hashes, which is as good as shuffled and the same on every machine.
        classes: their names; a label is the position here.
    """

    name: str
    splits: dict[str, tuple[tuple[Path, int], ...]]
    classes: tuple[str, ...]

    def sizes(self) -> dict[str, int]:
        """Return the number of images of each split."""
        return {split: len(images) for split, images in self.splits.items()}


def named(source: str) -> Folder:
    """Return the folder that ``folder:PATH`` or a name such as ``folder-0123456789ab`` means.

    Raises:
        DataError: it is missing, laid out in another way, too small, or not known here.
    """
    if not source.startswith(PREFIX):
        return _recalled(source)
    path = Path(source.removeprefix(PREFIX)).expanduser().resolve()
    folder = _read(path)
    note = _note(folder.name)
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(str(path), encoding="utf-8")
    return folder


def _note(name: str) -> Path:
    """Return the file that says where the folder of this name lies on this machine."""
    return cache_root() / "folders" / f"{name}.txt"


def _recalled(name: str) -> Folder:
    """Return a folder that was named on this machine before, if it still has that content."""
    way = f"name it on this machine with 'slfkit source {PREFIX}PATH'"
    if not _note(name).is_file():
        raise DataError(f"no folder of images is known here as {name}: {way}")
    path = Path(_note(name).read_text(encoding="utf-8"))
    folder = _read(path)
    if folder.name != name:
        raise DataError(
            f"{path} was {name} and has other images now: put the old ones back, or {way} again"
        )
    return folder


@lru_cache(maxsize=8)
def _read(path: Path) -> Folder:
    """List and hash the images of a folder, once per process."""
    if not path.is_dir():
        raise DataError(f"{path} is not a folder: give {PREFIX}PATH, with {LAYOUT}")
    classes, splits = _split(path)
    for split, images in splits.items():
        if len(images) < LEAST[split]:
            raise DataError(
                f"{path} has {len(images)} images for the split {split}: add images until it has "
                f"at least {LEAST[split]}"
            )
    digest = hashlib.sha256()
    for split, images in splits.items():
        digest.update(split.encode())
        for file_hash, _, label in images:
            digest.update(f"{file_hash} {label}\n".encode())
    listed = {
        split: tuple((file, label) for _, file, label in images) for split, images in splits.items()
    }
    return Folder(f"folder-{digest.hexdigest()[:12]}", listed, classes)


def _split(path: Path) -> tuple[tuple[str, ...], dict[str, list[Hashed]]]:
    """Return the classes, and for each split its (hash, file, label) in order."""
    if not (path / "train").is_dir():
        classes, images = _classes(path)
        return classes, _apart(path, classes, images)
    tested = [path / name for name in TESTED if (path / name).is_dir()]
    if not tested:
        raise DataError(f"{path} has a folder train and none for the test: add a folder test to it")
    classes, training = _classes(path / "train")
    others, testing = _classes(tested[0])
    if classes != others:
        odd = ", ".join(sorted(set(classes) ^ set(others)))
        raise DataError(
            f"{path} has other classes in train than in {tested[0].name} ({odd}): make them the "
            "same"
        )
    return classes, {"train": training, "test": testing}


def _classes(path: Path) -> tuple[tuple[str, ...], list[Hashed]]:
    """Return the names of the class folders and all (hash, file, label), in order of the hashes."""
    folders = sorted(each for each in path.iterdir() if each.is_dir() and each.name[0] != ".")
    if len(folders) < 2:
        has = f"only {folders[0].name}" if folders else "none"
        raise DataError(f"{path} needs two class folders or more and has {has}: give {LAYOUT}")
    images = []
    for label, folder in enumerate(folders):
        files = [file for file in folder.rglob("*") if file.suffix.lower() in SUFFIXES]
        if not files:
            raise DataError(
                f"{folder} holds no image: add some, of the types {' '.join(sorted(SUFFIXES))}, or "
                "delete the class"
            )
        images += [(_hash(file), file, label) for file in files]
    return tuple(folder.name for folder in folders), sorted(images, key=lambda image: image[::2])


def _hash(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise DataError(f"{file} cannot be read ({error.strerror}): mend or delete it") from error


def _apart(path: Path, classes: Sequence[str], images: list[Hashed]) -> dict[str, list[Hashed]]:
    """Set each fifth image of a class apart for the test."""
    seen = [0] * len(classes)
    splits: dict[str, list[Hashed]] = {"train": [], "test": []}
    for image in images:
        seen[image[2]] += 1
        splits["train" if seen[image[2]] % EVERY else "test"].append(image)
    for name, count in zip(classes, seen, strict=True):
        if count < EVERY:
            raise DataError(
                f"{path / name} holds {count} images: add images until it has at least {EVERY}, of "
                "which one is for the test"
            )
    return splits
