"""Neurons and codewords of one transceiver in the order of another's: weight matching.

Swapping the neurons of a layer, with the weights that leave them, changes nothing of what a network
computes; so two networks may differ in nothing else, and still average to noise. Source: Ainsworth,
Hayase and Srinivasa, *Git Re-Basin: Merging Models modulo Permutation Symmetries*, ICLR 2023.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping

import numpy as np
import torch

from slfkit.models import Transceiver

Weights = Mapping[str, torch.Tensor]
Orders = dict[str, torch.Tensor]  # axis -> new place -> old place

SWEEPS = 20  # over all axes, at most; a handful is enough
#: The axis that each leading dimension of a tensor runs along; others are fixed by the images.
AXES = {
    "encoder.conv1.weight": ("encoder 1",),
    "encoder.conv1.bias": ("encoder 1",),
    "encoder.conv2.weight": ("encoder 2", "encoder 1"),
    "encoder.conv2.bias": ("encoder 2",),
    "encoder.conv3.weight": ("latent", "encoder 2"),
    "encoder.conv3.bias": ("latent",),
    "codebook.weight": ("codeword", "latent"),
    "decoder.conv1.weight": ("decoder 1", "latent"),
    "decoder.conv1.bias": ("decoder 1",),
    "decoder.conv2.weight": ("decoder 2", "decoder 1"),
    "decoder.conv2.bias": ("decoder 2",),
    "decoder.up.weight": ("decoder 2",),  # transposed: its inputs come first
    "decoder.up.bias": (),
}


def assign(gain: np.ndarray) -> np.ndarray:
    """Return for each row a column of its own, so that the sum of the gains is largest.

    The Hungarian method by shortest augmenting paths (Jonker and Volgenant, 1987), O(n^3).

    Args:
        gain: float (n, n).

    Returns:
        int (n,), a permutation.
    """
    size = len(gain)
    rows, columns = np.zeros(size + 1), np.zeros(size + 1)  # potentials; column 0 is the start
    owner = np.zeros(size + 1, int)  # the row of each column, from 1; 0: none yet
    for row in range(1, size + 1):
        owner[0], column = row, 0
        least, came = np.full(size + 1, np.inf), np.zeros(size + 1, int)
        done = np.zeros(size + 1, bool)
        while owner[column]:
            done[column] = True
            here = owner[column]
            reduced = np.append(np.inf, -gain[here - 1]) - rows[here] - columns
            nearer = ~done & (reduced < least)
            least[nearer], came[nearer] = reduced[nearer], column
            following = int(np.where(done, np.inf, least).argmin())
            step = least[following]
            rows[owner[done]] += step
            columns[done] -= step
            least[~done] -= step
            column = following
        while column:
            owner[column] = owner[came[column]]
            column = came[column]
    return owner[1:].argsort()


def permuted(weights: Weights, orders: Orders) -> dict[str, torch.Tensor]:
    """Return the same network with its neurons, latent axes and codewords in another order.

    Args:
        weights: of a ``Transceiver``, by full name.
        orders: for some axes of ``AXES``, which old place each new one takes.
    """
    return {name: _reordered(name, tensor, orders) for name, tensor in weights.items()}


def _reordered(name: str, tensor: torch.Tensor, orders: Orders) -> torch.Tensor:
    for dimension, axis in enumerate(AXES[name]):
        if axis in orders:
            tensor = tensor.index_select(dimension, orders[axis])
    return tensor


def orders(own: Weights, like: Weights) -> Orders:
    """Return the order of each axis that brings a network nearest to another, layer by layer.

    A first sweep goes from the images to the latent vectors and on, by the weights that enter each
    axis; further ones go by all weights of an axis, until nothing changes.

    Args:
        own, like: weights of two transceivers of one size, by full name.
    """
    found: Orders = {}
    axes = list(dict.fromkeys(axis for named in AXES.values() for axis in named[:1]))
    for sweep in range(SWEEPS):
        before = dict(found)
        for axis in axes:
            gain = _similarity(own, like, found, axis, entering=sweep == 0)
            found[axis] = torch.from_numpy(assign(gain)).to(own["codebook.weight"].device)
        if before and all(torch.equal(before[axis], found[axis]) for axis in axes):
            break
    return found


def _similarity(
    own: Weights, like: Weights, found: Orders, axis: str, entering: bool
) -> np.ndarray:
    """Return the inner products of each place of ``like`` with each of ``own``, (n, n)."""
    others = {name: order for name, order in found.items() if name != axis}
    total = 0.0
    for name, named in AXES.items():
        if axis in (named[:1] if entering else named):
            ours = _rows(_reordered(name, own[name], others), named.index(axis))  # (n, m)
            total = total + _rows(like[name], named.index(axis)) @ ours.t()
    return total.cpu().numpy()


def _rows(tensor: torch.Tensor, dimension: int) -> torch.Tensor:
    """Return a tensor as float64 rows along one of its dimensions: (n, all else)."""
    return tensor.movedim(dimension, 0).reshape(tensor.shape[dimension], -1).double()


def matched(own: Transceiver, like: Transceiver) -> Transceiver:
    """Return a copy of a transceiver that computes the same, in the order of another one."""
    weights = own.state_dict()
    result = copy.deepcopy(own)
    result.load_state_dict(permuted(weights, orders(weights, like.state_dict())))
    return result
