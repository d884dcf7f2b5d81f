"""From a specification to a record: what each kind of run computes."""

from __future__ import annotations

import dataclasses
import importlib
import time
from collections.abc import Callable

import torch
from torch import nn

from slfkit import exchange
from slfkit.channel import SymmetricDMC
from slfkit.early_stopping import ACCURACY_RULE, MSE_RULE, StoppingRule, rules
from slfkit.evaluation import accuracies, accuracy, evaluate, flops_per_image
from slfkit.images import Images, normalise
from slfkit.models import Classifier, Transceiver
from slfkit.records import thumbnails
from slfkit.records.provenance import describe
from slfkit.records.spec import (
    AlignmentSpec,
    CeilingSpec,
    ClassifierSpec,
    PairSpec,
    Spec,
    TransceiverSpec,
    classifier_for,
)
from slfkit.records.store import Record
from slfkit.rng import generator
from slfkit.runs.workplace import Workplace
from slfkit.slf import Alignment, FineTuning, align, receive
from slfkit.training import Environment, Schedule, fit_classifier, fit_transceiver

EXAMPLES = 4  # images that a record shows


def execute(spec: Spec, place: Workplace) -> Record:
    """Compute a run whose needed weights are in the store, and store its record.

    Raises:
        DataError, TrainingError: as data and training do; then nothing is stored.
    """
    started = time.perf_counter()
    results = _runner(spec)(spec, place)
    results["wall_seconds"] = round(time.perf_counter() - started, 1)
    precision = getattr(spec, "precision", "float32")
    compiled = place.compiled and hasattr(spec, "epochs")  # tests are not
    origin = describe(place.device, place.checksums, spec.files, precision, compiled)
    record = Record(spec, results, origin)
    place.store.save(record)
    return record


def _runner(spec: Spec) -> Callable[[Spec, Workplace], dict]:
    """Return the function that computes a run: one below, or that of the kind's own module."""
    return importlib.import_module(spec.runner).run if spec.runner else _RUNS[type(spec)]


def _run_classifier(spec: ClassifierSpec, place: Workplace) -> dict:
    training, held_out = place.training_images(spec)
    network = Classifier(generator("classifier", spec.seed), training.classes).to(place.device)
    schedule = Schedule((ACCURACY_RULE,), spec.epochs, spec.batch, spec.learning_rate)
    stream = ("classifier", spec.seed)
    history = fit_classifier(
        network, training, held_out, schedule, stream=stream, progress=place.progress
    )
    best = ACCURACY_RULE.best(history.values("accuracy"))
    network.load_state_dict(history.weights[best - 1])
    test = place.test_images(spec)
    return {
        "history": history.epochs,
        "best_epoch": best,
        "test": {"accuracy": accuracy(network, test)},
        "weights_sha256": keep_weights(spec, place, network, 0),
    }


def keep_weights(spec: Spec, place: Workplace, network: nn.Module, codewords: int) -> str:
    """Store a network's weights; return their sha256."""
    weights = {name: t.detach().cpu().contiguous() for name, t in network.state_dict().items()}
    return place.store.save_weights(spec, exchange.pack(weights, codewords))


def _run_transceiver(spec: TransceiverSpec, place: Workplace) -> dict:
    training, held_out = place.training_images(spec)
    classifier = place.classifier(classifier_for(spec), training.classes)
    network = Transceiver(generator("transceiver", spec.seed), spec.codewords, spec.dimension)
    network = network.to(place.device)
    rule = dataclasses.replace(MSE_RULE, patience=spec.patience)
    schedule = schedule_of(spec, place, (rule,), spec.learning_rate)
    history = fit_transceiver(
        network,
        Environment(training, held_out, spec.crossover, classifier),
        schedule,
        stream=("transceiver", spec.source, spec.crossover, spec.seed),
        fresh=True,
        progress=place.progress,
    )
    best = rule.best(history.values("mse"))
    network.load_state_dict(history.weights[best - 1])
    test = place.test_images(spec)
    return {
        "history": history.epochs,
        "best_epoch": best,
        "test": measured_draws(network, network, test, spec.crossover, classifier, spec),
        "flops_per_image": flops_per_image(network),
        "training_images": len(training),
        "weights_sha256": keep_weights(spec, place, network, spec.codewords),
    }


def schedule_of(
    spec: TransceiverSpec | AlignmentSpec,
    place: Workplace,
    stopping: tuple[StoppingRule, ...],
    rate: float,
) -> Schedule:
    """Return how a transceiver is trained by a specification."""
    how = (place.compiled, spec.precision)
    return Schedule(stopping, spec.epochs, spec.batch, rate, spec.beta, spec.warm_up, *how)


def measured_draws(
    sender: Transceiver,
    receiver: Transceiver,
    test: Images,
    crossover: float,
    classifier: Classifier,
    spec: TransceiverSpec | PairSpec | AlignmentSpec,
) -> list[dict]:
    """Return the test metrics of each draw of the channel; all runs of a seed share the draws."""
    return [
        evaluate(sender, receiver, test, crossover, classifier, draw_noise(spec, test, draw))
        for draw in range(spec.draws)
    ]


def draw_noise(spec: Spec, test: Images, draw: int) -> torch.Generator:
    """Return the noise of one draw of the test channel: the same for all runs of a seed."""
    seed = spec.sender.seed if isinstance(spec, PairSpec) else spec.seed
    return generator("test", seed, draw, device=test.pixels.device)


@torch.no_grad()
def example_images(
    sender: Transceiver,
    receiver: Transceiver,
    test: Images,
    crossover: float,
    classifier: Classifier,
) -> dict:
    """Return test images of different classes, what arrives of them and what psi takes it for."""
    which = _of_different_classes(test.labels)
    pixels = test.pixels[which]
    sent = sender.codebook.nearest(sender.encode(normalise(pixels)))
    channel = SymmetricDMC(crossover, len(sender.codebook.weight))
    noise = generator("examples", device=pixels.device)
    seen = receiver.decode(receiver.codebook(channel.swap(sent, noise)))
    arrived = seen.add(1).mul(127.5).round().clamp(0, 255).byte()
    return {
        "original": thumbnails.encode(pixels.cpu().numpy()),
        "reconstruction": thumbnails.encode(arrived.cpu().numpy()),
        "labels": test.labels[which].tolist(),
        "predicted": classifier(seen).argmax(1).tolist(),
    }


def _of_different_classes(labels: torch.Tensor) -> torch.Tensor:
    """Return the indices of the first image of each of a few classes, spread over all."""
    classes = labels.unique()
    chosen = classes[torch.linspace(0, len(classes) - 1, EXAMPLES).long().to(labels.device)]
    return (labels[None] == chosen[:, None]).int().argmax(1)  # (EXAMPLES,)


def pixel_variance(test: Images) -> float:
    """Return the variance of the test pixels on the [-1, 1] scale, over all values."""
    return float(normalise(test.pixels).double().var(correction=0))


def _run_pair(spec: PairSpec, place: Workplace) -> dict:
    test = place.test_images(spec)
    classifier = place.classifier(classifier_for(spec), test.classes)
    sender, receiver = place.transceiver(spec.sender), place.transceiver(spec.receiver)
    return {
        "test": measured_draws(sender, receiver, test, spec.crossover, classifier, spec),
        "examples": example_images(sender, receiver, test, spec.crossover, classifier),
        "pixel_variance": pixel_variance(test),
    }


def _run_ceiling(spec: CeilingSpec, place: Workplace) -> dict:
    test = place.test_images(spec)
    return {"test": accuracies(place.classifier(spec.classifier, test.classes), test)}


def _run_alignment(spec: AlignmentSpec, place: Workplace) -> dict:
    training, held_out = place.training_images(spec)
    classifier = place.classifier(classifier_for(spec), training.classes)
    alice, david = place.transceiver(spec.alice), place.transceiver(spec.david)
    both = rules(spec.patience)
    schedule = schedule_of(spec, place, both, spec.rate)
    done = align(
        alice,
        david,
        Environment(training, held_out, spec.crossover, classifier),
        FineTuning(spec.frozen, spec.order, spec.reinitialise, spec.refit, schedule),
        seed=spec.seed,
        progress=place.progress,
    )
    test = place.test_images(spec)
    judge = Judge(spec, done, david, test, classifier)
    return {
        "history": judge.history(),
        "tasks": {rule.metric: judge.task(rule) for rule in both},
        "old_link": _old_link(judge, place),
        "flops_per_image": flops_per_image(done.transceiver),
        "training_images": len(training),
        "examples": judge.examples(),
        "pixel_variance": pixel_variance(test),
        "weights_sha256": place.store.save_weights(spec, done.changed(done.best_epoch())),
    }


@dataclasses.dataclass
class Judge:
    """Tests a finished alignment; the first to touch the test images."""

    spec: AlignmentSpec
    done: Alignment
    david: Transceiver
    test: Images
    classifier: Classifier

    def rebuilt(self, epoch: int) -> Transceiver:
        """Return David's transceiver after the upload of an epoch's weights (step 3)."""
        tuning = self.done.tuning
        return receive(self.david, self.done.upload(epoch), tuning.frozen, tuning.order)

    def history(self) -> list[dict[str, float]]:
        """Return the validation history with one draw of the test metrics after each epoch."""
        rows = []
        for epoch, row in enumerate(self.done.history.epochs, start=1):
            noise = draw_noise(self.spec, self.test, 0)
            alice = self.done.at(epoch)
            test = evaluate(alice, alice, self.test, self.spec.crossover, self.classifier, noise)
            rows.append({**row, "test_mse": test["mse"], "test_accuracy": test["accuracy"]})
        return rows

    def task(self, rule: StoppingRule) -> dict:
        """Return one task's epochs and its test metrics at its own best epoch (step 4)."""
        epoch, spec = self.done.best_epoch(rule), self.spec
        alice, david = self.done.at(epoch), self.rebuilt(epoch)
        return {
            "epochs": rule.used(self.done.history.values(rule.metric)),
            "best_epoch": epoch,
            "test": measured_draws(alice, david, self.test, spec.crossover, self.classifier, spec),
        }

    def examples(self) -> dict:
        """Return example images at the best epoch of reconstruction."""
        epoch = self.done.best_epoch()
        alice, david = self.done.at(epoch), self.rebuilt(epoch)
        return example_images(alice, david, self.test, self.spec.crossover, self.classifier)


def _old_link(judge: Judge, place: Workplace) -> dict:
    """Return the test metrics of David's own encoder with his decoder before and after upload."""
    spec = judge.spec.david
    before = place.store.load(spec).results["test"]
    test = place.test_images(spec)
    classifier = place.classifier(classifier_for(spec), test.classes)
    after = judge.rebuilt(judge.done.best_epoch())
    return {
        "before": before,
        "after": measured_draws(after, after, test, spec.crossover, classifier, spec),
    }


_RUNS = {
    ClassifierSpec: _run_classifier,
    TransceiverSpec: _run_transceiver,
    PairSpec: _run_pair,
    CeilingSpec: _run_ceiling,
    AlignmentSpec: _run_alignment,
}
