"""A permuted copy of a network computes the same, and is matched back exactly."""

import pytest
import torch
from toys import make_images, seeded

from slfkit.channel import SymmetricDMC
from slfkit.images import normalise
from slfkit.models import Transceiver
from slfkit.rivals import matching


def shuffled(weights, seed, left_out=()):
    """Return the weights in a random order of every axis, and these orders."""
    draw, orders = seeded(seed), {}
    for name, axes in matching.AXES.items():
        for dimension, axis in enumerate(axes):
            if axis not in {*orders, *left_out}:
                orders[axis] = torch.randperm(weights[name].shape[dimension], generator=draw)
    return matching.permuted(weights, orders), orders


def copy_of(network, seed):
    copy = Transceiver(seeded())
    copy.load_state_dict(shuffled(network.state_dict(), seed)[0])
    return copy


def check_same_function(one, other):
    """Without noise: the channel swaps codewords by their number, which a copy has changed."""
    images, air = normalise(make_images(4).pixels), SymmetricDMC(0.0, 32)
    with torch.no_grad():
        seen, same = (network(images, air, seeded()).image for network in (one, other))
    torch.testing.assert_close(same, seen, rtol=0, atol=1e-5)  # sums run in another order


def test_every_tensor_of_a_transceiver_has_its_axes():
    shapes = {name: tensor.shape for name, tensor in Transceiver(seeded()).state_dict().items()}
    assert matching.AXES.keys() == shapes.keys()
    lengths = {}
    for name, axes in matching.AXES.items():
        for axis, length in zip(axes, shapes[name], strict=False):
            assert lengths.setdefault(axis, length) == length


@pytest.mark.parametrize("seed", range(3))
def test_a_permuted_copy_computes_the_same_and_is_matched_back_exactly(seed):
    network = Transceiver(seeded(seed))
    copy = copy_of(network, seed)
    assert not torch.equal(copy.encoder.conv2.weight, network.encoder.conv2.weight)
    check_same_function(network, copy)
    back = matching.matched(copy, network).state_dict()
    assert all(torch.equal(back[name], tensor) for name, tensor in network.state_dict().items())


def test_matching_brings_networks_of_different_seeds_nearer_and_changes_no_function():
    own, like = Transceiver(seeded(1)), Transceiver(seeded(2))
    near = matching.matched(own, like)

    def distance(one):
        return sum(
            float((a - b).square().sum())
            for a, b in zip(one.state_dict().values(), like.state_dict().values(), strict=True)
        )

    assert distance(near) < 0.9 * distance(own)
    check_same_function(own, near)


def test_a_network_is_matched_to_itself_as_it_is():
    network = Transceiver(seeded())
    found = matching.orders(network.state_dict(), network.state_dict())
    assert all(order.tolist() == list(range(len(order))) for order in found.values())
