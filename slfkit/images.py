"""Images as one uint8 tensor with labels: mixtures of two sources, the held-out share."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import torch

from slfkit.errors import ParameterError
from slfkit.rng import generator

SIDE = 32  # every image is 3 x 32 x 32


@dataclass(frozen=True)
class Images:
    """Images of one or several sources, labels kept apart."""

    pixels: torch.Tensor  # uint8 (N, 3, 32, 32), in channels-last memory
    labels: torch.Tensor  # int64 (N,), counted on over the sources in their order
    sources: tuple[tuple[str, int], ...]  # (name, number of classes) of each source

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def classes(self) -> int:
        """The number of labels of all sources together."""
        return sum(classes for _, classes in self.sources)

    def take(self, which: torch.Tensor | slice) -> Images:
        """Return the images at these indices."""
        pixels = self.pixels[which].contiguous(memory_format=torch.channels_last)
        return Images(pixels, self.labels[which], self.sources)

    def to(self, device: str | torch.device) -> Images:
        """Return the same images on a device."""
        return Images(self.pixels.to(device), self.labels.to(device), self.sources)

    def shares(self) -> dict[str, torch.Tensor]:
        """Return for each source a bool (N,) that marks its images."""
        marks, first = {}, 0
        for name, classes in self.sources:
            marks[name] = (self.labels >= first) & (self.labels < first + classes)
            first += classes
        return marks

    def checksum(self) -> str:
        """Return the sha256 over pixels and labels, 16 hex digits."""
        digest = hashlib.sha256(self.pixels.permute(0, 2, 3, 1).contiguous().cpu().numpy())
        digest.update(self.labels.cpu().numpy())
        return digest.hexdigest()[:16]


def normalise(pixels: torch.Tensor) -> torch.Tensor:
    """Return float pixels in [-1, 1] from uint8 0..255, any shape."""
    return pixels.float().div_(127.5).sub_(1.0)


def mixture(a: Images, b: Images, alpha: float) -> Images:
    """Mix two sources as in eq. 8: a fraction alpha of the images comes from b, the rest from a.

    The labels of b are counted on after those of a, so every label still names its source. As
    many images as (1 - alpha) |a| + alpha |b| are taken, fewer where one source runs out.

    Raises:
        ParameterError: alpha outside [0, 1].
    """
    _check_share(alpha)
    total = (1 - alpha) * len(a) + alpha * len(b)
    if alpha < 1:
        total = min(total, len(a) / (1 - alpha))
    if alpha > 0:
        total = min(total, len(b) / alpha)
    from_b = round(alpha * total)
    shuffle = generator("mixture", len(a), len(b))
    pick_a = torch.randperm(len(a), generator=shuffle)[: round(total) - from_b]
    pick_b = torch.randperm(len(b), generator=shuffle)[:from_b]
    return join(a.take(pick_a), b.take(pick_b))


def blend(a: Images, b: Images, alpha: float) -> Images:
    """Blend two sources pixel by pixel, the other reading of eq. 8: (1 - alpha) a + alpha b.

    Each image of a meets one of b, drawn at random; the labels are those of a. There are as many
    images as the smaller source has.

    Raises:
        ParameterError: alpha outside [0, 1].
    """
    _check_share(alpha)
    shuffle = generator("blend", len(a), len(b))
    count = min(len(a), len(b))
    ours = a.take(torch.randperm(len(a), generator=shuffle)[:count])
    theirs = b.take(torch.randperm(len(b), generator=shuffle)[:count])
    mixed = (1 - alpha) * ours.pixels.float() + alpha * theirs.pixels.float()
    return Images(mixed.round().byte(), ours.labels, a.sources)


def _check_share(alpha: float) -> None:
    if not 0.0 <= alpha <= 1.0:  # also refuses NaN
        raise ParameterError(
            f"data dissimilarity alpha {alpha!r} is outside [0, 1]: give the share of the second "
            "source, 0.5 for instance"
        )


def join(a: Images, b: Images) -> Images:
    """Put two sources one after the other; the labels of b are counted on after those of a."""
    pixels = torch.cat([a.pixels, b.pixels]).contiguous(memory_format=torch.channels_last)
    labels = torch.cat([a.labels, b.labels + a.classes])
    return Images(pixels, labels, a.sources + b.sources)


def split_held_out(images: Images, held_out: int) -> tuple[Images, Images]:
    """Split training images into those trained on and ``held_out`` ones for the stopping rule.

    The split is the same for every seed, so no network ever trains on a held-out image.

    Raises:
        ParameterError: ``held_out`` leaves nothing to train on, or is below 1.
    """
    if not 0 < held_out < len(images):
        raise ParameterError(f"{held_out} held-out images do not fit a set of {len(images)}")
    order = torch.randperm(len(images), generator=generator("held-out", len(images)))
    return images.take(order[held_out:]), images.take(order[:held_out])
