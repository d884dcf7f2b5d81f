"""What a link is worth: squared error, accuracy, codewords in use; what a training step takes."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from slfkit.channel import SymmetricDMC
from slfkit.images import SIDE, Images, normalise
from slfkit.models import Transceiver, Upsample


def evaluate(
    sender: Transceiver,
    receiver: Transceiver,
    images: Images,
    crossover: float,
    classifier: nn.Module,
    noise: torch.Generator,
    *,
    batch: int = 500,
) -> dict:
    """Send images from one user's encoder to another's decoder; return the metrics.

    The sender quantises with his own codebook, the receiver looks the indices up in his. For an
    aligned or matched pair both are the same transceiver.

    Args:
        sender, receiver: whose encoder and codebook send, whose codebook and decoder receive.
        images: what is sent; all classes must be known to the classifier.
        crossover: eps of the channel.
        classifier: the task network psi.
        noise: draws the channel, on the device of the images.
        batch: images at a time; another number draws other noise.

    Returns:
        ``mse`` (mean over images and pixel values, on the [-1, 1] scale), ``psnr`` in dB at a peak
        of 2, ``accuracy`` in 0..1, ``perplexity`` of the sent indices; for several sources also
        ``shares``: ``mse`` and ``accuracy`` of each one's images.

    Raises:
        ParameterError: eps outside [0, 1].
    """
    channel = SymmetricDMC(crossover, sender.codebook.weight.shape[0])
    errors, correct = [], []
    counts = torch.zeros(channel.codewords, device=images.pixels.device)
    with torch.no_grad():
        for x, labels in _batches(images, batch):
            sent = sender.codebook.nearest(sender.encode(x))  # (B * 256,)
            seen = receiver.decode(receiver.codebook(channel.swap(sent, noise)))
            errors.append((seen - x).square().mean((1, 2, 3)))  # (B,)
            correct.append(classifier(seen).argmax(1) == labels)  # (B,)
            counts += sent.bincount(minlength=channel.codewords)
    error, right = torch.cat(errors), torch.cat(correct)  # (N,), (N,)
    result = {**_summary(error, right), "perplexity": perplexity(counts)}
    if len(images.sources) > 1:
        result["shares"] = {
            name: _summary(error[mark], right[mark])
            for name, mark in images.shares().items()
            if bool(mark.any())
        }
    return result


def _batches(images: Images, batch: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Yield normalised images (B, 3, 32, 32) and labels (B,), in order."""
    for first in range(0, len(images), batch):
        part = slice(first, first + batch)
        yield normalise(images.pixels[part]), images.labels[part]


def _summary(errors: torch.Tensor, correct: torch.Tensor) -> dict[str, float]:
    """Return the mean metrics of per-image errors (N,) and correctness (N,)."""
    mse = float(errors.double().mean())
    psnr = 10.0 * math.log10(4.0 / mse) if mse > 0 else math.inf
    return {"mse": mse, "psnr": psnr, "accuracy": float(correct.double().mean())}


def perplexity(counts: torch.Tensor) -> float:
    """Return exp(entropy) of how often each codeword was sent, (K,): 1 to K codewords in use."""
    share = counts / counts.sum()
    return float(torch.exp(-torch.xlogy(share, share).sum()))


def accuracy(classifier: nn.Module, images: Images) -> float:
    """Return the share of images, clean ones, that the classifier labels rightly, 0..1."""
    return float(_right(classifier, images).double().mean())


def accuracies(classifier: nn.Module, images: Images) -> dict:
    """Return the ``accuracy`` on clean images, and in ``shares`` that on each source's images."""
    right = _right(classifier, images)
    shares = {
        name: {"accuracy": float(right[mark].double().mean())}
        for name, mark in images.shares().items()
        if bool(mark.any())
    }
    return {"accuracy": float(right.double().mean()), "shares": shares}


@torch.no_grad()
def _right(classifier: nn.Module, images: Images) -> torch.Tensor:
    """Return which images the classifier labels rightly: (N,) of bool."""
    return torch.cat([classifier(x).argmax(1) == labels for x, labels in _batches(images, 500)])


def flops_per_image(transceiver: Transceiver) -> int:
    """Count the operations of one training step per image, forward and backward.

    The layers' textbook form is counted (``torch.utils.flop_counter``: two operations a
    multiply-add), weight gradients only where ``requires_grad`` says that they are computed.
    """
    model = copy.deepcopy(transceiver).cpu()
    for layer in model.modules():
        if isinstance(layer, Upsample):
            layer.direct = True
    image = torch.zeros(1, 3, SIDE, SIDE)
    with FlopCounterMode(display=False) as counter:
        channel = SymmetricDMC(0.0, model.codebook.weight.shape[0])
        out = model(image, channel, torch.Generator())
        (out.image.sum() + out.latent.sum()).backward()
    return counter.get_total_flops()
