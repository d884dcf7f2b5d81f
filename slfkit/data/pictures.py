"""Picture files and pictures of any size as the uint8 pixels of a source."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageOps

from slfkit.data.folders import Folder
from slfkit.errors import DataError, one_line
from slfkit.images import SIDE, Images

GREY = ("1", "L", "LA")  # Pillow's modes that become one channel
DEEP = ("I", "F")  # and those with more than eight bits per channel
LARGE = 32 * SIDE  # pixels: so large sides lose nothing at 32 when they are shrunk in two steps


def of_folder(folder: Folder, split: str, count: int) -> Images:
    """Read the images of one split of a folder, the first ``count`` of them, 0 for all.

    Raises:
        DataError: an image cannot be read.
    """
    listed = folder.splits[split][: count or None]
    pixels = torch.cat([fit(_opened(file)[None]) for file, _ in listed])
    labels = torch.tensor([label for _, label in listed])
    return Images(pixels, labels, ((folder.name, len(folder.classes)),))


def of_dataset(dataset: Any, which: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
    """Read these items of a torchvision set that holds no tensor of all its images.

    Returns:
        Pixels, uint8 (N, 3, 32, 32), and labels, int64 (N,).

    Raises:
        ValueError: an item is not a picture with a whole number as its label.
    """
    items = [_item(*dataset[index]) for index in which]  # one by one: large ones fill the memory
    return torch.cat([pixels for pixels, _ in items]), torch.tensor([label for _, label in items])


def _item(image: Any, label: Any, *more: Any) -> tuple[torch.Tensor, int]:
    """Return one item of a torchvision set as pixels, uint8 (1, 3, 32, 32), and its label."""
    if more or not hasattr(image, "convert") or not isinstance(label, int):
        raise ValueError("its items are not pictures with one class each")
    return fit(channels(image)[None]), label


def save(images: Images, folder: Path | str) -> None:
    """Write images as ``folder/<class>/<number>.png``, the layout that ``folder:PATH`` reads.

    Raises:
        DataError: the folder is not empty, or cannot be written.
    """
    folder = Path(folder)
    try:
        if folder.exists() and any(folder.iterdir()):
            raise DataError(f"{folder} is not empty: give --save a new folder")
        for number, (pixels, label) in enumerate(zip(images.pixels, images.labels, strict=True)):
            target = folder / f"{int(label)}" / f"{number:05d}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels.permute(1, 2, 0).contiguous().cpu().numpy()).save(target)
    except OSError as error:
        raise DataError(f"{folder} cannot be written ({error.strerror})") from error


def _opened(file: Path) -> torch.Tensor:
    """Return a picture file, turned as its EXIF data say, as uint8 (C, H, W)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)  # before it is decoded
            with Image.open(file) as image:
                ImageOps.exif_transpose(image, in_place=True)
                return channels(image)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise DataError(
            f"{file} has more than {Image.MAX_IMAGE_PIXELS:,} pixels: shrink or delete it"
        ) from error
    except Exception as error:  # a damaged file makes its reader fail in any way
        reason = one_line(str(error)).replace(f" {str(file)!r}", "")
        raise DataError(f"{file} is not a readable image ({reason}): mend or delete it") from error


def channels(image: Image.Image) -> torch.Tensor:
    """Return a Pillow image as uint8 (C, H, W): one channel if it is grey, else red, green, blue.

    Sides of twice ``LARGE`` or more are shrunk by a whole factor first, which spares memory.

    Raises:
        ValueError: it has more than eight bits per channel.
    """
    if image.mode.startswith(DEEP):
        raise ValueError("it has more than eight bits per channel: save it with eight")
    mode = "L" if image.mode in GREY else "RGB"
    image = image if image.mode == mode else image.convert(mode)
    array = np.array(image.reduce(tuple(max(1, side // LARGE) for side in image.size)))
    return torch.from_numpy(array).reshape(*array.shape[:2], -1).permute(2, 0, 1)


def as_source(pixels: torch.Tensor, labels: torch.Tensor, source: str) -> Images:
    """Return images of any size as a source, with as many classes as its labels reach."""
    return Images(fit(pixels), labels, ((source, int(labels.max()) + 1),))


def fit(pixels: torch.Tensor) -> torch.Tensor:
    """Bring images to 3 x 32 x 32: zero-pad smaller ones, shrink larger ones, repeat grey."""
    height, width = pixels.shape[2:]
    if height > SIDE or width > SIDE:
        small = F.interpolate(pixels.float(), (SIDE, SIDE), mode="bilinear", antialias=True)
        pixels = small.round().clamp(0, 255).byte()
        height = width = SIDE
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    edges = (left, SIDE - width - left, top, SIDE - height - top)
    pixels = F.pad(pixels, edges).expand(-1, 3, -1, -1)
    return pixels.contiguous(memory_format=torch.channels_last)
