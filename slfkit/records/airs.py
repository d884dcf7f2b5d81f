"""What a test over another air is: another eps than in training, or bits instead of symbols."""

from __future__ import annotations

from dataclasses import dataclass

from slfkit.errors import ParameterError
from slfkit.records import fields
from slfkit.records.spec import AlignmentSpec, PairSpec, TransceiverSpec


@dataclass(frozen=True)
class AirSpec(PairSpec):
    """Test of a pair, as pre-trained or as aligned, over an air that neither was trained for.

    Sent as bits, an index has the same eps as over eq. 5's channel: both have the same SNR.
    """

    files = ("runs/airs.py", "runs/labelling.py", "modulation.py")

    sender: TransceiverSpec | AlignmentSpec = fields.declare("whose encoder and codebook send")
    receiver: TransceiverSpec | AlignmentSpec = fields.declare("whose codebook and decoder receive")
    air: str = fields.declare(
        "eq. 5, or log2 K bits of BPSK for each index",
        "symmetric",
        fields.one_of(("symmetric", "bits")),
    )
    labelling: str = fields.declare(
        "bits of an index: its number's, or learnt from training images",
        "plain",
        fields.one_of(("plain", "learned")),
    )
    images: int = fields.declare(
        "training images that a labelling is learnt from", 500, fields.at_least(1), unit="images"
    )
    split: str = fields.declare(
        "which images are sent", "test", fields.one_of(("test", "held_out"))
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.air == "symmetric" and self.labelling != "plain":
            raise ParameterError(
                f"labelling {self.labelling!r} changes nothing over air 'symmetric': there all "
                "wrong indices are alike; choose air 'bits'"
            )

    @property
    def train(self) -> int:
        """Training images, as the sender's."""
        return self.sender.train

    @property
    def held_out(self) -> int:
        """Held-out images, as the sender's."""
        return self.sender.held_out

    @property
    def stem(self) -> str:
        """The readable part of its file name."""
        air = "" if self.air == "symmetric" else f"-{self.labelling}-bits"
        split = "" if self.split == "test" else "-held"
        if self.sender != self.receiver:
            return f"{super().stem}{air}{split}"
        return f"{self.sender.stem}-over-{self.sent}-eps{self.crossover:g}{air}{split}"
