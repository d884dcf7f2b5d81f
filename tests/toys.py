"""Small pieces several test files build on: images of few kinds, and networks one can do by hand.

Importing it keeps torch to one thread: sums then run in one order, and small tensors run fastest.
"""

import torch
from torch import nn

from slfkit.images import Images
from slfkit.models import Codebook, Transceiver
from slfkit.rng import generator

torch.set_num_threads(1)

SOURCE = (("toy", 10),)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def make_images(count, seed=0, classes=10, name="toy"):
    """Return smooth random colour patterns (N, 3, 32, 32) with random labels."""
    draw = seeded(seed)
    coarse = torch.rand(count, 3, 4, 4, generator=draw) * 255
    pixels = nn.functional.interpolate(coarse, 32, mode="bilinear").byte()
    labels = torch.randint(classes, (count,), generator=draw)
    pixels = pixels.contiguous(memory_format=torch.channels_last)
    return Images(pixels, labels, ((name, classes),))


def pictures(count, name):
    """Return random pictures (N, 3, 32, 32) in [-1, 1], as a network takes them."""
    return torch.rand(count, 3, 32, 32, generator=generator(name)) * 2 - 1


def flat_images(levels, labels=None, sources=SOURCE):
    """Return one image a level in 0..255, every pixel of it at that level."""
    pixels = torch.tensor(levels, dtype=torch.uint8).view(-1, 1, 1, 1).expand(-1, 3, 32, 32)
    pixels = pixels.contiguous(memory_format=torch.channels_last)
    labels = torch.tensor(range(len(levels)) if labels is None else labels)
    return Images(pixels, labels, sources)


def codebook(rows):
    """Return a codebook with these codewords."""
    weight = torch.as_tensor(rows, dtype=torch.float32)
    book = Codebook(*weight.shape)
    with torch.no_grad():
        book.weight.copy_(weight)
    return book


def by_hand(levels):
    """Return a transceiver without weights but the codebook, so that all can be done by hand.

    z is the mean of each 2 x 2 block of pixels, x_hat repeats each codeword over its block, and
    codeword k is (level, level, level).
    """
    toy = Transceiver(seeded(), len(levels), 3)
    toy.encoder, toy.decoder = nn.AvgPool2d(2), nn.Upsample(scale_factor=2)
    toy.codebook = codebook([[level] * 3 for level in levels])
    return toy


class Bright(nn.Module):
    """A classifier of two classes: 1 where the mean pixel is above zero, else 0."""

    def forward(self, images):
        mean = images.mean((1, 2, 3))
        return torch.stack([-mean, mean], 1)
