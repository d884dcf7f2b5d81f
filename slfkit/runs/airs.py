"""Tests over another air: bits with a plain or a learnt labelling, or eq. 5 at another eps."""

from __future__ import annotations

import numpy as np
import torch

from slfkit.evaluation import evaluate
from slfkit.images import Images, normalise
from slfkit.models import Codebook, Transceiver
from slfkit.modulation import bits_of
from slfkit.records.airs import AirSpec
from slfkit.records.spec import AlignmentSpec, TransceiverSpec, classifier_for
from slfkit.rng import generator
from slfkit.runs.execution import draw_noise, measured_draws, pixel_variance
from slfkit.runs.labelling import BitChannel, learn, plain
from slfkit.runs.workplace import Workplace

STARTS = 4  # labellings that learning starts from


class BehindBits:
    """A receiver that gets his indices over a bit channel, whose flips the noise draws."""

    def __init__(self, receiver: Transceiver, channel: BitChannel, noise: torch.Generator) -> None:
        self.receiver, self.channel, self.noise = receiver, channel, noise
        self.decode = receiver.decode

    def codebook(self, sent: torch.Tensor) -> torch.Tensor:
        """Return the codewords that arrive for indices sent: int64 (N,) -> float (N, D)."""
        return self.receiver.codebook(transmit(self.channel, sent, self.noise))


def transmit(channel: BitChannel, sent: torch.Tensor, noise: torch.Generator) -> torch.Tensor:
    """Draw the received indices for the sent ones: int64 of any shape, values 0..K-1."""
    labels = torch.tensor(channel.labels, device=sent.device)  # (K,), index -> label
    received = labels[sent]
    for bit in range(bits_of(len(labels))):
        flipped = torch.rand(sent.shape, generator=noise, device=sent.device) < channel.flip
        received = received ^ (flipped.long() << bit)
    return labels.argsort()[received]  # label -> index


@torch.no_grad()
def learnt(
    sender: Transceiver, receiver: Transceiver, images: Images, flip: float, seed: int
) -> tuple[int, ...]:
    """Return a labelling for what the sender sends of training images and the receiver looks up.

    ``flip`` is the error probability of a bit, ``seed`` that of the labellings it starts from.
    """
    sent = sender.codebook.nearest(sender.encode(normalise(images.pixels)))  # (n * 256,)
    words = len(sender.codebook.weight)
    usage = sent.bincount(minlength=words).double().cpu().numpy()
    draw = generator("labelling", seed)
    starts = [torch.randperm(words, generator=draw).tolist() for _ in range(STARTS)]
    return learn(flip, usage / usage.sum(), squared_distances(receiver.codebook), starts)


def squared_distances(codebook: Codebook) -> np.ndarray:
    """Return the squared distances of all pairs of codewords, (K, K)."""
    words = codebook.weight.detach().double().cpu()
    return (words[:, None] - words[None, :]).square().sum(2).numpy()


def run(spec: AirSpec, place: Workplace) -> dict:
    """Return the metrics of each draw of the air; over bits also their labels and error rate.

    Raises:
        ParameterError: K does not fill whole bits.
        RecordError: an alignment kept no weights.
        DataError: as data do.
    """
    images = place.test_images(spec) if spec.split == "test" else place.training_images(spec)[1]
    judge = place.classifier(classifier_for(spec), images.classes)
    sender, receiver = (_network(place, one) for one in (spec.sender, spec.receiver))
    results = {"pixel_variance": pixel_variance(images)}
    if spec.air == "symmetric":
        test = measured_draws(sender, receiver, images, spec.crossover, judge, spec)
        return {**results, "test": test}
    channel = _channel(spec, place, sender, receiver)
    test = []
    for draw in range(spec.draws):
        behind = BehindBits(receiver, channel, draw_noise(spec, images, draw))
        unused = generator("unused", device=images.pixels.device)
        test.append(evaluate(sender, behind, images, 0.0, judge, unused))
    return {**results, "test": test, "labels": list(channel.labels), "flip": channel.flip}


def _network(place: Workplace, spec: TransceiverSpec | AlignmentSpec) -> Transceiver:
    return (place.aligned if isinstance(spec, AlignmentSpec) else place.transceiver)(spec)


def _channel(
    spec: AirSpec, place: Workplace, sender: Transceiver, receiver: Transceiver
) -> BitChannel:
    """Return the bit channel at the SNR where an index is wrong with the probability eps."""
    words = len(sender.codebook.weight)
    flip = 1.0 - (1.0 - spec.crossover) ** (1.0 / bits_of(words))
    if spec.labelling == "plain":
        return BitChannel(flip, plain(words))
    training, _ = place.training_images(spec)
    shown = training.take(slice(spec.images))
    return BitChannel(flip, learnt(sender, receiver, shown, flip, spec.sender.seed))
