"""Thousands of altered messages: each is refused in a sentence, or says what was sent."""

import torch
from hypothesis import given
from mutations import KINDS, PLACES, SEEDS, changed, many

from slfkit.errors import MessageError
from slfkit.exchange import opened, pack, seal, tensors, unpack
from slfkit.models import Transceiver
from slfkit.rng import generator

K = 4
SENDER = Transceiver(generator("attack"), K, 2)
WEIGHTS = tensors(SENDER, ("codebook", "decoder.conv3"))
PACKED = pack(WEIGHTS, K)
MESSAGE = seal(PACKED)


def read(message):
    """Return the weights in a message, or None where it is refused as it should be."""
    try:
        return unpack(opened(message), WEIGHTS, K)
    except MessageError as error:
        assert 10 < len(str(error)) < 300
        return None


def test_altered_on_its_way_it_is_never_taken_for_another(mutations):
    """Whatever changes without the digest is refused."""
    refused = []

    @many(mutations // PLACES)
    @given(KINDS, SEEDS)
    def attack(kinds, seed):
        for message in changed(MESSAGE, kinds, seed):
            assert (read(message) is None) == (message != MESSAGE)
            refused.append(message != MESSAGE)

    attack()
    assert len(refused) >= mutations and sum(refused) > 0.9 * len(refused)


def test_altered_before_it_was_sealed_it_is_refused_or_of_the_expected_form(mutations):
    """The parser behind the digest: names, shapes, types and finite values, or a sentence."""
    refused = []

    @many(mutations // PLACES)
    @given(KINDS, SEEDS)
    def attack(kinds, seed):
        for packed in changed(PACKED, kinds, seed):
            weights = read(seal(packed))
            refused.append(weights is None)
            for name, tensor in (weights or {}).items():
                assert (tensor.shape, tensor.dtype) == (WEIGHTS[name].shape, torch.float32)
                assert bool(tensor.isfinite().all()) and weights.keys() == WEIGHTS.keys()

    attack()
    assert 0.3 < sum(refused) / len(refused) < 1
