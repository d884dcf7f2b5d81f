"""David's message of pilots: it carries what it says, in as many bytes as the formula says."""

from functools import partial

import pytest
import torch
import toys

from slfkit.aligners.link import grids
from slfkit.aligners.message import (
    PAYLOADS,
    pack_indices,
    payload_bytes,
    pilot_message,
    read_pilots,
    unpack_indices,
)
from slfkit.errors import MessageError, ParameterError
from slfkit.models import Transceiver
from slfkit.rng import generator

HEADER = 320  # bytes, at most: names, shapes and version of two tensors


@pytest.fixture(scope="module")
def david():
    return Transceiver(toys.seeded())


pilots = partial(toys.pictures, name="pilots")


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("count", [0, 1, 7])
def test_a_message_is_as_long_as_the_formula_says_but_for_its_header(david, payload, count):
    over = len(pilot_message(david, pilots(count), payload)) - payload_bytes(count, payload)
    assert 0 < over <= HEADER


def test_sizes_and_bits_lie_as_the_paper_says(david):
    # A codebook of 2,048 bytes, and 16,384, 8,192 or 160 for each pilot.
    each = [payload_bytes(3, payload) - payload_bytes(2, payload) for payload in PAYLOADS]
    assert each == [16_384, 8_192, 160] and payload_bytes(0, "float32") == 2_048
    # 1 and 2 of 32: 10000 01000, the lowest bit first, are bits 0 and 6.
    assert pack_indices(torch.tensor([1, 2]), 32).tolist() == [1 + 64, 0]
    targets = read_pilots(pilot_message(david, pilots(0), "indices"), david, 0, "indices")
    assert targets.codebook.shape == (32, 16)
    assert targets.latents.shape == (0, 16, 16, 16) and targets.indices.shape == (0, 16, 16)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_alice_reads_what_david_encoded(david, payload):
    images = pilots(5)
    targets = read_pilots(pilot_message(david, images, payload), david, 5, payload)
    latents = grids(david, images)
    nearest = david.codebook.nearest(latents.reshape(-1, 16)).view(5, 16, 16)
    assert torch.equal(targets.codebook, david.codebook.weight)
    if payload == "indices":
        assert torch.equal(targets.indices, nearest)
        assert torch.equal(targets.latents, david.codebook(nearest))
    else:
        step = {"float32": 0.0, "float16": 2.0**-10}[payload]
        assert torch.allclose(targets.latents, latents, rtol=step, atol=step * 1e-2)
        assert (targets.indices == nearest).float().mean() > 0.99


@pytest.mark.parametrize(("codewords", "size"), [(2, 5), (32, 25), (33, 30), (512, 45)])
def test_packed_indices_come_back(codewords, size):
    """40 indices of 1, 5, 6 and 9 bits."""
    indices = torch.randint(codewords, (40,), generator=generator("indices"))
    packed = pack_indices(indices, codewords)
    assert packed.dtype == torch.uint8 and len(packed) == size
    assert torch.equal(unpack_indices(packed, codewords, 40), indices)


def test_a_message_of_another_form_is_refused(david):
    message = pilot_message(david, pilots(2), "float16")
    with pytest.raises(MessageError, match="expected"):
        read_pilots(message, david, 2, "float32")
    with pytest.raises(MessageError, match="expected"):
        read_pilots(message, david, 3, "float16")
    with pytest.raises(ParameterError, match="payload 'int8' is unknown: choose float32"):
        pilot_message(david, pilots(2), "int8")
