"""Sizes without torch: equal to those of messages that are packed."""

import pytest
from toys import seeded

from slfkit import sizes
from slfkit.exchange import pack, seal, tensors
from slfkit.models import Transceiver
from slfkit.slf import download, tuned_parts

SHAPES = [(32, 16), (64, 8), (2, 1), (1000, 16)]


@pytest.mark.parametrize(("codewords", "dimension"), SHAPES)
def test_shapes_are_those_of_a_transceiver(codewords, dimension):
    network = Transceiver(seeded(), codewords, dimension)
    parts = sizes.shapes(codewords, dimension)
    known = {name: shape for part in parts.values() for name, shape in part.items()}
    assert known == {name: tuple(t.shape) for name, t in network.state_dict().items()}
    assert [name for name in parts if name != "encoder"] == list(network.parts())


@pytest.mark.parametrize(("codewords", "dimension"), SHAPES)
@pytest.mark.parametrize("order", ["last", "first"])
def test_sizes_are_those_of_messages(codewords, dimension, order):
    network = Transceiver(seeded(), codewords, dimension)
    assert sizes.download_bytes(codewords, dimension) == len(download(network))
    for f in range(5):
        sent = seal(pack(tensors(network, tuned_parts(network, f, order)), codewords))
        assert sizes.upload_bytes(codewords, dimension, f, order) == len(sent)


def test_the_encoders_weights_count_without_a_header():
    encoder = Transceiver(seeded(), 32, 16).encoder
    assert sizes.encoder_bytes(32, 16) == 4 * sum(p.numel() for p in encoder.parameters())
