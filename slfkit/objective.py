"""What training minimises: the VQ-VAE loss of eq. 7, and how fresh weights begin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from slfkit.channel import SymmetricDMC
from slfkit.models import Codebook, Transceiver, Transmission

Penalty = Callable[[Transceiver], torch.Tensor]


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
        penalty: a further term of the loss, from the weights as they are; none by default.
    """

    def __init__(
        self,
        transceiver: Transceiver,
        crossover: float,
        beta: float,
        noise: torch.Generator,
        penalty: Penalty | None = None,
    ) -> None:
        self.transceiver = transceiver
        self.channel = SymmetricDMC(crossover, len(transceiver.codebook.weight))
        self.beta = beta
        self.noise = noise
        self.penalty = penalty
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
        loss = vq_loss(images, out, self.transceiver.codebook).total(self.beta)
        return loss if self.penalty is None else loss + self.penalty(self.transceiver)
