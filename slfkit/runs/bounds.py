"""Separate coding: a transceiver whose indices arrive without errors, as many as capacity allows.

Source: the source-channel separation of Cover and Thomas, *Elements of Information Theory*.
"""

from __future__ import annotations

import copy

import torch

from slfkit.channel import SymmetricDMC
from slfkit.errors import ParameterError
from slfkit.evaluation import evaluate
from slfkit.images import normalise
from slfkit.models import Codebook, Transceiver
from slfkit.records.bounds import BoundSpec
from slfkit.records.spec import classifier_for
from slfkit.rng import generator
from slfkit.runs.execution import pixel_variance
from slfkit.runs.workplace import Workplace


def words(crossover: float, codewords: int) -> int:
    """Return floor(2^C): how many words one use of the channel carries without errors.

    C is the capacity of eq. 5's channel in bits per index; an ideal code reaches it on average
    over many uses. A whole number of words per use leaves the rest of C unused.

    Args:
        crossover: eps of the channel.
        codewords: K of the channel.

    Raises:
        ParameterError: eps outside [0, 1], or not even two words can be told apart.
    """
    count = int(2 ** SymmetricDMC(crossover, codewords).capacity() + 1e-9)  # 2^5 is 32
    if count < 2:
        raise ParameterError(
            f"crossover {crossover:g} leaves a channel of {codewords} codewords less than one bit: "
            "choose it lower, so that an ideal code can tell two words apart"
        )
    return count


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
        ParameterError: the channel carries less than one bit.
        DataError: as data do.
    """
    network, test = place.transceiver(spec.transceiver), place.test_images(spec)
    images, _ = place.training_images(spec)
    judge = place.classifier(classifier_for(spec.transceiver), test.classes)
    count = words(spec.crossover, spec.transceiver.codewords)
    with torch.no_grad():
        latent = network.encode(normalise(images.pixels[: spec.images]))  # (n * 256, D)
    draws = []
    for draw in range(spec.draws):
        ideal = with_words(network, latent, count, (spec.seed, draw))
        noise = generator("unused", device=latent.device)
        draws.append(evaluate(ideal, ideal, test, 0.0, judge, noise))
    return {
        "test": draws,
        "words": count,
        "capacity": SymmetricDMC(spec.crossover, spec.transceiver.codewords).capacity(),
        "pixel_variance": pixel_variance(test),
    }
