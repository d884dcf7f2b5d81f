"""What a test of separate coding with an entropy coder is."""

from __future__ import annotations

from dataclasses import dataclass

from slfkit.records import fields
from slfkit.records.bounds import BoundSpec


@dataclass(frozen=True)
class StreamSpec(BoundSpec):
    """Test of a transceiver whose indices are entropy coded before an ideal channel code.

    Frequent indices then cost fewer bits than rare ones, so more words fit into the capacity than
    ``BoundSpec`` has, whose words cost all the same.
    """

    files = ("rivals/entropy.py", "runs/bounds.py", "runs/streams.py")

    images: int = fields.declare(
        "training images whose indices the entropy coder is fitted to",
        2_000,
        fields.at_least(1),
        unit="images",
    )
    draws: int = fields.declare("draws of the k-means start of fewer words", 1, fields.at_least(1))
