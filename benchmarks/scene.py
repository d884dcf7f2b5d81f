"""What all contestants share: device, images, batch, codebook and channel."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from slfkit.data import loading
from slfkit.errors import DataError
from slfkit.images import Images
from slfkit.models import Transceiver
from slfkit.rng import generator


@dataclass(frozen=True)
class Scene:
    """The size of a measurement; the defaults are those of the book's runs.

    Attributes:
        images: training images a turn passes over once, the first ones of the source.
        rounds: timed turns of each contestant.
        source: ``mnist``, or the stand-in ``glyphs`` where MNIST is not at hand.
    """

    device: str = "cpu"
    images: int = 6_400
    rounds: int = 11
    batch: int = 64
    codewords: int = 32
    dimension: int = 16
    crossover: float = 0.1
    source: str = "mnist"

    @cached_property
    def pictures(self) -> Images:
        """The images of a turn, uint8 and resident on the device."""
        return _pictures(self.source, self.images, self.device)

    def transceiver(self) -> Transceiver:
        """Return a new transceiver on the device; the same weights each time."""
        network = Transceiver(generator("benchmark"), self.codewords, self.dimension)
        return network.to(self.device)


@lru_cache(maxsize=8)
def _pictures(source: str, images: int, device: str) -> Images:
    return loading.load(source, "train", images).to(device)


def usual_size(device: str) -> dict[str, int]:
    """Return images and rounds for a device: on a card a turn is a whole epoch."""
    if device.startswith("cuda"):
        return {"images": 60_000, "rounds": 5}
    return {"images": 6_400, "rounds": 11}


def source_at_hand() -> str:
    """Return ``mnist`` where it lies or can be downloaded, else the stand-in ``glyphs``."""
    try:
        loading.load("mnist", "train", 1)
    except DataError:
        return "glyphs"
    return "mnist"
