"""The pictures of the tool: small PNG files of what the records hold."""

import base64
import io
from types import SimpleNamespace

import numpy as np
from PIL import Image
from slfbook.recovery_pictures import address, pictures

from slfkit.experiments.untrained import ENCODER, map_name
from slfkit.records.thumbnails import encode

GREY = np.full((2, 3, 32, 32), 7, dtype=np.uint8)
WORLD = {"crossover": 0.3}


def opened(source):
    kind, _, text = source.partition(",")
    assert kind == "data:image/png;base64"
    return Image.open(io.BytesIO(base64.b64decode(text)))


def results(*rows, value=7):
    examples = {"original": encode(GREY), "reconstruction": encode(GREY + value)}
    records = [SimpleNamespace(results={"examples": examples}) for _ in rows]
    return SimpleNamespace(rows=[{"seed": 0, **WORLD, **row} for row in rows], records=records)


def test_images_stand_side_by_side_in_their_order():
    images = np.stack([np.full((3, 32, 32), level, dtype=np.uint8) for level in (0, 255)])
    shown = np.asarray(opened(address(images)).convert("L"))
    assert shown.shape == (32, 64)
    assert (shown[:, :32] == 0).all() and (shown[:, 32:] == 255).all()


def test_each_way_gets_its_own_picture_and_a_note():
    aligned = results(
        {"line": "unaligned"},
        {"line": "slf", "frozen": 3, "epochs_mse": 5},
        {"line": "slf", "frozen": 3, "epochs_mse": 6, "way": "f = 3, rate 0.001"},
        {"line": "slf", "frozen": 2, "epochs_mse": 6, "seed": 1},
        {"line": "slf", "frozen": 1, "epochs_mse": 6, "crossover": 0.4},
    )
    others = results({"line": "matched"}, *({"line": "pilots", "pilots": n} for n in (0, 1, 10)))
    found = pictures(aligned, others, WORLD)
    assert list(found["ways"]) == [
        "f = 3",
        "f = 3, rate 0.001",
        ENCODER,
        "codebooks alone",
        map_name(1),
        map_name(10),
    ]
    assert found["ways"]["f = 3"]["note"] == "After epoch 5, the best of this run."
    assert "float16" in found["ways"][map_name(10)]["note"]
    (sent,), (before,) = (
        opened(found[name]).convert("L").getcolors() for name in ("sent", "before")
    )
    assert sent != before


def test_a_record_without_examples_gives_no_picture():
    bare = results({"line": "unaligned"})
    bare.records[0].results = {}
    assert pictures(bare, results(), WORLD) == {"sent": None, "before": None, "ways": {}}


def test_noise_stays_below_ten_kilobytes():
    noise = np.random.default_rng(0).integers(0, 256, (4, 3, 32, 32), dtype=np.uint8)
    assert len(address(noise)) < 10_000
