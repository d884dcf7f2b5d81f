"""Which bits stand for which index: the true bit channel, and a labelling learnt for it.

Eq. 5 treats all wrong indices alike, so there names play no part. Sent as bits, an index whose
label differs in one bit is likelier to arrive than one that differs in all; a good labelling gives
such pairs to codewords that lie close together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from slfkit.errors import ParameterError
from slfkit.modulation import bits_of


@dataclass(frozen=True)
class BitChannel:
    """Indices sent as labels of log2 K bits, each flipped independently.

    Attributes:
        flip: probability that a bit is flipped, in [0, 1/2].
        labels: for each index the number whose bits are sent, a permutation of 0..K-1.

    Raises:
        ParameterError: flip outside [0, 1/2], K no power of two, or labels no permutation.
    """

    flip: float
    labels: tuple[int, ...]

    def __post_init__(self) -> None:
        bits_of(len(self.labels))
        if not 0.0 <= self.flip <= 0.5:
            raise ParameterError(
                f"flip {self.flip!r} is outside [0, 0.5]: give the probability with which a bit is "
                "wrong, 0.02 for instance"
            )
        if sorted(self.labels) != list(range(len(self.labels))):
            raise ParameterError(
                f"labels {self.labels!r} must hold each number from 0 to {len(self.labels) - 1} "
                "once"
            )

    @property
    def crossover(self) -> float:
        """eps: the probability that an index arrives as another one."""
        return 1.0 - (1.0 - self.flip) ** bits_of(len(self.labels))

    def transition_matrix(self) -> np.ndarray:
        """Return P(r | s) as a (K, K) array, row s, column r."""
        labels = np.asarray(self.labels)
        wrong = np.bitwise_count(labels[:, None] ^ labels[None, :])  # (K, K)
        return self.flip**wrong * (1.0 - self.flip) ** (bits_of(len(labels)) - wrong)

    def distortion(self, usage: np.ndarray, distances: np.ndarray) -> float:
        """Return the mean distance between the codeword sent and the one received.

        Args:
            usage: how often each index is sent, (K,), summing to 1.
            distances: squared distances of the codewords, (K, K).
        """
        return float(usage @ (self.transition_matrix() * distances).sum(1))


def plain(codewords: int) -> tuple[int, ...]:
    """Return the labelling in which each index is its own label."""
    return tuple(range(codewords))


def learn(
    flip: float, usage: np.ndarray, distances: np.ndarray, starts: Iterable[Sequence[int]]
) -> tuple[int, ...]:
    """Return a labelling of low mean distortion: the best of the descents from several starts.

    A descent swaps the labels of two codewords as long as that helps, so its end is a local
    optimum. Source: binary switching, Zeger and Gersho, *Pseudo-Gray coding*, 1990.

    Args:
        flip: probability that a bit is flipped.
        usage: how often each index is sent on training images, (K,).
        distances: squared distances of the codewords, (K, K).
        starts: labellings to start from, at least one.
    """
    matrix = BitChannel(flip, plain(len(usage))).transition_matrix()  # by labels
    ends = [_descend(np.array(start), matrix, usage, distances) for start in starts]
    best = min(ends, key=lambda labels: _cost(labels, matrix, usage, distances))
    return tuple(int(label) for label in best)


def _cost(
    labels: np.ndarray, matrix: np.ndarray, usage: np.ndarray, distances: np.ndarray
) -> float:
    return float(usage @ (matrix[np.ix_(labels, labels)] * distances).sum(1))


def _descend(
    labels: np.ndarray, matrix: np.ndarray, usage: np.ndarray, distances: np.ndarray
) -> np.ndarray:
    """Swap labels, first improvement first, until no swap of two lowers the distortion."""
    cost, improved = _cost(labels, matrix, usage, distances), True
    while improved:
        improved = False
        for i, j in combinations(range(len(labels)), 2):
            labels[[i, j]] = labels[[j, i]]
            swapped = _cost(labels, matrix, usage, distances)
            if swapped < cost * (1.0 - 1e-12):  # more than rounding
                cost, improved = swapped, True
            else:
                labels[[i, j]] = labels[[j, i]]
    return labels
