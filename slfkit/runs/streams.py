"""Separate coding with an entropy coder: as many words as it fits into the channel's capacity."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from slfkit.evaluation import evaluate
from slfkit.images import Images, normalise
from slfkit.models import Transceiver
from slfkit.records.bounds import StreamSpec
from slfkit.records.spec import classifier_for
from slfkit.rivals.entropy import rate
from slfkit.rng import generator
from slfkit.runs.bounds import with_words
from slfkit.runs.execution import pixel_variance
from slfkit.runs.workplace import Workplace

SIDE = 16  # of a grid of indices
BATCH = 500


def run(spec: StreamSpec, place: Workplace) -> dict:
    """Return the test metrics of the largest codebook whose coded indices fit, and its rate.

    Raises:
        DataError: as data do.
    """
    network, test = place.transceiver(spec.transceiver), place.test_images(spec)
    images, _ = place.training_images(spec)
    judge = place.classifier(classifier_for(spec.transceiver), test.classes)
    known = latents(network, images, spec.images)
    sent = latents(network, test, len(test))
    draws = []
    for draw in range(spec.draws):
        for coded in _codebooks(network, known, (spec.seed, draw)):
            words = coded.codebook.weight.shape[0]
            bits = rate(_grids(coded, sent), _grids(coded, known), words)
            if bits <= spec.capacity:
                break
        draws.append(evaluate(coded, coded, test, 0.0, judge, generator("unused")))
    return {
        "test": draws,
        "words": words,
        "bits": bits,
        "capacity": spec.capacity,
        "pixel_variance": pixel_variance(test),
    }


def _codebooks(network: Transceiver, latent: torch.Tensor, seed: tuple) -> Iterator[Transceiver]:
    """Yield the transceiver as it is, then with half the words by k-means, and so on to two."""
    yield network
    count = network.codebook.weight.shape[0] // 2
    while count >= 2:
        yield with_words(network, latent, count, seed)
        count //= 2


@torch.no_grad()
def latents(network: Transceiver, images: Images, count: int) -> torch.Tensor:
    """Return the latent vectors of the first images, (n * 256, D)."""
    parts = images.pixels[:count].split(BATCH)
    return torch.cat([network.encode(normalise(part)) for part in parts])


def _grids(network: Transceiver, latent: torch.Tensor) -> torch.Tensor:
    """Return the indices of latent vectors (n * 256, D) as grids (n, 16, 16)."""
    parts = latent.split(BATCH * SIDE * SIDE)
    return torch.cat([network.codebook.nearest(part) for part in parts]).view(-1, SIDE, SIDE)
