"""Computes a run of SLF with a remedy for David's old partner, and tests both links."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from slfkit import remedies
from slfkit.aligners.assignment import assign
from slfkit.early_stopping import rules
from slfkit.evaluation import evaluate, flops_per_image
from slfkit.exchange import pack, seal
from slfkit.images import Images, normalise
from slfkit.models import Classifier, Transceiver
from slfkit.objective import Penalty
from slfkit.records.repairs import RepairSpec
from slfkit.records.spec import classifier_for
from slfkit.rng import generator
from slfkit.runs.execution import Judge, example_images, measured_draws, pixel_variance, schedule_of
from slfkit.runs.workplace import Workplace
from slfkit.slf import Alignment, FineTuning, align, connect, download, freeze, tuned_parts
from slfkit.training import Environment, History, Schedule, fit_transceiver

FISHER_IMAGES = 500  # of David's, for EWC


@dataclass(frozen=True)
class Old:
    """David's side of his old link: his transceiver, images and classifier."""

    david: Transceiver
    training: Images
    held_out: Images
    test: Images
    classifier: Classifier


def run(spec: RepairSpec, place: Workplace) -> dict:
    """Return the results of SLF with a remedy; as those of SLF, and what they cost more.

    ``old_held_out`` is the MSE of the old link on David's held-out images before and after, which
    a choice of mu may look at; ``old_examples`` are images of his old partner.

    Raises:
        DataError, TrainingError: as data and training do.
    """
    old, alice = _old(spec, place), place.transceiver(spec.alice)
    training, held_out = place.training_images(spec)
    classifier = place.classifier(classifier_for(spec), training.classes)
    environment = Environment(training, held_out, spec.crossover, classifier)
    schedule = schedule_of(spec, place, rules(spec.patience), spec.rate)
    tuning = FineTuning(spec.frozen, spec.order, spec.reinitialise, spec.refit, schedule)
    done, sent = _repaired(spec, alice, old, environment, tuning, place)
    test = place.test_images(spec)
    judge = Judge(spec, done, old.david, test, classifier)
    after = judge.rebuilt(done.best_epoch())
    return {
        "history": judge.history(),
        "tasks": {rule.metric: judge.task(rule) for rule in schedule.rules},
        "old_link": _old_link(spec, old, after, place),
        "old_held_out": {
            when: _held_out(spec, old, end)
            for when, end in (("before", old.david), ("after", after))
        },
        "old_examples": _examples(spec, old, after),
        "bytes_down": len(done.download) + _added_bytes(spec, old.david),
        "bytes_up": sent,
        "flops_per_image": _flops_per_image(spec, done.transceiver),
        "training_images": len(training),
        "examples": judge.examples(),
        "pixel_variance": pixel_variance(test),
        "weights_sha256": place.store.save_weights(spec, done.changed(done.best_epoch())),
    }


def _old(spec: RepairSpec, place: Workplace) -> Old:
    training, held_out = place.training_images(spec.david)
    test = place.test_images(spec.david)
    classifier = place.classifier(classifier_for(spec.david), training.classes)
    return Old(place.transceiver(spec.david), training, held_out, test, classifier)


def _repaired(
    spec: RepairSpec,
    alice: Transceiver,
    old: Old,
    environment: Environment,
    tuning: FineTuning,
    place: Workplace,
) -> tuple[Alignment, int]:
    """Return the alignment and the bytes of its upload."""
    if spec.rank or spec.matched:
        return _otherwise(spec, alice, old, environment, tuning, place)
    done = align(
        alice,
        old.david,
        environment,
        tuning,
        seed=spec.seed,
        penalty=_penalty(spec, old),
        progress=place.progress,
    )
    return done, len(done.upload(done.best_epoch()))


def _penalty(spec: RepairSpec, old: Old) -> Penalty:
    """Return the remedy's term of the loss; what it needs of David's images, he computes."""
    device, eps = old.training.pixels.device, spec.david.crossover
    noise = generator("old grids", spec.seed, device=device)
    if spec.replay:
        draw = generator("replay", spec.seed, device=device)
        images = _some(old, spec.replay, spec.seed)
        received = remedies.received_grids(old.david, images, eps, noise)
        return remedies.index_replay(old.david, received, spec.weight, draw)
    tuned = tuple(f"{part}." for part in tuned_parts(old.david, spec.frozen, spec.order))
    start = {
        name: weight.detach().clone()
        for name, weight in old.david.named_parameters()
        if name.startswith(tuned)
    }
    if spec.anchor == "l2sp":
        return remedies.l2_sp(start, spec.weight)
    images = _some(old, FISHER_IMAGES, spec.seed)
    return remedies.ewc(start, remedies.fisher(old.david, images, eps, noise, start), spec.weight)


def _some(old: Old, count: int, seed: int) -> Images:
    """Return so many of David's training images, drawn at random."""
    order = torch.randperm(len(old.training), generator=generator("old images", seed))
    return old.training.take(order[:count].to(old.training.pixels.device))


def _added_bytes(spec: RepairSpec, david: Transceiver) -> int:
    """Return what the remedy adds to the download: grids, or a number for each tuned weight."""
    if spec.replay:
        return remedies.grid_bytes(spec.replay, spec.david.codewords)
    tuned = tuned_parts(david, spec.frozen, spec.order) if spec.anchor == "ewc" else ()
    weights = [p for part in tuned for p in david.parts()[part].parameters()]
    return sum(weight.numel() * weight.element_size() for weight in weights)


def _flops_per_image(spec: RepairSpec, tuned: Transceiver) -> int:
    """Return SLF's operations per image, and those of the grids that are replayed beside it."""
    grids = min(spec.replay, remedies.REPLAYED) / spec.batch
    return flops_per_image(tuned) + round(grids * remedies.flops_per_grid(tuned))


def _otherwise(
    spec: RepairSpec,
    alice: Transceiver,
    old: Old,
    environment: Environment,
    tuning: FineTuning,
    place: Workplace,
) -> tuple[Alignment, int]:
    """Do what ``align`` does with another start of the codebook, or with changes of low rank."""
    message, schedule = download(old.david), tuning.scheduled()
    virtual = connect(alice, message)
    freeze(virtual, spec.frozen, spec.order)
    tuned = tuned_parts(virtual, spec.frozen, spec.order)
    if spec.matched:
        _start_matched(virtual, old.david, environment.images, schedule, spec.seed)
    if spec.rank:
        remedies.low_rank(virtual, tuned, spec.rank, generator("low rank", spec.seed))
    history = fit_transceiver(
        virtual,
        environment,
        schedule,
        stream=("align", spec.seed),
        fresh=tuning.refit and not spec.matched,
        penalty=None if spec.rank else _penalty(spec, old),
        progress=place.progress,
    )
    if not spec.rank:
        done = Alignment(virtual, history, message, tuning)
        return done, len(done.upload(done.best_epoch()))
    sent = seal(pack(remedies.changes(virtual, tuned), spec.david.codewords))
    plain = connect(alice, message)
    freeze(plain, spec.frozen, spec.order)
    weights = _merged(virtual, history)
    plain.load_state_dict(weights[-1])
    return Alignment(plain, History(history.epochs, weights), message, tuning), len(sent)


def _start_matched(
    virtual: Transceiver, david: Transceiver, images: Images, schedule: Schedule, seed: int
) -> None:
    """Start as new weights do, and number the codewords as David's nearest ones, one to one."""
    device = images.pixels.device
    order, draw = (generator(name, seed, device=device) for name in ("start", "k-means"))
    batches = torch.randperm(len(images), generator=order, device=device).split(schedule.batch)
    steps = min(schedule.warm_up, len(batches) // 2)
    trained = [weight for weight in virtual.parameters() if weight.requires_grad]
    optimiser = torch.optim.Adam(trained, lr=schedule.learning_rate, fused=True)
    for which in batches[:steps]:
        sent = normalise(images.pixels[which])
        loss = F.mse_loss(virtual.decode(virtual.encode(sent)), sent)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        book = virtual.codebook
        book.initialise(virtual.encode(normalise(images.pixels[batches[steps]])), draw)
        book.weight.copy_(book.weight[assign(torch.cdist(david.codebook.weight, book.weight) ** 2)])


def _merged(virtual: Transceiver, history: History) -> list[dict[str, torch.Tensor]]:
    """Return the weights after each epoch as an ordinary transceiver has them."""
    weights = []
    for state in history.weights:
        virtual.load_state_dict(state)
        weights.append(remedies.merged(virtual))
    return weights


def _old_link(spec: RepairSpec, old: Old, after: Transceiver, place: Workplace) -> dict:
    """Return the metrics of David's link to his old partner, before and after the upload."""
    own = spec.david
    return {
        "before": place.store.load(own).results["test"],
        "after": measured_draws(after, after, old.test, own.crossover, old.classifier, own),
    }


def _held_out(spec: RepairSpec, old: Old, end: Transceiver) -> float:
    noise = generator("validation", "old link", spec.seed, device=old.held_out.pixels.device)
    eps, judge = spec.david.crossover, old.classifier
    return evaluate(end, end, old.held_out, eps, judge, noise)["mse"]


def _examples(spec: RepairSpec, old: Old, after: Transceiver) -> dict:
    return example_images(after, after, old.test, spec.david.crossover, old.classifier)
