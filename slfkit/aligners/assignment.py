"""The assignment problem: which row goes with which column, at the least cost in all."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from slfkit.errors import ParameterError


def assign(cost: torch.Tensor) -> torch.Tensor:
    """Return the column of each row in the one-to-one assignment of least total cost.

    The Hungarian method with potentials (Kuhn 1955, Munkres 1957): each row joins along a shortest
    augmenting path, in O(K^3) steps.

    Args:
        cost: finite, (K, K).

    Returns:
        int64 (K,), a permutation.

    Raises:
        ParameterError: the costs are not square or not finite.
    """
    if cost.dim() != 2 or len(cost) != cost.shape[1] or not bool(torch.isfinite(cost).all()):
        raise ParameterError(
            f"costs {tuple(cost.shape)} cannot be assigned: expected a square of finite numbers"
        )
    rows, size = cost.double().tolist(), len(cost)
    potentials = [0.0] * size, [0.0] * size
    owner = [-1] * size  # of each column
    for row in range(size):
        _join(row, rows, *potentials, owner)
    columns = torch.empty(size, dtype=torch.int64)
    columns[torch.tensor(owner, dtype=torch.int64)] = torch.arange(size)
    return columns.to(cost.device)


def _join(
    row: int,
    cost: Sequence[Sequence[float]],
    of_rows: list[float],
    of_columns: list[float],
    owner: list[int],
) -> None:
    """Assign one more row, in place, along the path to a free column with the least reduced cost.

    No reduced cost, that is cost - potential of the row - potential of the column, is below zero.
    """
    size = len(cost)
    shortest, previous = [math.inf] * size, [-1] * size  # previous column on the path; -1: none
    done: list[int] = []
    column, current, length = -1, row, 0.0
    while current >= 0:
        for other in set(range(size)).difference(done):
            reach = length + cost[current][other] - of_rows[current] - of_columns[other]
            if reach < shortest[other]:
                shortest[other], previous[other] = reach, column
        column = min(set(range(size)).difference(done), key=shortest.__getitem__)
        length, current = shortest[column], owner[column]
        done.append(column)
    of_rows[row] += length
    for other in done[:-1]:
        of_rows[owner[other]] += length - shortest[other]
        of_columns[other] -= length - shortest[other]
    while column >= 0:
        owner[column] = owner[previous[column]] if previous[column] >= 0 else row
        column = previous[column]
