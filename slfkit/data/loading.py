"""Sources of images by name: torchvision's data sets, folders and the stand-ins."""

from __future__ import annotations

from slfkit.data import folders, pictures, torchvision_sets
from slfkit.data.sources import is_folder, resolve
from slfkit.data.standins import STANDINS
from slfkit.errors import ParameterError
from slfkit.images import SIDE, Images
from slfkit.rng import generator

_STAND_IN_COUNTS = {"train": 12_000, "test": 2_000}


def load(source: str, split: str, count: int = 0) -> Images:
    """Load one split of a source.

    Args:
        source: ``mnist``, ``cifar10``, any torchvision classification set by its class name
            (``FashionMNIST``), a stand-in (``glyphs``, ``scenes``), or a folder of images
            (``folder:PATH``, or its name as ``sources.resolve`` gives it).
        split: ``train`` or ``test``.
        count: take only this many images from the start; 0 takes all.

    Raises:
        ParameterError: an unknown source or split.
        DataError: the data set is missing or corrupt.
    """
    if split not in _STAND_IN_COUNTS:
        raise ParameterError(f"split {split!r} is unknown: choose 'train' or 'test'")
    if source in STANDINS:
        total = count or _STAND_IN_COUNTS[split]
        drawn = STANDINS[source](total, generator("stand-in", source, split))
        images = pictures.as_source(*drawn, source)
    elif is_folder(source):
        images = pictures.of_folder(folders.named(source), split, count)
    else:
        images = torchvision_sets.load(source, split)
    if count > len(images):
        raise ParameterError(f"{source} has {len(images)} {split} images, {count} were asked for")
    return images.take(slice(count)) if count else images


def described(source: str) -> str:
    """Load all images of a source; return its one name, its classes and how many images it has.

    Raises:
        ParameterError, DataError: as ``load`` does.
    """
    name = resolve(source)
    splits = {split: load(name, split) for split in _STAND_IN_COUNTS}
    counts = " and ".join(f"{len(images):,} {split}" for split, images in splits.items())
    said = f"{name}: {splits['train'].classes} classes, {counts} images of 3 x {SIDE} x {SIDE}"
    return said + (_remarks(folders.named(name)) if is_folder(name) else "")


def _remarks(folder: folders.Folder) -> str:
    """Return the end of a sentence: which files are left out, and what train and test share."""
    counts = " and ".join(
        f"{count} of {suffix or 'no suffix'}" for suffix, count in folder.left_out
    )
    left_out = f"; files left out: {counts}" if counts else ""
    shared = (
        f"; images of the test that are also in train: {folder.shared}" if folder.shared else ""
    )
    return left_out + shared
