"""Tiny images as a reader might have them: folders, one vertical bar a class, and IDX files."""

import struct
from pathlib import Path

import numpy as np
from PIL import Image


def idx(array):
    """Return a uint8 array in the IDX format of the MNIST family."""
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


def picture(label, number, side=(40, 48)):
    """Return a colour picture (H, W, 3): noise, with a bright bar at the label's place."""
    draw = np.random.default_rng([label, number])
    pixels = draw.integers(0, 60, (*side, 3), dtype=np.uint8)
    pixels[:, label * 10 : label * 10 + 10] = 200 + number % 50
    return pixels


def make_folder(root, classes=4, each=60):
    """Make ``root/class<k>/<i>.png`` and return root."""
    for label in range(classes):
        folder = Path(root) / f"class{label}"
        folder.mkdir(parents=True)
        for number in range(each):
            Image.fromarray(picture(label, number)).save(folder / f"{number}.png")
    return Path(root)
