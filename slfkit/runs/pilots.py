"""Computes alignment without training: every aligner on one pair, image source and channel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch

from slfkit.aligners.indices import fit_index_map, match_codebooks
from slfkit.aligners.linear import KERNELS, fit_parseval, fit_procrustes, fit_ridge
from slfkit.aligners.link import Aligner, grids, translator
from slfkit.aligners.message import PAYLOADS, Targets, pilot_message, read_pilots
from slfkit.aligners.work import (
    encoder_flops,
    index_flops,
    parseval_flops,
    ridge_flops,
    rotation_flops,
)
from slfkit.exchange import pack, seal
from slfkit.images import normalise
from slfkit.models import Transceiver
from slfkit.records.pilots import PilotSpec
from slfkit.records.spec import TransceiverSpec, classifier_for
from slfkit.rng import generator
from slfkit.runs.execution import example_images, measured_draws, pixel_variance
from slfkit.runs.workplace import Workplace

HEADLINE = ("ridge 3", "float16")  # what stands for all aligners where a record has one result
USAGE = 1_000  # own training images that each user counts his codewords on


@dataclass(frozen=True)
class Fitted:
    """An aligner and its price.

    Attributes:
        method, payload: how it was fitted, on what David sent of each pilot.
        aligner: the map.
        bytes_down: length of his message.
        flops: operations of the fit, her encoder on the pilots included.
    """

    method: str
    payload: str
    aligner: Aligner
    bytes_down: int
    flops: int


def run(spec: PilotSpec, place: Workplace) -> dict:
    """Return the test metrics and the price of each aligner; David's network stays as it is."""
    alice, david = place.transceiver(spec.alice), place.transceiver(spec.david)
    test = place.test_images(spec)
    classifier = place.classifier(classifier_for(spec), test.classes)
    codewords, tested, headline = david.codebook.weight.detach(), [], None
    for fitted in _aligners(spec, place, alice, david):
        sender = translator(alice, codewords, fitted.aligner)
        draws = measured_draws(sender, david, test, spec.crossover, classifier, spec)
        tested.append(_described(fitted) | {"test": draws})
        if headline is None or (fitted.method, fitted.payload) == HEADLINE:
            headline = sender, draws
    sender, draws = headline
    own = measured_draws(david, david, test, spec.crossover, classifier, spec)
    return {
        "aligners": tested,
        "test": draws,
        "matched": own,
        "examples": example_images(sender, david, test, spec.crossover, classifier),
        "pixel_variance": pixel_variance(test),
    }


def _described(fitted: Fitted) -> dict:
    about = {"method": fitted.method, "payload": fitted.payload}
    about |= {"bytes_down": fitted.bytes_down, "flops": fitted.flops}
    penalty = getattr(fitted.aligner, "penalty", 0.0)
    return about | ({"penalty": penalty} if penalty else {})


def _aligners(
    spec: PilotSpec, place: Workplace, alice: Transceiver, david: Transceiver
) -> Iterator[Fitted]:
    """Yield all aligners, each fitted on what Alice reads in David's message."""
    if not spec.pilots:
        yield _codebooks(spec, place, alice, david)
        return
    x = pilots(spec, place)
    own = grids(alice, x)
    for payload in PAYLOADS:
        message = pilot_message(david, x, payload)
        targets = read_pilots(message, alice, spec.pilots, payload)
        fits = _linear(own, targets)
        if payload == "indices":
            fits |= _index_maps(alice, own, targets)
        for method, (aligner, flops) in fits.items():
            work = flops + spec.pilots * encoder_flops(alice)
            yield Fitted(method, payload, aligner, len(message), work)


def pilots(spec: PilotSpec, place: Workplace) -> torch.Tensor:
    """Return the pilots, from Alice's training images: float (n, 3, 32, 32) in [-1, 1]."""
    training, _ = place.training_images(spec)
    order = torch.randperm(len(training), generator=generator("pilots", spec.seed))
    return normalise(training.take(order[: spec.pilots].to(training.pixels.device)).pixels)


def _linear(own: torch.Tensor, targets: Targets) -> dict[str, tuple[Aligner, int]]:
    """Return each linear map and the operations of its fit."""
    theirs, (count, *_, dimension) = targets.latents.to(own.device), own.shape
    fits: dict[str, tuple[Aligner, int]] = {
        f"ridge {k}": (fit_ridge(own, theirs, kernel=k), ridge_flops(count, k, dimension))
        for k in KERNELS
    }
    fits["Procrustes"] = fit_procrustes(own, theirs), rotation_flops(count, dimension)
    fits["Parseval"] = fit_parseval(own, theirs), parseval_flops(count, dimension)
    return fits


def _index_maps(
    alice: Transceiver, own: torch.Tensor, targets: Targets
) -> dict[str, tuple[Aligner, int]]:
    """Return both maps of indices and the operations of their fits."""
    codewords, dimension = alice.codebook.weight.shape
    hers = alice.codebook.nearest(own.reshape(-1, dimension))
    his = targets.indices.flatten().to(hers.device)
    flops = index_flops(len(own), codewords, dimension)
    maps = {"index map": False, "one-to-one map": True}
    return {
        name: (fit_index_map(hers, his, codewords, one_to_one=one_to_one), flops)
        for name, one_to_one in maps.items()
    }


def _codebooks(spec: PilotSpec, place: Workplace, alice: Transceiver, david: Transceiver) -> Fitted:
    """Match the codebooks by distances and usage, which each user counts on images of his own."""
    usages = _usage(spec.alice, place, alice), _usage(spec.david, place, david)
    books = [user.codebook.weight.detach() for user in (alice, david)]
    told = {"codebook.weight": books[1].cpu(), "usage": usages[1].cpu()}
    message = seal(pack(told, len(books[1])))
    aligner = match_codebooks(*books, *usages)
    work = USAGE * (encoder_flops(alice) + index_flops(1, *books[0].shape))
    return Fitted("codebooks alone", "", aligner, len(message), work)


def _usage(spec: TransceiverSpec, place: Workplace, user: Transceiver) -> torch.Tensor:
    """Return how often each codeword is sent for images a user was trained on, float (K,)."""
    training, _ = place.training_images(spec)
    vectors = grids(user, normalise(training.pixels[:USAGE])).flatten(0, 2)
    return user.codebook.nearest(vectors).bincount(minlength=spec.codewords).float()
