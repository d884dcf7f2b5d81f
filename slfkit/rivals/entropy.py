"""An entropy coder's rate for grids of indices, from the index on the left and the one above.

A coder needs no more than a hundredth of a bit above this rate, arithmetic coding for instance.
Source: Cover and Thomas, *Elements of Information Theory*.
"""

from __future__ import annotations

import math

import torch

from slfkit.errors import ParameterError

WEIGHT = 1.0  # of the overall usage, in indices, where a pair of neighbours was rarely seen


def rate(grids: torch.Tensor, fitted: torch.Tensor, codewords: int) -> float:
    """Return the mean bits per index of an ideal entropy coder, at most log2 K.

    Both sides know the coder's table, P(s | left, above), which is fitted to other images.

    Args:
        grids: indices to code, int64 (N, H, W), 0..K-1.
        fitted: indices the table is fitted to, int64 (M, H, W), 0..K-1.
        codewords: K, the number of indices.

    Raises:
        ParameterError: no grid to code or to fit to.
    """
    if not len(grids) or not len(fitted):
        raise ParameterError(
            f"{len(grids)} grids to code and {len(fitted)} to fit to: expected one of each at least"
        )
    table = _table(fitted, codewords)
    bits = -table[_places(grids, codewords)].log2()
    return min(float(bits.mean()), math.log2(codewords))  # words of equal length are a code too


def _places(grids: torch.Tensor, codewords: int) -> torch.Tensor:
    """Return where a table has each index and its neighbours; beyond the edge is a value K."""
    padded = torch.nn.functional.pad(grids, (1, 0, 1, 0), value=codewords)  # (N, H + 1, W + 1)
    left, above = padded[:, 1:, :-1], padded[:, :-1, 1:]
    return ((left * (codewords + 1) + above) * codewords + grids).flatten()


def _table(grids: torch.Tensor, codewords: int) -> torch.Tensor:
    """Return P(s | left, above), float64, flat in the order of ``_places``."""
    size = (codewords + 1) ** 2 * codewords
    counts = _places(grids, codewords).bincount(minlength=size).double().view(-1, codewords)
    usage = (counts.sum(0) + 1.0) / (counts.sum() + codewords)  # (K,), none is impossible
    return ((counts + WEIGHT * usage) / (counts.sum(1, keepdim=True) + WEIGHT)).flatten()
