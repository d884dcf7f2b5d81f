"""What training minimises: the VQ-VAE loss of eq. 7, and how fresh weights begin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from slfkit.channel import Noise, SymmetricDMC
from slfkit.images import normalise
from slfkit.models import GRID, Codebook, Transceiver, Transmission

Penalty = Callable[[Transceiver], torch.Tensor]
Step = Callable[[Transceiver, torch.Tensor, Noise, float], torch.Tensor]


@dataclass
class LossTerms:
    """The three terms of eq. 7, each a mean over its elements, a 0-dim tensor."""

    reconstruction: torch.Tensor  # of x - x_hat, over images and pixel values
    codebook: torch.Tensor  # of sg[z] - C[s], over grid positions and the D entries
    commitment: torch.Tensor  # of z - sg[C[s]], likewise

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


def step_loss(
    transceiver: Transceiver, pixels: torch.Tensor, noise: Noise, beta: float
) -> torch.Tensor:
    """Return the loss of one batch, eq. 7, as a function of tensors alone: it can be compiled.

    Args:
        transceiver: whose weights it is differentiated by.
        pixels: uint8 (B, 3, 32, 32).
        noise: of the channel, for (B * 256,) indices.
        beta: weight of the commitment term.
    """
    images = normalise(pixels)
    return vq_loss(images, transceiver.send(images, noise), transceiver.codebook).total(beta)


def step_for(device: torch.device, compiled: bool = False, precision: str = "float32") -> Step:
    """Return ``step_loss`` as it is, or made faster at the price of other rounding.

    Args:
        device: where the tensors are.
        compiled: as one graph, its backward pass included; on a card it is captured as CUDA
            graphs. The first step of each batch size then takes some seconds longer.
        precision: "float32", or "bfloat16" for the products in layers and quantiser.
    """
    mode = "reduce-overhead" if device.type == "cuda" else None
    step = torch.compile(step_loss, dynamic=False, mode=mode) if compiled else step_loss
    if precision == "float32":
        return step
    return torch.autocast(device.type, getattr(torch, precision))(step)


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
        penalty: a further term of the loss, from the weights as they are; none by default.
        step: ``step_loss``, or the same compiled.
    """

    def __init__(
        self,
        transceiver: Transceiver,
        crossover: float,
        beta: float,
        noise: torch.Generator,
        penalty: Penalty | None = None,
        step: Step = step_loss,
    ) -> None:
        self.step = step
        self.transceiver = transceiver
        self.channel = SymmetricDMC(crossover, len(transceiver.codebook.weight))
        self.beta = beta
        self.noise = noise
        self.penalty = penalty
        self.warm_up: int | None = None  # steps still to go; None: the weights are not fresh
        self.draw: torch.Generator | None = None  # for k-means

    def __call__(self, pixels: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Return the loss of uint8 pixels (B, 3, 32, 32); labels play no part."""
        if self.warm_up:
            self.warm_up -= 1
            return self._unquantised(normalise(pixels))
        if self.warm_up == 0:
            self._start_codebook(normalise(pixels))
        noise = self.channel.noise((len(pixels) * GRID**2,), self.noise)
        loss = self.step(self.transceiver, pixels, noise, self.beta)
        return loss if self.penalty is None else loss + self.penalty(self.transceiver)

    def _unquantised(self, images: torch.Tensor) -> torch.Tensor:
        """Return the error of plain reconstruction, without quantiser and channel."""
        seen = self.transceiver.decode(self.transceiver.encode(images))
        return F.mse_loss(seen, images)

    @torch.no_grad()
    def _start_codebook(self, images: torch.Tensor) -> None:
        """Set the codebook by k-means on the latent vectors of a batch."""
        latent = self.transceiver.encode(images)  # (B * 256, D)
        self.transceiver.codebook.initialise(latent, self.draw)
        self.warm_up = None
