"""One training loop for pre-training, fine-tuning and classifiers, and when it stops."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import nn

from slfkit.early_stopping import ACCURACY_RULE, MSE_RULE, StoppingRule
from slfkit.errors import TrainingError
from slfkit.evaluation import accuracy, evaluate
from slfkit.images import Images, normalise, split_held_out
from slfkit.models import Classifier, Transceiver
from slfkit.objective import Objective, Penalty, step_for
from slfkit.rng import generator

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
Measure = Callable[[], dict[str, float]]
Progress = Callable[[dict[str, float]], None]


@dataclass
class History:
    """What training leaves behind, epoch by epoch.

    Attributes:
        epochs: one entry per epoch: ``loss`` (mean over the training images) and the validation
            metrics, such as ``mse`` (pixels in [-1, 1]) and ``accuracy`` (0..1).
        weights: the network's weights after each epoch, by name.
    """

    epochs: list[dict[str, float]] = field(default_factory=list)
    weights: list[dict[str, torch.Tensor]] = field(default_factory=list)

    def values(self, metric: str) -> list[float]:
        """Return a metric's value after each epoch."""
        return [epoch[metric] for epoch in self.epochs]


@dataclass(frozen=True)
class Environment:
    """What a transceiver is trained in: images, a channel, and the task network that judges it."""

    images: Images  # to train on, on the networks' device
    held_out: Images  # for the stopping rule, never trained on
    crossover: float  # eps of the channel, in [0, 1]
    classifier: nn.Module  # psi, frozen; it judges the held-out images after each epoch


@dataclass(frozen=True)
class Schedule:
    """How a network is trained."""

    rules: tuple[StoppingRule, ...]  # training ends once all of them have stopped (ours)
    epochs: int  # at most so many
    batch: int = 64  # images per step
    learning_rate: float = 1e-3  # of Adam
    beta: float = 0.25  # weight of the commitment term of eq. 7
    warm_up: int = 100  # steps without quantiser at first, for fresh weights, at most half an epoch
    compiled: bool = False  # how a step is computed: see ``objective.step_for``
    precision: str = "float32"  # likewise


def fit(
    network: nn.Module,
    images: Images,
    loss: Loss,
    measure: Measure,
    schedule: Schedule,
    order: torch.Generator,
    progress: Progress = lambda epoch: None,
) -> History:
    """Train the parameters that require a gradient with Adam until every rule has stopped.

    Args:
        images: the training images, resident on the network's device.
        loss: loss of one batch from uint8 pixels (B, 3, 32, 32) and labels (B,).
        measure: the validation metrics now.
        order: draws the order of the images, on their device.
        progress: called after each epoch with its entry.

    Raises:
        TrainingError: the loss is not finite; names the epoch and the learning rate.
    """
    trained = [p for p in network.parameters() if p.requires_grad]
    optimiser = torch.optim.Adam(trained, lr=schedule.learning_rate, fused=True)
    history = History()
    for number in range(1, schedule.epochs + 1):
        mean_loss = _epoch(images, loss, optimiser, schedule.batch, order)
        if not math.isfinite(mean_loss):
            raise TrainingError(
                f"the loss is {mean_loss} in epoch {number} at learning rate "
                f"{schedule.learning_rate:g}: nothing was stored; try a smaller learning rate"
            )
        history.epochs.append({"loss": mean_loss, **measure()})
        history.weights.append({k: v.detach().clone() for k, v in network.state_dict().items()})
        progress(history.epochs[-1])
        if all(rule.epochs(history.values(rule.metric)) for rule in schedule.rules):
            break
    return history


def _epoch(
    images: Images,
    loss: Loss,
    optimiser: torch.optim.Optimizer,
    batch: int,
    order: torch.Generator,
) -> float:
    """Make one pass over the images; return the mean loss. The host waits only at the end."""
    device = images.pixels.device
    rows = images.pixels.permute(0, 2, 3, 1)  # channels last in memory, so an image is one run
    shuffled = torch.randperm(len(images), generator=order, device=device)
    total = torch.zeros((), device=device)
    for which in shuffled.split(batch):
        pixels = rows.index_select(0, which).permute(0, 3, 1, 2)  # (B, 3, 32, 32)
        value = loss(pixels, images.labels[which])
        optimiser.zero_grad(set_to_none=True)
        value.backward()
        optimiser.step()
        total += value.detach() * len(which)
    return float(total) / len(images)


def fit_transceiver(
    transceiver: Transceiver,
    environment: Environment,
    schedule: Schedule,
    *,
    stream: tuple,
    fresh: bool,
    penalty: Penalty | None = None,
    progress: Progress = lambda epoch: None,
) -> History:
    """Train encoder, codebook and decoder together over the channel (eq. 7).

    Args:
        transceiver: trained in place, where its parameters require a gradient.
        environment: its images and channel; the held-out images see the same noise every epoch.
        stream: names the random streams of order and noise, such as ``("align", seed)``.
        fresh: the weights are new, or to be treated so: they start as ``Objective`` says.
        penalty: a further term of the loss; none by default.

    Raises:
        ParameterError: eps outside [0, 1].
        TrainingError: the loss is not finite.
    """
    images, crossover = environment.images, environment.crossover
    device = images.pixels.device
    noise = generator("noise", *stream, device=device)
    step = step_for(device, schedule.compiled, schedule.precision)
    objective = Objective(transceiver, crossover, schedule.beta, noise, penalty, step)
    if fresh:
        objective.warm_up = min(schedule.warm_up, len(images) // schedule.batch // 2)
        objective.draw = generator("k-means", *stream, device=device)

    def measure() -> dict[str, float]:
        check = generator("validation", *stream, device=device)  # the same noise each time
        held_out, judge = environment.held_out, environment.classifier
        metrics = evaluate(transceiver, transceiver, held_out, crossover, judge, check)
        return {name: metrics[name] for name in ("mse", "accuracy", "perplexity")}

    order = generator("order", *stream, device=device)
    return fit(transceiver, images, objective, measure, schedule, order, progress)


def fit_classifier(
    classifier: nn.Module,
    images: Images,
    held_out: Images,
    schedule: Schedule,
    *,
    stream: tuple,
    progress: Progress = lambda epoch: None,
) -> History:
    """Train the task network psi on clean images by cross-entropy.

    Args:
        classifier: trained in place.
        images, held_out: to train on, and for the stopping rule.
        stream: names the random stream of the order, such as ``("classifier", seed)``.

    Raises:
        TrainingError: the loss is not finite.
    """

    def loss(pixels: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return F.cross_entropy(classifier(normalise(pixels)), labels)

    def measure() -> dict[str, float]:
        return {"accuracy": accuracy(classifier, held_out)}

    order = generator("order", *stream, device=images.pixels.device)
    return fit(classifier, images, loss, measure, schedule, order, progress)


def environment(
    images: Images, crossover: float, *, held_out: int = 0, seed: int = 0, epochs: int = 5
) -> Environment:
    """Return an environment of these images: held-out ones split off, its classifier trained.

    Args:
        crossover: eps of the channel, in [0, 1].
        held_out: how many images are kept for the stopping rule; 0: a tenth.
        seed: fixes the classifier.
        epochs: of the classifier's training, at most so many.

    Raises:
        ParameterError: too few images are left to train on.
        TrainingError: the loss is not finite.
    """
    training, kept = split_held_out(images, held_out or len(images) // 10)
    classifier = Classifier(generator("classifier", seed), images.classes)
    schedule = Schedule((ACCURACY_RULE,), epochs)
    fit_classifier(classifier, training, kept, schedule, stream=("classifier", seed))
    return Environment(training, kept, crossover, classifier.requires_grad_(False))


def pre_train(
    environment: Environment,
    *,
    codewords: int = 32,
    dimension: int = 16,
    epochs: int = 30,
    seed: int = 0,
    progress: Progress = lambda epoch: None,
) -> Transceiver:
    """Train a transceiver from new weights in its environment; return it at its best epoch.

    Args:
        codewords, dimension: K and D of the codebook.
        epochs: at most so many.
        seed: fixes weights, order of the images and noise.
        progress: called after each epoch with its entry of the history.

    Raises:
        ParameterError: eps outside [0, 1].
        TrainingError: the loss is not finite.
    """
    network = Transceiver(generator("transceiver", seed), codewords, dimension)
    stream = ("transceiver", seed)
    schedule = Schedule((MSE_RULE,), epochs)
    history = fit_transceiver(
        network, environment, schedule, stream=stream, fresh=True, progress=progress
    )
    network.load_state_dict(history.weights[MSE_RULE.best(history.values("mse")) - 1])
    return network
