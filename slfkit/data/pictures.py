"""Picture files and pictures of any size as the uint8 pixels of a source."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from slfkit.data.folders import Folder
from slfkit.errors import DataError
from slfkit.images import SIDE, Images

GREY = ("1", "L", "LA")  # Pillow's modes that become one channel
DEEP = ("I", "F")  # and those with more than eight bits a channel
Fit = Callable[[torch.Tensor], torch.Tensor]  # uint8 (N, C, H, W) -> (N, 3, 32, 32)


def of_folder(folder: Folder, split: str, count: int, fit: Fit) -> tuple[torch.Tensor, ...]:
    """Read the images of one split of a folder, the first ``count`` of them, 0 for all.

    Returns:
        Pixels, uint8 (N, 3, 32, 32), and labels, int64 (N,).

    Raises:
        DataError: an image cannot be read.
    """
    listed = folder.splits[split][: count or None]
    pixels = [fit(_opened(file)[None]) for file, _ in listed]
    return torch.cat(pixels), torch.tensor([label for _, label in listed])


def of_dataset(dataset: Any, which: list[int], fit: Fit) -> tuple[torch.Tensor, ...]:
    """Read these items of a torchvision set that holds no tensor of all its images.

    Raises:
        ValueError: an item is no picture with a whole number as its label.
    """
    items = [dataset[index] for index in which]
    if not all(hasattr(image, "convert") and isinstance(label, int) for image, label in items):
        raise ValueError("its items are no pictures with one class each")
    pixels = torch.cat([fit(channels(image)[None]) for image, _ in items])
    return pixels, torch.tensor([label for _, label in items])


def save(images: Images, folder: Path | str) -> None:
    """Write images as ``folder/<class>/<number>.png``, the layout that ``folder:PATH`` reads.

    Raises:
        DataError: there is something in the folder already, or it cannot be written.
    """
    from PIL import Image

    folder = Path(folder)
    try:
        if folder.exists() and any(folder.iterdir()):
            raise DataError(f"{folder} is not empty: give --save a folder of its own")
        for number, (pixels, label) in enumerate(zip(images.pixels, images.labels, strict=True)):
            target = folder / f"{int(label)}" / f"{number:05d}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels.permute(1, 2, 0).contiguous().cpu().numpy()).save(target)
    except OSError as error:
        raise DataError(f"{folder} cannot be written ({error.strerror})") from error


def _opened(file: Path) -> torch.Tensor:
    """Return a picture file as uint8 (C, H, W)."""
    from PIL import Image

    try:
        with Image.open(file) as image:
            return channels(image)
    except Exception as error:  # a damaged file makes its reader fail in any way
        reason = " ".join(str(error).split()).replace(f" {str(file)!r}", "")
        raise DataError(f"{file} is no readable image ({reason}): mend or delete it") from error


def channels(image: Any) -> torch.Tensor:
    """Return a Pillow image as uint8 (C, H, W): one channel if it is grey, else red, green, blue.

    Raises:
        ValueError: it has more than eight bits a channel.
    """
    if image.mode.startswith(DEEP):
        raise ValueError("it has more than eight bits a channel: save it with eight")
    array = np.array(image.convert("L" if image.mode in GREY else "RGB"))
    return torch.from_numpy(array).reshape(*array.shape[:2], -1).permute(2, 0, 1)


def _images(pixels: torch.Tensor, labels: torch.Tensor, source: str) -> Images:
    """Return images as a source of its own, with as many classes as its labels reach."""
    return Images(_fit(pixels), labels, ((source, int(labels.max()) + 1),))


def _fit(pixels: torch.Tensor) -> torch.Tensor:
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
