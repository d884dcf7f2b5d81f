"""Sizes without torch: equal to those of messages that are packed."""

import pytest
from toys import seeded

from slfkit import sizes
from slfkit.exchange import pack, seal, tensors
from slfkit.models import Transceiver
from slfkit.slf import download, tuned_parts

EACH = pytest.mark.parametrize(("codewords", "dimension"), [(32, 16), (64, 8), (2, 1), (1000, 16)])


@EACH
def test_shapes_are_those_of_a_transceiver(codewords, dimension):
    network = Transceiver(seeded(), codewords, dimension)
    parts = sizes.shapes(codewords, dimension)
    known = {name: shape for part in parts.values() for name, shape in part.items()}
    assert known == {name: tuple(t.shape) for name, t in network.state_dict().items()}
    assert [name for name in parts if name != "encoder"] == list(network.parts())


@EACH
@pytest.mark.parametrize("order", ["last", "first"])
def test_sizes_are_those_of_messages(codewords, dimension, order):
    network = Transceiver(seeded(), codewords, dimension)
    assert sizes.download_bytes(codewords, dimension) == len(download(network))
    for f in range(5):
        sent = seal(pack(tensors(network, tuned_parts(network, f, order)), codewords))
        assert sizes.upload_bytes(codewords, dimension, f, order) == len(sent)


def test_a_sender_and_a_transceiver_are_one_message_each_and_an_encoder_is_plain_weights():
    network = Transceiver(seeded(), 32, 16)
    assert sizes.encoder_bytes(32, 16) == 4 * sum(p.numel() for p in network.encoder.parameters())
    sender = seal(pack(tensors(network, ("encoder", "codebook")), 32))
    assert sizes.sender_bytes(32, 16) == len(sender)
    sent = seal(pack(tensors(network, ("encoder", "codebook", "decoder")), 32))
    assert sizes.transceiver_bytes(32, 16) == len(sent)


@pytest.mark.parametrize(
    ("indices", "codewords", "count"), [(256, 32, 160), (256, 33, 192), (3, 2, 1)]
)
def test_indices_are_whole_bits(indices, codewords, count):
    assert sizes.index_bytes(indices, codewords) == count


def test_an_image_over_the_air():
    """160 B of indices and 16,384 B of gradient; 2 KiB of codebook each way in a step."""
    assert sizes.over_the_air_bytes(1, 0, 32, 16) == 160 + 16_384 + 2_048
    assert sizes.over_the_air_bytes(0, 1, 32, 16) == 3 * 2_048
    assert sizes.over_the_air_bytes(1, 0, 32, 16, gradient=1) == 160 + 4_096 + 4 + 2_048
