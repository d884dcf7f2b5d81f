"""One training loop for pre-training, fine-tuning and classifiers: eq. 7 and stopping rule."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import nn

from slfkit.channel import SymmetricDMC
from slfkit.errors import TrainingError
from slfkit.evaluation import accuracy, evaluate
from slfkit.images import Images, normalise
from slfkit.models import Codebook, Transceiver, Transmission
from slfkit.rng import generator

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
Measure = Callable[[], dict[str, float]]
Progress = Callable[[dict[str, float]], None]


@dataclass(frozen=True)
class StoppingRule:
    """Stop once a validation metric has not improved for ``patience`` epochs.

    Attributes:
        metric: name in the history, ``mse`` or ``accuracy``.
        larger_is_better: whether improvement means growth.
        relative: an improvement must exceed this fraction of the value to count.
        absolute: and must exceed this amount.
    """

    metric: str
    larger_is_better: bool = False
    relative: float = 0.0
    absolute: float = 0.0
    patience: int = 2

    def epochs(self, values: Sequence[float]) -> int | None:
        """Return after how many epochs the rule stops, or None if it has not stopped yet."""
        sign = 1.0 if self.larger_is_better else -1.0
        best, stale = values[0], 0
        for epoch, value in enumerate(values[1:], start=2):
            if sign * (value - best) > max(self.relative * abs(best), self.absolute):
                best, stale = value, 0
            else:
                stale += 1
            if stale == self.patience:
                return epoch
        return None

    def used(self, values: Sequence[float]) -> int:
        """Return how many epochs this rule takes of a run that may have gone on longer."""
        return self.epochs(values) or len(values)

    def best(self, values: Sequence[float]) -> int:
        """Return the best epoch, counted from 1, among those the rule takes."""
        taken = values[: self.used(values)]
        return 1 + taken.index(max(taken) if self.larger_is_better else min(taken))


MSE_RULE = StoppingRule("mse", relative=0.01)
ACCURACY_RULE = StoppingRule("accuracy", larger_is_better=True, absolute=0.001)


@dataclass
class History:
    """What training leaves behind, epoch by epoch.

    Attributes:
        epochs: one entry an epoch: ``loss`` (mean over the training images) and the validation
            metrics, such as ``mse`` (pixels in [-1, 1]) and ``accuracy`` (0..1).
        weights: the network's weights after each epoch, by name.
    """

    epochs: list[dict[str, float]] = field(default_factory=list)
    weights: list[dict[str, torch.Tensor]] = field(default_factory=list)

    def values(self, metric: str) -> list[float]:
        """Return a metric's value after each epoch."""
        return [epoch[metric] for epoch in self.epochs]


@dataclass(frozen=True)
class Schedule:
    """How a network is trained.

    Attributes:
        rules: training ends once all of them have stopped; these rules are ours.
        epochs: at most so many.
        batch: images a step.
        learning_rate: of Adam.
        beta: weight of the commitment term of eq. 7.
        warm_up: steps without quantiser that fresh weights begin with, at most half an epoch.
    """

    rules: tuple[StoppingRule, ...]
    epochs: int
    batch: int = 64
    learning_rate: float = 1e-3
    beta: float = 0.25
    warm_up: int = 100


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
        loss: loss of one batch from normalised images (B, 3, 32, 32) and labels (B,).
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
    shuffled = torch.randperm(len(images), generator=order, device=device)
    total = torch.zeros((), device=device)
    for which in shuffled.split(batch):
        value = loss(normalise(images.pixels[which]), images.labels[which])
        optimiser.zero_grad(set_to_none=True)
        value.backward()
        optimiser.step()
        total += value.detach() * len(which)
    return float(total) / len(images)


@dataclass
class LossTerms:
    """The three terms of eq. 7, each a mean over its elements, a 0-dim tensor.

    Attributes:
        reconstruction: of x - x_hat, over images and pixel values.
        codebook: of sg[z] - C[s], over grid positions and the D entries.
        commitment: of z - sg[C[s]], likewise.
    """

    reconstruction: torch.Tensor
    codebook: torch.Tensor
    commitment: torch.Tensor

    def total(self, beta: float) -> torch.Tensor:
        """Return L of eq. 7: reconstruction + codebook + beta * commitment."""
        return self.reconstruction + self.codebook + beta * self.commitment


def vq_loss(images: torch.Tensor, out: Transmission, codebook: Codebook) -> LossTerms:
    """Return the VQ-VAE loss of eq. 7, term by term.

    |x - x_hat|^2 reaches the decoder and, straight through, the encoder; |sg[z] - C[s]|^2 only
    the codebook; |z - sg[C[s]]|^2 only the encoder.

    Args:
        images: x, float (B, 3, 32, 32) in [-1, 1].
        out: what ``Transceiver.forward`` returned for them.
        codebook: C, whose rows ``out.sent`` names.
    """
    chosen = codebook(out.sent)  # (B * 256, D)
    return LossTerms(
        F.mse_loss(out.image, images),
        F.mse_loss(chosen, out.latent.detach()),
        F.mse_loss(out.latent, chosen.detach()),
    )


class Objective:
    """Eq. 7 as a loss of one batch, with a start for fresh weights.

    A new encoder maps all images to nearly one point, where k-means finds no codebook worth
    having: most codewords die in the first steps. So fresh weights first learn ``warm_up`` steps
    of plain reconstruction, the quantiser and the channel left out; then k-means sets the
    codebook on that batch's latent vectors, and eq. 7 takes over. This start is ours.

    Args:
        transceiver: what is trained.
        crossover: eps of the channel in between.
        beta: weight of the commitment term.
        noise: draws the channel, on the device of the images.
    """

    def __init__(
        self, transceiver: Transceiver, crossover: float, beta: float, noise: torch.Generator
    ) -> None:
        self.transceiver = transceiver
        self.channel = SymmetricDMC(crossover, len(transceiver.codebook.weight))
        self.beta = beta
        self.noise = noise
        self.warm_up: int | None = None  # steps still to go; None: the weights are not fresh
        self.draw: torch.Generator | None = None  # for k-means

    def __call__(self, images: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Return the loss of normalised images (B, 3, 32, 32); labels play no part."""
        if self.warm_up:
            self.warm_up -= 1
            seen = self.transceiver.decode(self.transceiver.encode(images))
            return F.mse_loss(seen, images)
        if self.warm_up == 0:
            with torch.no_grad():
                latent = self.transceiver.encode(images)  # (B * 256, D)
                self.transceiver.codebook.initialise(latent, self.draw)
            self.warm_up = None
        out = self.transceiver(images, self.channel, self.noise)
        return vq_loss(images, out, self.transceiver.codebook).total(self.beta)


def fit_transceiver(
    transceiver: Transceiver,
    images: Images,
    held_out: Images,
    crossover: float,
    classifier: nn.Module,
    schedule: Schedule,
    *,
    stream: tuple,
    fresh: bool,
    progress: Progress = lambda epoch: None,
) -> History:
    """Train encoder, codebook and decoder together over the channel (eq. 7).

    Args:
        transceiver: trained in place, as far as its parameters require a gradient.
        images: the training images, on the transceiver's device.
        held_out: the images of the stopping rule, sent over the same noise after each epoch.
        crossover: eps of the channel in between.
        classifier: judges the held-out images after each epoch; not trained.
        stream: names the random streams of order and noise, such as ``("align", seed)``.
        fresh: the weights are new, or to be treated so: they start as ``Objective`` says.

    Raises:
        ParameterError: eps outside [0, 1].
        TrainingError: the loss is not finite.
    """
    device = images.pixels.device
    noise = generator("noise", *stream, device=device)
    objective = Objective(transceiver, crossover, schedule.beta, noise)
    if fresh:
        objective.warm_up = min(schedule.warm_up, len(images) // schedule.batch // 2)
        objective.draw = generator("k-means", *stream, device=device)

    def measure() -> dict[str, float]:
        check = generator("validation", *stream, device=device)  # the same noise each time
        found = evaluate(transceiver, transceiver, held_out, crossover, classifier, check)
        return {name: found[name] for name in ("mse", "accuracy", "perplexity")}

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

    def loss(x: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return F.cross_entropy(classifier(x), labels)

    def measure() -> dict[str, float]:
        return {"accuracy": accuracy(classifier, held_out)}

    order = generator("order", *stream, device=images.pixels.device)
    return fit(classifier, images, loss, measure, schedule, order, progress)
