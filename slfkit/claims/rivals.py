"""What the alternatives that the paper argues against must send at least, beside all SLF sends.

Their bytes follow from sizes. Each is counted at less than it needs, one epoch or one round, so
that a comparison with all of SLF errs in its favour; ``experiments.rivals`` runs them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log2

from slfkit.reporting.rows import Row
from slfkit.sizes import FLOAT_BYTES, POSITIONS, encoder_bytes

# Heading -> key of a row
TABLE = {
    "What is sent": "name",
    "MB": "megabytes",
    "At the link (s)": "seconds",
    "Times SLF": "times",
}


def slf(row: Row) -> float:
    """Return the bytes of a run of SLF, download and upload."""
    return row["bytes_down"] + row["bytes_up"]


def numbers(row: Row) -> float:
    """Return the bytes of sending the numbers of every training image once, log2 K bits each.

    Re-training over the air sends them in every epoch (Section III-A).
    """
    return row["training_images"] * POSITIONS * log2(row["codewords"]) / 8


def gradients(row: Row) -> float:
    """Return the bytes of the gradients that go back for these numbers, D floats each."""
    return row["training_images"] * POSITIONS * row["dimension"] * FLOAT_BYTES


def averaging(row: Row) -> float:
    """Return the bytes of one round of federated averaging between two users.

    Each sends the other a whole transceiver: encoder, codebook and decoder (Section III-A).
    """
    return 2 * (row["bytes_down"] + encoder_bytes(row["codewords"], row["dimension"]))


RIVALS: dict[str, Callable[[Row], float]] = {"over-the-air": numbers, "federated": averaging}


def table(rows: Sequence[Row], rate: float) -> list[Row]:
    """Return what SLF sends at f = 0, where it sends most, and what the alternatives send at least.

    The first row of SLF with f = 0 counts; the rate of the link is in bit/s.
    """
    row = next((row for row in rows if row["frozen"] == 0), None)
    if row is None:
        return []
    sent = {
        "SLF at f = 0, all of it": slf(row),
        "Federated averaging, one round": averaging(row),
        "Over the air, one epoch, codeword numbers alone": numbers(row),
        "Over the air, one epoch, with gradients back": numbers(row) + gradients(row),
    }
    return [
        {
            "name": name,
            "megabytes": f"{size / 1e6:,.2f}",
            "seconds": f"{8 * size / rate:,.1f}",
            "times": f"{size / slf(row):,.1f}",
        }
        for name, size in sent.items()
    ]
