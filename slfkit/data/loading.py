"""Sources of images by name: torchvision's data sets and the stand-ins, one tensor a split."""

from __future__ import annotations

from slfkit.data import folders, pictures
from slfkit.data.pictures import _fit, _images
from slfkit.data.sources import is_folder, resolve
from slfkit.data.standins import STANDINS
from slfkit.data.torchvision_sets import _torchvision_images
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
        count: take only the first so many images; 0 takes all.

    Raises:
        ParameterError: an unknown source or split.
        DataError: the data set is absent or corrupt.
    """
    if split not in _STAND_IN_COUNTS:
        raise ParameterError(f"split {split!r} is unknown: choose 'train' or 'test'")
    if source in STANDINS:
        total = count or _STAND_IN_COUNTS[split]
        drawn = STANDINS[source](total, generator("stand-in", source, split))
        images = _images(*drawn, source)
    elif is_folder(source):
        images = _folder_images(folders.named(source), split, count)
    else:
        images = _torchvision_images(source, split)
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
    return f"{name}: {splits['train'].classes} classes, {counts} images of 3 x {SIDE} x {SIDE}"


def _folder_images(folder: folders.Folder, split: str, count: int) -> Images:
    """Read the first images of a split of a folder; its classes are known however few are read."""
    pixels, labels = pictures.of_folder(folder, split, count, _fit)
    return Images(pixels, labels, ((folder.name, len(folder.classes)),))
