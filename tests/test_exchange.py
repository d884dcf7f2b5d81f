"""What crosses the air: round trips, and everything a receiver must refuse."""

import json
import math
import pickle
import struct
from pathlib import Path

import pytest
import torch
from safetensors.torch import save
from toys import seeded

from slfkit.errors import MessageError
from slfkit.exchange import opened, pack, seal, tensors, unpack
from slfkit.models import Transceiver
from slfkit.sizes import FORMAT_VERSION

K = 8
HEADER = {"format": "slfkit", "version": FORMAT_VERSION, "codewords": str(K)}


def weights(**changed):
    """Return what the receiver expects, or with changed tensors what a wrong sender sends."""
    return {"codebook.weight": torch.arange(6.0).view(2, 3), "bias": torch.ones(2), **changed}


def refuse(message, words, expected=None, codewords=K):
    with pytest.raises(MessageError, match=words):
        unpack(message, weights() if expected is None else expected, codewords)


def crafted(header, data=b""):
    """Return a message with any header, JSON-ready or raw bytes."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def test_round_trip_is_bit_for_bit():
    sent = weights(bias=torch.tensor([1e-45, -0.0]))  # a denormal and a signed zero
    got = unpack(pack(sent, K), weights(), K)
    assert got.keys() == sent.keys()
    for name in sent:
        assert torch.equal(got[name].view(torch.int32), sent[name].view(torch.int32))


def test_round_trip_of_a_transceiver():
    sender, receiver = Transceiver(seeded(1)), Transceiver(seeded(2))
    names = ("encoder", *sender.parts())
    sent = tensors(sender, names)
    assert sent.keys() == sender.state_dict().keys()
    receiver.load_state_dict(unpack(pack(sent, 32), tensors(receiver, names), 32))
    assert all(torch.equal(receiver.state_dict()[name], t) for name, t in sent.items())


def test_the_same_weights_make_the_same_bytes():
    """Records name weights by the sha256 of these bytes: the same seed must give the same."""
    messages = {pack(weights(), K) for _ in range(50)}  # all alike by chance: 6^-49
    assert len(messages) == 1


def test_tensors_of_parts_by_full_name():
    model = Transceiver(seeded())
    names = {"decoder.conv1.weight", "decoder.conv1.bias", "codebook.weight"}
    assert set(tensors(model, ["decoder.conv1", "codebook"])) == names
    assert tensors(model, []) == tensors(model, ["decoder.conv"]) == {}  # no part of that name
    for tensor in tensors(model, model.parts()).values():
        assert tensor.dtype == torch.float32 and tensor.device.type == "cpu"
        assert tensor.is_contiguous() and not tensor.requires_grad


def test_a_message_is_little_more_than_its_numbers_and_empty_for_none():
    sent = weights()
    extra = len(pack(sent, K)) - 4 * sum(t.numel() for t in sent.values())
    assert 0 < extra < 300
    assert pack({}, K) == b"" and unpack(b"", {}, K) == {}


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"codebook.weight": weights()["codebook.weight"]}, "'bias' is missing"),
        (weights(more=torch.ones(1)), "'more' is unexpected"),
        ({}, "0 bytes are not an slfkit message"),
        *(
            (weights(bias=torch.ones(shape)), r"'bias' is \(.*expected \(2,\)")
            for shape in ((3,), (1,), (2, 1), (1, 2), ())
        ),
        *(
            (weights(bias=torch.ones(2).to(getattr(torch, name))), f"{name}, expected .*float32")
            for name in ("float64", "float16", "bfloat16", "int32", "bool", "uint16")
        ),
        *(
            (weights(bias=torch.tensor([0.0, value])), "'bias' holds values that are not finite")
            for value in (math.nan, math.inf, -math.inf)
        ),
    ],
)
def test_refuses_other_tensors_shapes_types_and_values(sent, words):
    refuse(pack(sent, K), words)


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ({**HEADER, "version": "0"}, f"version '0', expected '{FORMAT_VERSION}'"),
        ({**HEADER, "version": "1.0"}, f"version '1.0', expected '{FORMAT_VERSION}'"),
        ({"format": "slfkit"}, f"version None, expected '{FORMAT_VERSION}'"),
        ({**HEADER, "format": "pt"}, "not packed by slfkit"),
        ({"version": "1"}, "not packed by slfkit"),
        (None, "not an slfkit message"),
    ],
)
def test_refuses_a_foreign_version_or_format(metadata, words):
    refuse(save(weights(), metadata=metadata), words)


def test_refuses_another_codebook_size_and_tensors_where_none_are_expected():
    refuse(pack(weights(), K), f"codewords '{K}', expected '16'", codewords=16)
    refuse(pack(weights(), K), "unexpected", expected={})


@pytest.mark.parametrize(
    "message",
    [
        *(b"\x00", b"\x00" * 8, b"\xff" * 64, b"garbage" * 100, b"{}", bytes(range(256))),
        *map(crafted, ([], {}, {"__metadata__": 3}, b"\xff\xfe", b"[" * 100_000)),
        *map(crafted, ({"__metadata__": HEADER}, {"__metadata__": HEADER, "bias": 1})),
    ],
)
def test_refuses_garbage(message):
    refuse(message, "message|missing")


def flipped(message, size):
    """Yield the message with each bit of its first bytes flipped, one at a time."""
    for bit in range(8 * size):
        other = bytearray(message)
        other[bit // 8] ^= 1 << bit % 8
        yield bytes(other)


def test_refuses_every_truncation_every_extension_and_every_flipped_bit_of_the_header():
    message = pack(weights(), K)
    for length in range(len(message)):
        refuse(message[:length], "message")
    refuse(message + b"\x00", "damaged")
    (length,) = struct.unpack("<Q", message[:8])
    for other in flipped(message, 8 + length):
        refuse(other, ".")


@pytest.mark.parametrize(
    ("dtype", "offsets", "size", "words"),
    [
        *(("F32", offsets, 8, "damaged") for offsets in ([0, 16], [8, 16], [0, 4], [0, 2**63])),
        ("F4", [0, 1], 1, "of type 'F4'"),
        ("F8_E8M0", [0, 2], 2, "of type 'F8_E8M0'"),
    ],
)
def test_refuses_data_that_leave_the_message_and_types_torch_does_not_know(
    dtype, offsets, size, words
):
    entry = {"dtype": dtype, "shape": [2], "data_offsets": offsets}
    message = crafted({"__metadata__": HEADER, "bias": entry}, bytes(size))
    refuse(message, words, expected={"bias": torch.ones(2)})


class Explosive:
    """Would leave a trace if anything unpickled it."""

    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return Path.touch, (self.trace,)


def test_never_unpickles(tmp_path):
    trace = tmp_path / "trace"
    message = pickle.dumps(Explosive(trace))
    refuse(message, "not an slfkit message")
    refuse(crafted({"__metadata__": HEADER}, message), "damaged")
    assert not trace.exists()
    pickle.loads(message)
    assert trace.exists()  # the charge was live
    torch.save(weights(), trace)
    refuse(trace.read_bytes(), "not an slfkit message")


def test_a_sealed_message_opens_again_and_a_flipped_bit_does_not():
    packed = pack(weights(), K)
    message = seal(packed)
    assert opened(message) == packed and len(message) == len(packed) + 32
    assert seal(b"") == opened(b"") == b""
    for other in flipped(message, len(message)):
        with pytest.raises(MessageError, match=f"digest of a message of {len(message)} bytes"):
            opened(other)
    for length in range(1, len(message)):
        with pytest.raises(MessageError, match="send it again"):
            opened(message[:length])


def test_bounds_come_before_parsing():
    """A header of 90 MB cost 2 GB; a version of 20 MB was printed whole."""
    header = b"[" + b"{}," * 30_000_000 + b"{}]"
    refuse(crafted(header), "at most")
    refuse(pack(weights(more=torch.ones(2**20)), K), "at most 1048640 bytes")
    with pytest.raises(MessageError) as error:
        unpack(save(weights(), metadata={**HEADER, "version": "1" * 60_000}), weights(), K)
    assert len(str(error.value)) < 200
