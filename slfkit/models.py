"""The networks: encoder phi, codebook C and decoder theta of a transceiver, and the classifier psi.

The paper names no architecture; these layer sizes are ours (see *How this was computed*).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from slfkit.channel import Noise, SymmetricDMC

#: Side of the grid: a 32 x 32 image becomes 16 x 16 latent vectors.
GRID = 16


@dataclass
class Transmission:
    """What one pass through encoder, channel and decoder leaves behind (eqs. 1, 5, 6)."""

    latent: torch.Tensor  # z = phi(x), float (B * 256, D), one row per grid position
    sent: torch.Tensor  # s, int64 (B * 256,), index of the codeword nearest to each row
    image: torch.Tensor  # x_hat, float (B, 3, 32, 32) in about [-1, 1]


class Codebook(nn.Module):
    """The K codewords of dimension D (Section II): row k of ``weight``, float (K, D), is C[k]."""

    def __init__(self, codewords: int, dimension: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(codewords, dimension))

    @torch.no_grad()
    def nearest(self, latent: torch.Tensor) -> torch.Tensor:
        """Return the index of the nearest codeword by squared distance: (N, D) -> int64 (N,).

        |z - c|^2 = |z|^2 - 2 z.c + |c|^2, and |z|^2 is the same for all codewords; so one (N, K)
        table suffices and no (N, K, D) tensor of differences is ever made.
        """
        norms = self.weight.square().sum(1)  # (K,)
        if torch.compiler.is_compiling():  # which makes vectors of a search across rows alone
            table = torch.addmm(norms[:, None], self.weight, latent.detach().t(), alpha=-2.0)
            return table.min(0).indices  # (K, N) -> (N,)
        table = torch.addmm(norms, latent.detach(), self.weight.t(), alpha=-2.0)  # (N, K)
        return table.min(1).indices  # (N,)

    def forward(self, indices: torch.Tensor) -> torch.Tensor:
        """Look codewords up: int64 (N,) -> float (N, D)."""
        return F.embedding(indices, self.weight)

    @torch.no_grad()
    def initialise(
        self, latent: torch.Tensor, generator: torch.Generator, rounds: int = 20
    ) -> None:
        """Set the codewords by k-means (Lloyd) on latent vectors (N, D), N >= K.

        An empty cluster is re-seeded with a random vector, so that no codeword starts dead.
        """
        size, device = self.weight.shape[0], latent.device
        pick = torch.randperm(len(latent), generator=generator, device=device)[:size]
        self.weight.copy_(latent[pick])
        for _ in range(rounds):
            nearest = self.nearest(latent)  # (N,)
            counts = torch.zeros(size, device=device).index_add_(
                0, nearest, torch.ones(len(latent), device=device)
            )
            sums = torch.zeros_like(self.weight).index_add_(0, nearest, latent)  # (K, D)
            spare = torch.randint(len(latent), (size,), generator=generator, device=device)
            means = sums / counts.clamp(min=1)[:, None]
            self.weight.copy_(torch.where(counts[:, None] > 0, means, latent[spare]))


class Upsample(nn.ConvTranspose2d):
    """The decoder's last layer: transposed convolution, kernel 8, stride 2, padding 3.

    Its two rows (columns) of output per input row use every other tap of the kernel, so it equals
    a 4 x 4 convolution with 4 times the output channels, followed by a pixel shuffle. CPU back
    ends run that form about an eighth faster per training step; ``direct`` selects the textbook
    form, which FLOP counts and tests use.
    """

    direct = False

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs, kernel_size=8, stride=2, padding=3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # (B, inputs, H, W)
        """Return (B, outputs, 2 H, 2 W)."""
        if self.direct:
            return super().forward(x)
        inputs, outputs = self.weight.shape[:2]
        taps = self.weight.view(inputs, outputs, 4, 2, 4, 2).flip(2, 4)  # (in, out, 4, py, 4, px)
        taps = taps.permute(1, 3, 5, 0, 2, 4).reshape(4 * outputs, inputs, 4, 4)
        taps = taps.contiguous(memory_format=torch.channels_last)
        y = F.conv2d(x, taps, self.bias.repeat_interleave(4), padding=2)  # (B, 4 out, H+1, W+1)
        return F.pixel_shuffle(y, 2)[..., 1:-1, 1:-1]  # (B, out, 2H, 2W)


class Decoder(nn.Sequential):
    """The decoder theta (eq. 6): (B, D, 16, 16) -> (B, 3, 32, 32), in about [-1, 1].

    Two 3 x 3 convolutions and a transposed one, ReLU between them.
    """

    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(dimension, 32, 3, padding=1)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(32, 48, 3, padding=1)
        self.relu2 = nn.ReLU()
        self.up = Upsample(48, 3)


class Encoder(nn.Sequential):
    """The encoder phi (eq. 1): (B, 3, 32, 32) in [-1, 1] -> (B, D, 16, 16)."""

    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, 4, stride=2, padding=1)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(32, 32, 3, padding=1)
        self.relu2 = nn.ReLU()
        self.conv3 = nn.Conv2d(32, dimension, 3, padding=1)


class Transceiver(nn.Module):
    """T = (phi, C, theta): one user's encoder, codebook and decoder (Section II).

    Args:
        generator: source of the initial weights.
        codewords: K, size of the codebook.
        dimension: D, entries of a codeword.
    """

    def __init__(
        self, generator: torch.Generator, codewords: int = 32, dimension: int = 16
    ) -> None:
        super().__init__()
        self.encoder = Encoder(dimension)  # phi
        self.codebook = Codebook(codewords, dimension)  # C
        self.decoder = Decoder(dimension)  # theta
        reset(self, generator)
        self.to(memory_format=torch.channels_last)

    def parts(self) -> dict[str, nn.Module]:
        """Return what David offers for download, in the order in which f freezes it.

        f = 1 freezes the decoder's last layer, 2 also the second, 3 also the first, 4 also the
        codebook (Section III-B).
        """
        return {
            "decoder.up": self.decoder.up,
            "decoder.conv2": self.decoder.conv2,
            "decoder.conv1": self.decoder.conv1,
            "codebook": self.codebook,
        }

    def encode(self, images: torch.Tensor) -> torch.Tensor:
        """Return z = phi(x) (eq. 1), one row per grid position: (B, 3, 32, 32) -> (B * 256, D)."""
        grid = self.encoder(images)  # (B, D, 16, 16)
        return grid.permute(0, 2, 3, 1).reshape(-1, grid.shape[1])  # (B * 256, D)

    def decode(self, vectors: torch.Tensor) -> torch.Tensor:
        """Return x_hat = theta(C[r]) (eq. 6): rows of codewords (B * 256, D) -> (B, 3, 32, 32)."""
        grid = vectors.view(-1, GRID, GRID, vectors.shape[1])  # (B, 16, 16, D)
        return self.decoder(grid.permute(0, 3, 1, 2))

    def forward(
        self, images: torch.Tensor, channel: SymmetricDMC, generator: torch.Generator
    ) -> Transmission:
        """Send images through encoder, channel and decoder, differentiably.

        Args:
            images: x, float (B, 3, 32, 32) in [-1, 1].
            channel: swaps the indices; its K is the codebook's.
            generator: source of the channel's noise, on the device of the images.
        """
        return self.send(images, channel.noise((len(images) * GRID**2,), generator))

    def send(self, images: torch.Tensor, noise: Noise) -> Transmission:
        """Do what ``forward`` does with the channel's noise, (B * 256,), already drawn.

        The gradient passes the quantiser and the channel by the straight-through estimator: the
        decoder sees C[r], the encoder receives the gradient as if it had seen z.
        """
        latent = self.encode(images)  # (B * 256, D)
        sent = self.codebook.nearest(latent)  # (B * 256,)
        arrived = noise.on(sent, len(self.codebook.weight))  # (B * 256,)
        received = self.codebook(arrived).detach()  # (B * 256, D)
        image = self.decode(latent + (received - latent).detach())  # (B, 3, 32, 32)
        return Transmission(latent, sent, image)


class Classifier(nn.Sequential):
    """The task network psi: two blocks of convolution and max-pooling, then two linear layers.

    (B, 3, 32, 32) in [-1, 1] -> logits (B, classes).
    """

    def __init__(self, generator: torch.Generator, classes: int = 10) -> None:
        super().__init__()
        self.block1 = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
        self.block2 = nn.Sequential(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
        self.flat = nn.Flatten()
        self.hidden = nn.Sequential(nn.Linear(32 * 8 * 8, 64), nn.ReLU())
        self.logits = nn.Linear(64, classes)
        reset(self, generator)
        self.to(memory_format=torch.channels_last)


@torch.no_grad()
def reset(network: nn.Module, generator: torch.Generator) -> None:
    """Re-initialise every layer in place: uniform in +-1/sqrt(fan in), torch's own default.

    A codebook gets a unit normal draw; training replaces it by k-means before its first step.
    """
    for layer in network.modules():
        if isinstance(layer, Codebook):
            layer.weight.copy_(torch.randn(layer.weight.shape, generator=generator))
        elif isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
            bound = 1.0 / math.sqrt(layer.weight[0].numel())
            for tensor in (layer.weight, layer.bias):
                draw = torch.rand(tensor.shape, generator=generator)  # on the generator's device
                tensor.copy_((2.0 * draw - 1.0) * bound)
