"""Tests a ridge map from pilots on held-out images, by which one may choose."""

from __future__ import annotations

from slfkit.aligners.linear import fit_ridge
from slfkit.aligners.link import grids, translator
from slfkit.aligners.message import pilot_message, read_pilots
from slfkit.records.pilots import TrialSpec
from slfkit.records.spec import classifier_for
from slfkit.runs.execution import measured_draws, pixel_variance
from slfkit.runs.pilots import pilots
from slfkit.runs.workplace import Workplace

KERNEL, PAYLOAD = 3, "indices"


def run(spec: TrialSpec, place: Workplace) -> dict:
    """Return the metrics on held-out images; the map is the one that ``PilotSpec`` tests."""
    alice, david = place.transceiver(spec.alice), place.transceiver(spec.david)
    x = pilots(spec, place)  # (n, 3, 32, 32)
    targets = read_pilots(pilot_message(david, x, PAYLOAD), alice, spec.pilots, PAYLOAD)
    aligner = fit_ridge(grids(alice, x), targets.latents.to(x.device), kernel=KERNEL)
    sender = translator(alice, david.codebook.weight.detach(), aligner)
    _, held_out = place.training_images(spec)
    judge = place.classifier(classifier_for(spec), held_out.classes)
    draws = measured_draws(sender, david, held_out, spec.crossover, judge, spec)
    return {"test": draws, "pixel_variance": pixel_variance(held_out)}
