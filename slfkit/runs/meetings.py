"""Computes how one user of a city gets through to all others without training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch

from slfkit.aligners.linear import fit_ridge
from slfkit.aligners.link import grids, translator
from slfkit.aligners.message import Targets, pilot_message, read_pilots
from slfkit.aligners.universe import Universe, fit_universe
from slfkit.aligners.work import ridge_flops
from slfkit.images import normalise
from slfkit.models import Transceiver
from slfkit.records.pilots import MeetingSpec
from slfkit.records.spec import ClassifierSpec
from slfkit.rng import generator
from slfkit.runs.execution import measured_draws, pixel_variance
from slfkit.runs.workplace import Workplace

PAYLOAD = "indices"  # what everyone sends of the pilots
SCHEMES = ("unaligned", "pairwise", "rotations", "universe")


def run(spec: MeetingSpec, place: Workplace) -> dict:
    """Return the test metrics of the sender's own link and, by each scheme, of those to all others.

    *pairwise* is a ridge map for each receiver; *rotations* and *universe* go through the common
    space, by the rotations of generalised Procrustes and by ridge maps.
    """
    city = [place.transceiver(member) for member in spec.members]
    x = public_pilots(spec, place)
    test = place.test_images(spec)
    classifier = place.classifier(spec.judge_of(), test.classes)
    air, own = (test, spec.crossover, classifier, spec), city[spec.sender]
    links = [
        {"scheme": scheme, "receiver": j, "test": measured_draws(sender, city[j], *air)}
        for scheme, j, sender in _senders(spec, city, x)
    ]
    return {
        "links": links,
        "message_bytes": len(pilot_message(own, x, PAYLOAD)),
        "fit_flops": ridge_flops(len(x), spec.kernel, spec.dimension),
        "test": measured_draws(own, own, *air),
        "pixel_variance": pixel_variance(test),
    }


def public_pilots(spec: MeetingSpec, place: Workplace) -> torch.Tensor:
    """Return the pilots, float (n, 3, 32, 32): an equal share of each source, training images.

    The first sources have one more where n is no multiple of their number.
    """
    sources = list(dict.fromkeys(member.source for member in spec.members))
    parts = []
    for k, source in enumerate(sources):
        share = (spec.pilots + len(sources) - 1 - k) // len(sources)
        like = ClassifierSpec((source,), train=spec.train, held_out=spec.held_out)
        training, _ = place.training_images(like)
        order = torch.randperm(len(training), generator=generator("public", source, spec.seed))
        parts.append(normalise(training.take(order[:share].to(training.pixels.device)).pixels))
    return torch.cat(parts)


def _senders(
    spec: MeetingSpec, city: Sequence[Transceiver], x: torch.Tensor
) -> Iterator[tuple[str, int, object]]:
    """Yield each scheme and receiver with the sender as it then is."""
    own, told = city[spec.sender], [_told(user, x) for user in city]
    latents = grids(own, x)
    plain = _universe(told, 0)
    ridges = _universe(told, spec.kernel)
    for j in (j for j in range(len(city)) if j != spec.sender):
        yield "unaligned", j, own
        pair = fit_ridge(latents, told[j].latents, kernel=spec.kernel)
        for scheme, aligner in (
            ("pairwise", pair),
            ("rotations", plain.between(spec.sender, j)),
            ("universe", ridges.between(spec.sender, j)),
        ):
            yield scheme, j, translator(own, told[j].codebook, aligner)


def _told(user: Transceiver, x: torch.Tensor) -> Targets:
    """Return what all others read of a user's message about the pilots."""
    return read_pilots(pilot_message(user, x, PAYLOAD), user, len(x), PAYLOAD)


def _universe(told: Sequence[Targets], kernel: int) -> Universe:
    """Fit the common space as anyone can who has read all messages."""
    return fit_universe([one.latents for one in told], kernel=kernel)
