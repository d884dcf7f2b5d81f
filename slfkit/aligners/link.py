"""An aligned link without training: Alice's encoder, an aligner, David's codebook and decoder."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from slfkit.aligners.indices import IndexMap
from slfkit.aligners.linear import LinearMap
from slfkit.errors import ParameterError
from slfkit.models import GRID, Codebook, Transceiver

Aligner = IndexMap | LinearMap


def grids(transceiver: Transceiver, images: torch.Tensor) -> torch.Tensor:
    """Return z = phi(x) of images (n, 3, 32, 32) as grids (n, 16, 16, D), without gradients."""
    with torch.no_grad():
        rows = transceiver.encode(images)
    return rows.view(-1, GRID, GRID, rows.shape[1])


@dataclass(frozen=True)
class Translator:
    """Alice as ``evaluate`` takes a sender, with an aligner between her encoder and the air.

    Attributes:
        alice: her transceiver, as it was.
        codebook: what names the index that she sends.
        aligner: a linear map of her latent vectors; None where it is her indices that are mapped.
    """

    alice: Transceiver
    codebook: Codebook | _Renamed
    aligner: LinearMap | None

    def encode(self, images: torch.Tensor) -> torch.Tensor:
        """Return the vectors that are quantised: (B, 3, 32, 32) -> (B * 256, D)."""
        latents = grids(self.alice, images)
        mapped = self.aligner.apply(latents) if self.aligner else latents
        return mapped.reshape(-1, mapped.shape[-1])


@dataclass(frozen=True)
class _Renamed:
    """Alice's codebook, its indices mapped to David's."""

    own: Codebook
    aligner: IndexMap

    @property
    def weight(self) -> torch.Tensor:
        return self.own.weight

    def nearest(self, latent: torch.Tensor) -> torch.Tensor:
        """Return David's index for the codeword nearest to each of her vectors, (N, D) -> (N,)."""
        return self.aligner.apply(self.own.nearest(latent))


def translator(alice: Transceiver, codewords: torch.Tensor, aligner: Aligner) -> Translator:
    """Return Alice with an aligner, a sender whom David understands as he is.

    With a linear map she sends the codeword of David's that is nearest to the mapped vector; with
    a map of indices she quantises as before and sends his index for hers.

    Args:
        codewords: David's codebook, float (K, D).

    Raises:
        ParameterError: he has another number of codewords than she has.
    """
    if len(codewords) != len(alice.codebook.weight):
        raise ParameterError(
            f"David has {len(codewords)} codewords and Alice {len(alice.codebook.weight)}: both "
            "need as many as the channel has symbols"
        )
    if isinstance(aligner, IndexMap):
        return Translator(alice, _Renamed(alice.codebook, aligner), None)
    book = Codebook(*codewords.shape).to(codewords.device)
    with torch.no_grad():
        book.weight.copy_(codewords)
    return Translator(alice, book, aligner)
