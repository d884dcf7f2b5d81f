"""What tests of separate coding are: an ideal code instead of the noisy channel."""

from __future__ import annotations

import math
from dataclasses import dataclass

from slfkit.errors import ParameterError
from slfkit.records import fields
from slfkit.records.base import Borrowing, Spec
from slfkit.records.spec import TransceiverSpec, classifier_for


@dataclass(frozen=True)
class BoundSpec(Borrowing):
    """Test of a transceiver with as many codewords as the capacity tells apart.

    Raises:
        ParameterError: as of ``Spec``, or fewer than two codewords are left.
    """

    files = ("runs/bounds.py",)

    transceiver: TransceiverSpec = fields.declare("whose encoder and decoder are tested")
    crossover: float = fields.crossover("crossover probability of the channel")
    seed: int = fields.seed()
    images: int = fields.declare(
        "training images whose latent vectors k-means sees", 500, fields.at_least(1), unit="images"
    )
    draws: int = fields.declare("draws of the k-means start", 2, fields.at_least(1))

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.words < 2:
            raise ParameterError(
                f"crossover {self.crossover:g} leaves a channel of {self.transceiver.codewords} "
                "codewords less than one bit: choose it lower, so that an ideal code can tell two "
                "words apart"
            )

    @property
    def capacity(self) -> float:
        """C of eq. 5's channel, in bits per index: what ``SymmetricDMC.capacity`` says."""
        eps, size = self.crossover, self.transceiver.codewords
        shares = [1 - eps, *[eps / (size - 1)] * (size - 1)]
        return math.log2(size) + sum(p * math.log2(p) for p in shares if p > 0)

    @property
    def words(self) -> int:
        """floor(2^C): how many words one use of the channel carries without errors.

        An ideal code reaches C on average over many uses; a whole number of words in each use
        leaves the rest of it unused.
        """
        return math.floor(2**self.capacity + 1e-9)  # 2^5 is 32, whatever the rounding

    @property
    def stem(self) -> str:
        """The readable part of its file name."""
        return f"{self.transceiver.stem}-eps{self.crossover:g}-s{self.seed}"

    def needs(self) -> tuple[Spec, ...]:
        """Return the runs whose weights this one reads."""
        return (self.transceiver, classifier_for(self.transceiver))


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
