"""SLF from an aligned start at toy size: the last layer, its test before training, its price."""

from functools import partial

import pytest
import tiny
import torch
import toys

from slfkit.aligners.link import grids
from slfkit.aligners.message import payload_bytes
from slfkit.aligners.start import with_last_layer
from slfkit.models import Transceiver
from slfkit.records.pilots import StartSpec
from slfkit.rng import generator
from slfkit.runs.compute import compute
from slfkit.sizes import download_bytes

spec = partial(tiny.alignment, frozen=4, kind=StartSpec, pilots=6)


@pytest.fixture(scope="module")
def results(shared):
    return compute(spec(), shared).results


def test_a_last_layer_that_can_be_right_becomes_right():
    """David is Alice with another last layer: six pilots show which, and nothing else changes."""
    alice, david = Transceiver(toys.seeded()), Transceiver(toys.seeded())
    with torch.no_grad():
        last = david.encoder.conv3
        last.weight.copy_(torch.randn(last.weight.shape, generator=generator("w")))
        last.bias.copy_(torch.randn(last.bias.shape, generator=generator("b")))
    images = toys.pictures(16, "images")
    begun = with_last_layer(alice, images[:6], grids(david, images[:6]))
    unseen = grids(david, images[6:])
    assert (grids(begun, images[6:]) - unseen).square().mean() < 1e-3 * unseen.var()
    assert torch.equal(begun.encoder.conv2.weight, alice.encoder.conv2.weight)
    assert not torch.equal(begun.encoder.conv3.weight, alice.encoder.conv3.weight)


def test_its_download_is_that_of_slf_and_the_pilots(results):
    over = results["bytes_down"] - download_bytes(32, 16) - payload_bytes(6, "indices")
    assert 0 < over < 320 and results["bytes_up"] == 0 and len(results["start"]) == 2
