"""A handful of example images inside a record, as compressed text."""

from __future__ import annotations

import base64
import zlib
from typing import Any

import numpy as np

from slfkit.errors import RecordError


def encode(images: np.ndarray) -> dict[str, Any]:
    """Return uint8 images (N, 3, 32, 32) as JSON data."""
    packed = zlib.compress(np.ascontiguousarray(images, dtype=np.uint8).tobytes(), 9)
    return {"shape": list(images.shape), "zlib": base64.b64encode(packed).decode()}


def decode(stored: dict[str, Any]) -> np.ndarray:
    """Return the uint8 images (N, 3, 32, 32) that ``encode`` was given.

    Raises:
        RecordError: the text is no such images.
    """
    try:
        raw = zlib.decompress(base64.b64decode(stored["zlib"]))
        return np.frombuffer(raw, dtype=np.uint8).reshape(stored["shape"])
    except (ValueError, zlib.error) as error:
        raise RecordError(
            f"the example images of a record are damaged ({error}): `slfkit verify` finds the "
            "record; delete it and run again"
        ) from error
