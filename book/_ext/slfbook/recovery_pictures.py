"""What David sees after a way to mend a link: the examples of the records, as small pictures."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from PIL import Image

from slfkit.experiments.results import Results
from slfkit.experiments.untrained import ENCODER, map_name
from slfkit.records.thumbnails import decode
from slfkit.reporting.rows import Row

SEED = 0  # of the transceivers whose pictures are shown
COLOURS = 64  # of a picture: so few bytes, and the eye sees no difference


def pictures(aligned: Results, others: Results, world: dict[str, float]) -> dict[str, Any]:
    """Return the pictures of one mismatch: as sent, before any alignment, and by way.

    Args:
        aligned: of ``best_way``.
        others: of ``pilots``, for their maps.
        world: labels of the mismatch, such as {"crossover": 0.3}.

    Returns:
        ``sent``, ``before`` (None without a record) and ``ways``: a way's name to its ``source``
        and the ``note`` that says what exactly it shows. Sources are data addresses of PNG files.
    """
    shown: dict[str, Any] = {"sent": None, "before": None, "ways": {}}
    for row, stored in _examples((aligned, others), world):
        arrived = address(decode(stored["reconstruction"]))
        shown["sent"] = shown["sent"] or address(decode(stored["original"]))
        if row["line"] == "unaligned":
            shown["before"] = arrived
        for name, note in _named(row):
            shown["ways"].setdefault(name, {"source": arrived, "note": note})
    return shown


def _examples(found: Iterable[Results], world: dict[str, float]) -> Iterator[tuple[Row, dict]]:
    """Yield each row of the world and seed with the examples of its record."""
    for results in found:
        for row, record in zip(results.rows, results.records, strict=True):
            asked = row["seed"] == SEED and all(row.get(name) == world[name] for name in world)
            if asked and "examples" in record.results:
                yield row, record.results["examples"]


def _named(row: Row) -> Iterator[tuple[str, str]]:
    """Yield the ways that a row's picture is of, with what the reader must know."""
    if row["line"] == "slf":
        note = f"After epoch {row['epochs_mse']}, the best of this run."
        yield row.get("way", f"f = {row['frozen']}"), note
    elif row["line"] == "matched":
        yield ENCODER, "From David's own pair, which sends with the same encoder."
    elif row["line"] == "pilots":
        yield from _mapped(row["pilots"])


def _mapped(pilots: int) -> Iterator[tuple[str, str]]:
    """Yield what a record of pilots shows: its map of 3 x 3 neighbours, from float16."""
    if not pilots:
        yield "codebooks alone", "Codewords matched by their distance, without a pilot."
        return
    yield map_name(pilots), "From the same pilots, sent as float16 and not as indices."


def address(images: np.ndarray) -> str:
    """Return uint8 images (n, 3, 32, 32), side by side, as a data address of a PNG file."""
    strip = np.concatenate(np.moveaxis(images, 1, -1), axis=1)  # (32, 32 n, 3)
    file = io.BytesIO()
    Image.fromarray(strip).quantize(COLOURS).save(file, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
