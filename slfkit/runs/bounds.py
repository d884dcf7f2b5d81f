"""Separate coding: a transceiver whose indices arrive without errors, as many as capacity allows.

Source: the source-channel separation of Cover and Thomas, *Elements of Information Theory*.
"""

from __future__ import annotations

import copy

import torch

from slfkit.evaluation import evaluate
from slfkit.images import normalise
from slfkit.models import Codebook, Transceiver
from slfkit.records.bounds import BoundSpec
from slfkit.records.spec import classifier_for
from slfkit.rng import generator
from slfkit.runs.execution import pixel_variance
from slfkit.runs.workplace import Workplace


@torch.no_grad()
def with_words(network: Transceiver, latent: torch.Tensor, count: int, seed: tuple) -> Transceiver:
    """Return a transceiver with a codebook of so many words, by k-means on latent vectors (N, D).

    Encoder and decoder are as they were: neither has been trained with these words.
    """
    result, size = copy.deepcopy(network), network.codebook.weight
    result.codebook = Codebook(count, size.shape[1]).to(size.device)
    draw = generator("separate coding", *seed, device=size.device)
    result.codebook.initialise(latent, draw)
    return result


def run(spec: BoundSpec, place: Workplace) -> dict:
    """Return the test metrics of separate coding, one for each start of k-means.

    Raises:
        DataError: as data do.
    """
    network, test = place.transceiver(spec.transceiver), place.test_images(spec)
    images, _ = place.training_images(spec)
    judge = place.classifier(classifier_for(spec.transceiver), test.classes)
    with torch.no_grad():
        latent = network.encode(normalise(images.pixels[: spec.images]))  # (n * 256, D)
    draws = []
    for draw in range(spec.draws):
        ideal = with_words(network, latent, spec.words, (spec.seed, draw))
        noise = generator("unused", device=latent.device)
        draws.append(evaluate(ideal, ideal, test, 0.0, judge, noise))
    return {
        "test": draws,
        "words": spec.words,
        "capacity": spec.capacity,
        "pixel_variance": pixel_variance(test),
    }
