"""The channel of eq. 5: a K-ary symmetric discrete memoryless channel, and its capacity."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from slfkit.errors import ParameterError


@dataclass(frozen=True)
class Noise:
    """What the channel does to indices, drawn before they are known."""

    swapped: torch.Tensor  # bool, whether an index is replaced
    shift: torch.Tensor  # int64, values 1..K-1, what is then added to it (mod K)

    def on(self, sent: torch.Tensor, codewords: int) -> torch.Tensor:
        """Return the received indices r for the sent indices s, of the shape of the noise."""
        return torch.where(self.swapped, (sent + self.shift) % codewords, sent)


@dataclass(frozen=True)
class SymmetricDMC:
    """K-ary symmetric discrete memoryless channel (eq. 5).

    Each index is kept with probability 1 - eps and otherwise replaced by one of the other K - 1
    indices, uniformly and independently of everything else.

    Raises:
        ParameterError: eps outside [0, 1] or not finite, or K below 2.
    """

    crossover: float  # crossover probability eps, in [0, 1]
    codewords: int  # size of the codebook K, at least 2

    def __post_init__(self) -> None:
        if not 0.0 <= self.crossover <= 1.0:  # also refuses NaN
            raise ParameterError(
                f"crossover probability {self.crossover!r} is outside [0, 1]: "
                "give the probability with which an index is swapped, 0.1 for instance"
            )
        if self.codewords < 2:
            raise ParameterError(f"a channel needs at least 2 codewords, got {self.codewords!r}")

    def transmit(self, sent: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Draw the received indices r for the sent indices s.

        Args:
            sent: int64 tensor of any shape, values 0..K-1.
            generator: source of the noise, on the device of ``sent``.

        Returns:
            int64 tensor of the same shape, values 0..K-1.

        Raises:
            ParameterError: an index outside 0..K-1.
        """
        if sent.numel() and not (0 <= int(sent.min()) and int(sent.max()) < self.codewords):
            raise ParameterError(
                f"indices {int(sent.min())}..{int(sent.max())} do not fit a channel of "
                f"{self.codewords} codewords: they must lie in 0..{self.codewords - 1}"
            )
        return self.swap(sent, generator)

    def swap(self, sent: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Do what ``transmit`` does, unchecked: no host synchronisation inside a training step.

        Args and result are those of ``transmit``; an index outside 0..K-1 gives nonsense.
        """
        return self.noise(sent.shape, generator).on(sent, self.codewords)

    def noise(self, shape: Sequence[int], generator: torch.Generator) -> Noise:
        """Draw the noise for indices of a shape, on the device of the generator."""
        device = generator.device
        swapped = torch.rand(shape, generator=generator, device=device) < self.crossover
        # s + shift (mod K) with shift uniform on 1..K-1 is uniform on the other K - 1 indices
        shift = torch.randint(1, self.codewords, shape, generator=generator, device=device)
        return Noise(swapped, shift)

    def transition_matrix(self) -> torch.Tensor:
        """Return P(r | s) of eq. 5 as a (K, K) float64 tensor, row s, column r."""
        other = self.crossover / (self.codewords - 1)
        matrix = torch.full((self.codewords, self.codewords), other, dtype=torch.float64)
        return matrix.fill_diagonal_(1.0 - self.crossover)

    def capacity(self) -> float:
        """Return the capacity in bits per index, log2 K - H_b(eps) - eps log2(K - 1).

        It is zero at eps = (K - 1) / K, where the output no longer depends on the input.
        Source: the symmetric channel of Cover and Thomas, *Elements of Information Theory*.
        """
        spread = self.crossover * math.log2(self.codewords - 1)
        return math.log2(self.codewords) - _binary_entropy(self.crossover) - spread


def _binary_entropy(p: float) -> float:
    """Return H_b(p) in bits, with 0 log 0 = 0."""
    return -sum(q * math.log2(q) for q in (p, 1.0 - p) if q > 0.0)
