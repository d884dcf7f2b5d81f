"""Example images inside a record: what goes in comes out."""

import json

import numpy as np
import pytest

from slfkit.errors import RecordError
from slfkit.records import thumbnails


@pytest.mark.parametrize("count", [0, 1, 5])
def test_round_trip_through_json(count):
    images = np.random.default_rng(0).integers(0, 256, (count, 3, 32, 32), dtype=np.uint8)
    back = thumbnails.decode(json.loads(json.dumps(thumbnails.encode(images))))
    assert back.dtype == np.uint8 and back.shape == images.shape
    assert np.array_equal(back, images)


def test_memory_order_does_not_matter():
    images = np.arange(2 * 3 * 32 * 32, dtype=np.uint16).astype(np.uint8).reshape(2, 3, 32, 32)
    turned = images.transpose(0, 2, 3, 1).copy().transpose(0, 3, 1, 2)  # channels last
    assert not turned.flags.c_contiguous
    assert thumbnails.encode(turned) == thumbnails.encode(images)


@pytest.mark.parametrize("text", ["", "eA==", "é", "AAAA"])
def test_dark_images_take_little_room_and_damaged_ones_are_refused(text):
    stored = thumbnails.encode(np.zeros((4, 3, 32, 32), np.uint8))
    assert len(json.dumps(stored)) < 150
    with pytest.raises(RecordError, match="the example images of a record are damaged"):
        thumbnails.decode(stored | {"zlib": text})
