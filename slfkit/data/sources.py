"""The names a reader gives to images, made the names that specifications hold.

Importing this module loads no torch; a name that only torchvision can know does.
"""

from __future__ import annotations

from collections.abc import Sequence

from slfkit.data import folders
from slfkit.errors import ParameterError

TORCHVISION = "torchvision:"
STANDINS = ("glyphs", "scenes")
CLASSES = {  # of the paper's sources
    "mnist": tuple("0123456789"),
    "cifar10": ("plane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
}


def resolve(source: str) -> str:
    """Return the one name of a source.

    Args:
        source: ``glyphs``, ``scenes``, ``mnist``, ``cifar10``, ``torchvision:NAME`` or the bare
            name of a torchvision classification set, or ``folder:PATH``. A folder is named after
            its content, so no path gets into a record.

    Raises:
        ParameterError: an unknown source.
        DataError: a folder is missing, or not laid out as expected.
    """
    if not isinstance(source, str) or not source:
        raise ParameterError(
            f"source {source!r} is not a name: give one such as 'torchvision:FashionMNIST' or "
            "'folder:PATH'"
        )
    if is_folder(source):
        return folders.named(source).name
    bare = source.removeprefix(TORCHVISION)
    if bare in (*STANDINS, *CLASSES):
        return bare
    from slfkit.data.torchvision_sets import torchvision_name  # here, since it loads torch

    return torchvision_name(bare)


def is_folder(source: str) -> bool:
    """Tell whether a source is a folder of images."""
    return source.startswith(folders.PREFIX) or bool(folders.NAME.fullmatch(source))


def own(sources: Sequence[str], usual: tuple[str, str]) -> tuple[str, str]:
    """Return the sources of T1 and T2 and of T3: those given, the usual one where none is.

    Raises:
        ParameterError: more than two are given, one is unknown, or both are the same.
        DataError: as for ``resolve``.
    """
    if len(sources) > 2:
        raise ParameterError(
            f"sources {list(sources)!r} names {len(sources)}: give one for T1 and T2, and perhaps "
            "a second for T3"
        )
    near, far = *map(resolve, sources), *usual[len(sources) :]
    if near == far:
        raise ParameterError(
            f"sources {list(sources)!r} gives all transceivers the images {near!r}: name a second, "
            "other one for T3"
        )
    return near, far


def class_names(sources: Sequence[str]) -> list[str]:
    """Return the classes of one source or of two in the order of their labels; [] if unknown."""
    known = all(source in CLASSES for source in sources)
    return [name for source in sources for name in CLASSES[source]] if known else []


def sizes(sources: Sequence[str]) -> dict[str, int]:
    """Return how many images of each split the smallest of the folders has; {} without a folder."""
    counts = [folders.named(source).sizes() for source in sources if is_folder(source)]
    return {split: min(count[split] for count in counts) for split in counts[0]} if counts else {}
