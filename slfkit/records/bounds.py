"""What a test of separate coding is: an ideal code instead of the noisy channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from slfkit.records import fields
from slfkit.records.spec import Spec, TransceiverSpec, classifier_for


@dataclass(frozen=True)
class BoundSpec(Spec):
    """Test of a transceiver with as many codewords as the channel's capacity tells apart."""

    runner: ClassVar[str] = "slfkit.runs.bounds"
    files: ClassVar[tuple[str, ...]] = ("runs/bounds.py",)

    transceiver: TransceiverSpec = fields.declare("whose encoder and decoder are tested")
    crossover: float = fields.crossover("crossover probability of the air")
    seed: int = fields.seed()
    images: int = fields.declare(
        "training images whose latent vectors k-means sees", 500, fields.at_least(1), unit="images"
    )
    draws: int = fields.declare("draws of the k-means start", 5, fields.at_least(1))

    other: ClassVar[str] = ""  # no mixture is sent

    @property
    def sources(self) -> tuple[str, ...]:
        """The name of the source whose images are sent."""
        return self.transceiver.sources

    @property
    def train(self) -> int:
        """Training images, as in pre-training."""
        return self.transceiver.train

    @property
    def test(self) -> int:
        """Test images, as in pre-training."""
        return self.transceiver.test

    @property
    def held_out(self) -> int:
        """Held-out images, as in pre-training."""
        return self.transceiver.held_out

    @property
    def stem(self) -> str:
        """The readable part of its file name."""
        return f"{self.transceiver.stem}-eps{self.crossover:g}-s{self.seed}"

    def needs(self) -> tuple[Spec, ...]:
        """Return the runs whose weights this one reads."""
        return (self.transceiver, classifier_for(self.transceiver))
