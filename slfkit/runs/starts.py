"""Computes a run of SLF whose sender begins aligned, by a ridge map from pilots."""

from __future__ import annotations

from slfkit.aligners.message import pilot_message, read_pilots
from slfkit.aligners.start import with_last_layer
from slfkit.aligners.work import encoder_flops, ridge_flops
from slfkit.early_stopping import rules
from slfkit.evaluation import flops_per_image
from slfkit.models import Transceiver
from slfkit.records.pilots import StartSpec
from slfkit.records.spec import classifier_for
from slfkit.runs.execution import Judge, measured_draws, pixel_variance, schedule_of
from slfkit.runs.pilots import pilots
from slfkit.runs.workplace import Workplace
from slfkit.slf import FineTuning, align, connect, download
from slfkit.training import Environment

PAYLOAD = "indices"  # what David sends of the pilots


def run(spec: StartSpec, place: Workplace) -> dict:
    """Return the results of SLF as of any run, and under ``start`` the test before any training.

    Raises:
        DataError, TrainingError: as data and training do.
    """
    alice, david = place.transceiver(spec.alice), place.transceiver(spec.david)
    begun, message = _begun(spec, place, alice, david)
    training, held_out = place.training_images(spec)
    classifier = place.classifier(classifier_for(spec), training.classes)
    both = rules(spec.patience)
    schedule = schedule_of(spec, place, both, spec.rate)
    tuning = FineTuning(spec.frozen, spec.order, spec.reinitialise, spec.refit, schedule)
    environment = Environment(training, held_out, spec.crossover, classifier)
    done = align(begun, david, environment, tuning, seed=spec.seed, progress=place.progress)
    test = place.test_images(spec)
    judge = Judge(spec, done, david, test, classifier)
    virtual = connect(begun, download(david))
    return {
        "start": measured_draws(virtual, david, test, spec.crossover, classifier, spec),
        "history": judge.history(),
        "tasks": {rule.metric: judge.task(rule) for rule in both},
        "bytes_down": len(done.download) + len(message),
        "bytes_up": len(done.upload(done.best_epoch())),
        "fit_flops": _fit_flops(spec, alice),
        "flops_per_image": flops_per_image(done.transceiver),
        "training_images": len(training),
        "examples": judge.examples(),
        "pixel_variance": pixel_variance(test),
        "weights_sha256": place.store.save_weights(spec, done.changed(done.best_epoch())),
    }


def _begun(
    spec: StartSpec, place: Workplace, alice: Transceiver, david: Transceiver
) -> tuple[Transceiver, bytes]:
    """Return Alice with her last layer fitted, and the message that told her how."""
    x = pilots(spec, place)
    message = pilot_message(david, x, PAYLOAD)
    targets = read_pilots(message, alice, spec.pilots, PAYLOAD)
    return with_last_layer(alice, x, targets.latents.to(x.device)), message


def _fit_flops(spec: StartSpec, alice: Transceiver) -> int:
    """Return the operations of the fit, her encoder on the pilots included."""
    inputs = alice.encoder.conv3.in_channels
    return ridge_flops(spec.pilots, 3, inputs) + spec.pilots * encoder_flops(alice)
