"""A reader's own folder of images as a source, named by its content and not by where it lies.

A specification holds the name alone; which folder on this machine has that content is kept in the
platform's cache. Importing this module loads neither torch nor an image library.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
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
ASIDE = (".", "@eaDir", "__MACOSX")  # how names begin of what programs put beside pictures
LEAST = {"train": 128, "test": 20}
Hashed = tuple[str, Path, int]  # the hash of an image, its file and its label
LeftOut = Counter[str]  # by suffix, how many files are not read
LAYOUT = "a folder for each class with its images in it, or folders train and test of such folders"


@dataclass(frozen=True)
class Folder:
    """The images of a folder.

    Attributes:
        name: ``folder-`` and twelve hex digits of a hash over all images and labels.
        splits: (file, label) of the images to train on and to test, in the order of the files'
            hashes, which is as good as shuffled and the same on every machine.
        classes: their names; a label is the position here.
        left_out: (suffix, how many) of the files in class folders that are not read.
        shared: how many images folders train and test both hold, byte by byte.
    """

    name: str
    splits: dict[str, tuple[tuple[Path, int], ...]]
    classes: tuple[str, ...]
    left_out: tuple[tuple[str, int], ...] = ()
    shared: int = 0

    def sizes(self) -> dict[str, int]:
        """Return the number of images of each split."""
        return {split: len(images) for split, images in self.splits.items()}


def named(source: str) -> Folder:
    """Return the folder that ``folder:PATH`` or a name such as ``folder-0123456789ab`` means.

    Raises:
        DataError: it is missing, laid out in another way, too small, or not known here; or the
            cache cannot be written.
    """
    if not source.startswith(PREFIX):
        return _recalled(source)
    path = _path(source.removeprefix(PREFIX))
    folder = _read(path)
    note = _note(folder.name)
    try:
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(str(path), encoding="utf-8")
    except OSError as error:
        raise DataError(
            f"{note.parent} cannot be written ({error.strerror}), and slfkit notes there where "
            "folders of images lie: mend it, or set XDG_CACHE_HOME to another folder"
        ) from error
    return folder


def _path(text: str) -> Path:
    """Return the whole path that a text means, if a file system can hold it."""
    try:
        if not text.strip():
            raise ValueError("it is empty")
        path = Path(text).expanduser().resolve()
        path.is_dir()  # fails where a name is too long
        return path
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(
            f"{text[:80]!r} is not a path ({reason}): give {PREFIX}PATH, with {LAYOUT}"
        ) from error


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
    try:
        classes, splits, left_out = _split(path)
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): mend it") from error
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
    train, test = ({file_hash for file_hash, *_ in splits[split]} for split in ("train", "test"))
    listed = {
        split: tuple((file, label) for _, file, label in images) for split, images in splits.items()
    }
    skipped = tuple(sorted(left_out.items()))
    return Folder(f"folder-{digest.hexdigest()[:12]}", listed, classes, skipped, len(train & test))


def _split(path: Path) -> tuple[tuple[str, ...], dict[str, list[Hashed]], LeftOut]:
    """Return the classes, for each split its (hash, file, label) in order, and what is left out."""
    if not (path / "train").is_dir():
        return _apart(path)
    tested = [path / name for name in TESTED if (path / name).is_dir()]
    if not tested and next(_files(path / "train", "*"), None):  # a class of that name
        return _apart(path)
    if not tested:
        raise DataError(f"{path} has a folder train but no folder test: add one")
    classes, training, some = _classes(path / "train")
    others, testing, more = _classes(tested[0])
    if classes != others:
        odd = ", ".join(sorted(set(classes) ^ set(others)))
        raise DataError(
            f"{path} has other classes in train than in {tested[0].name} ({odd}): make them the "
            "same"
        )
    return classes, {"train": training, "test": testing}, some + more


def _classes(path: Path) -> tuple[tuple[str, ...], list[Hashed], LeftOut]:
    """Return the class folders' names, all (hash, file, label) in order, and what is left out."""
    folders = sorted(each for each in path.iterdir() if each.is_dir() and not _aside(each.name))
    if len(folders) < 2:
        has = f"only {folders[0].name}" if folders else "none"
        raise DataError(f"{path} needs two class folders or more and has {has}: give {LAYOUT}")
    images, left_out = [], LeftOut()
    for label, folder in enumerate(folders):
        files = list(_files(folder, "**/*"))
        pictures = [file for file in files if file.suffix.lower() in SUFFIXES]
        if not pictures:
            raise DataError(
                f"{folder} holds no image: add some, of the types {' '.join(sorted(SUFFIXES))}, or "
                "delete the class"
            )
        left_out.update(file.suffix.lower() for file in set(files).difference(pictures))
        images += [(_hash(file), file, label) for file in pictures]
    images.sort(key=lambda image: image[::2])
    return tuple(folder.name for folder in folders), images, left_out


def _files(folder: Path, pattern: str) -> Iterator[Path]:
    """Yield the regular files below a folder, but for what other programs put there."""
    for file in folder.glob(pattern):
        if file.is_file() and not any(map(_aside, file.relative_to(folder).parts)):
            yield file


def _aside(name: str) -> bool:
    """Tell whether a file or folder is no reader's own: hidden, a thumbnail, a Mac's shadow."""
    return name.startswith(ASIDE)


def _hash(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise DataError(f"{file} cannot be read ({error.strerror}): mend or delete it") from error


def _apart(path: Path) -> tuple[tuple[str, ...], dict[str, list[Hashed]], LeftOut]:
    """Set each fifth image of a class apart for the test, with all copies of it."""
    classes, images, left_out = _classes(path)
    seen: list[set[str]] = [set() for _ in classes]  # the hashes of each class
    split_of: dict[str, str] = {}
    splits: dict[str, list[Hashed]] = {"train": [], "test": []}
    for image in images:
        file_hash, _, label = image
        seen[label].add(file_hash)
        split = "train" if len(seen[label]) % EVERY else "test"
        splits[split_of.setdefault(file_hash, split)].append(image)
    for name, count in zip(classes, map(len, seen), strict=True):
        if count < EVERY:
            raise DataError(
                f"{path / name} holds {count} different images: add images until it has at "
                f"least {EVERY}, of which one is for the test"
            )
    return classes, splits, left_out
