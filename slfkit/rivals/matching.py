"""Neurons and codewords of one transceiver in the order of another's: weight matching.

Swapping the neurons of a layer, with the weights that leave them, changes nothing of what a network
computes; so two networks may differ in nothing else, and still average to noise. Source: Ainsworth,
Hayase and Srinivasa, *Git Re-Basin: Merging Models modulo Permutation Symmetries*, ICLR 2023.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping

import torch

from slfkit.aligners.assignment import assign
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


def permuted(weights: Weights, orders: Orders) -> dict[str, torch.Tensor]:
    """Return a ``Transceiver``'s weights, neurons, latent axes and codewords reordered."""
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
    """
    found: Orders = {}
    axes = list(dict.fromkeys(axis for named in AXES.values() for axis in named[:1]))
    for sweep in range(SWEEPS):
        before = dict(found)
        for axis in axes:
            found[axis] = assign(-_similarity(own, like, found, axis, entering=sweep == 0))
        if before and all(torch.equal(before[axis], found[axis]) for axis in axes):
            break
    return found


def _similarity(
    own: Weights, like: Weights, found: Orders, axis: str, entering: bool
) -> torch.Tensor:
    """Return the inner products of each place of ``like`` with each of ``own``, (n, n)."""
    others = {name: order for name, order in found.items() if name != axis}
    total = torch.zeros(())
    for name, named in AXES.items():
        if axis in (named[:1] if entering else named):
            ours = _rows(_reordered(name, own[name], others), named.index(axis))  # (n, m)
            total = total + _rows(like[name], named.index(axis)) @ ours.t()
    return total


def _rows(tensor: torch.Tensor, dimension: int) -> torch.Tensor:
    """Return a tensor as float64 rows along one of its dimensions: (n, all else)."""
    return tensor.movedim(dimension, 0).reshape(tensor.shape[dimension], -1).double()


def matched(own: Transceiver, like: Transceiver) -> Transceiver:
    """Return a copy of a transceiver that computes the same, in the order of another one."""
    weights = own.state_dict()
    result = copy.deepcopy(own)
    result.load_state_dict(permuted(weights, orders(weights, like.state_dict())))
    return result
