"""What all contestants share: device, images, batch, codebook and channel."""

from dataclasses import dataclass, replace
from functools import lru_cache

import torch

from slfkit.data import loading
from slfkit.errors import DataError
from slfkit.images import Images
from slfkit.models import Transceiver
from slfkit.rng import generator


@dataclass(frozen=True)
class Scene:
    """The size of a measurement; the defaults are those of the book's runs.

    Attributes:
        device: ``cpu`` or ``cuda``.
        images: training images that a turn passes over once, the first ones of the source.
        rounds: timed turns of each contestant.
        source: ``mnist``, or the stand-in ``glyphs`` where MNIST is missing.
    """

    device: str = "cpu"
    images: int = 6_400
    rounds: int = 11
    batch: int = 64
    codewords: int = 32
    dimension: int = 16
    crossover: float = 0.1
    source: str = "mnist"

    @property
    def on_card(self) -> bool:
        """Whether the device is a GPU."""
        return self.device.startswith("cuda")

    @property
    def available(self) -> bool:
        """Whether this machine has the device."""
        return not self.on_card or torch.cuda.is_available()

    @property
    def steps(self) -> int:
        """Full batches of a turn."""
        return self.images // self.batch

    @property
    def pictures(self) -> Images:
        """The images of a turn, uint8 and resident on the device."""
        return _pictures(self.source, self.images, self.device)

    def brief(self) -> "Scene":
        """Return the same scene with a third of the rounds, enough for what takes long."""
        return replace(self, rounds=max(1, self.rounds // 3))

    def transceiver(self) -> Transceiver:
        """Return a new transceiver on the device; the same weights each time."""
        network = Transceiver(generator("benchmark"), self.codewords, self.dimension)
        return network.to(self.device)


@lru_cache(maxsize=8)
def _pictures(source: str, images: int, device: str) -> Images:
    return loading.load(source, "train", images).to(device)


def default_size(device: str) -> dict[str, int]:
    """Return images and rounds for a device: on a card a turn is a whole epoch."""
    return {"images": 60_000, "rounds": 5} if device == "cuda" else {}


def default_source() -> str:
    """Return ``mnist`` where it is stored or can be downloaded, else the stand-in ``glyphs``."""
    try:
        loading.load("mnist", "train", 1)
    except DataError:
        return "glyphs"
    return "mnist"
