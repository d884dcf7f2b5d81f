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
from slfkit.exchange import FORMAT_VERSION, pack, tensors, unpack
from slfkit.models import Transceiver
from slfkit.records.spec import AlignmentSpec
from slfkit.records.store import Store
from slfkit.slf import download, tuned_parts

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


# --- round trips ---------------------------------------------------------------------------------


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
    assert set(tensors(model, ["decoder.conv1", "codebook"])) == {
        "decoder.conv1.weight", "decoder.conv1.bias", "codebook.weight",
    }  # fmt: skip
    assert tensors(model, []) == tensors(model, ["decoder.conv"]) == {}  # no part of that name
    for tensor in tensors(model, model.parts()).values():
        assert tensor.dtype == torch.float32 and tensor.device.type == "cpu"
        assert tensor.is_contiguous() and not tensor.requires_grad


def test_nothing_to_send_is_an_empty_message():
    assert pack({}, K) == b""
    assert unpack(b"", {}, K) == {}


def test_a_message_is_little_more_than_its_numbers():
    sent = weights()
    extra = len(pack(sent, K)) - 4 * sum(t.numel() for t in sent.values())
    assert 0 < extra < 300


# --- refusals ------------------------------------------------------------------------------------


def test_refuses_a_missing_tensor():
    sent = weights()
    del sent["bias"]
    refuse(pack(sent, K), "'bias' is missing")


def test_refuses_an_extra_tensor():
    refuse(pack(weights(more=torch.ones(1)), K), "'more' is unexpected")
    refuse(pack(weights(), K), "unexpected", expected={})


def test_refuses_nothing_where_something_is_expected():
    refuse(b"", "0 bytes are no slfkit message")


@pytest.mark.parametrize("shape", [(3,), (1,), (2, 1), (1, 2), ()])
def test_refuses_another_shape(shape):
    refuse(pack(weights(bias=torch.ones(shape)), K), r"'bias' is \(.*expected \(2,\)")


@pytest.mark.parametrize(
    "dtype", [torch.float64, torch.float16, torch.bfloat16, torch.int32, torch.bool, torch.uint16]
)
def test_refuses_another_type(dtype):
    refuse(pack(weights(bias=torch.ones(2, dtype=dtype)), K), f"{dtype}, expected .*float32")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_refuses_values_that_are_not_finite(value):
    sent = weights(bias=torch.tensor([0.0, value]))
    refuse(pack(sent, K), "'bias' holds values that are not finite")


def test_refuses_another_codebook_size():
    refuse(pack(weights(), K), f"codewords '{K}', expected '16'", codewords=16)


@pytest.mark.parametrize("version", ["0", "2", "1.0", None])
def test_refuses_a_foreign_version(version):
    header = {**HEADER, "version": version} if version else {"format": "slfkit"}
    refuse(save(weights(), metadata=header), f"version {version!r}, expected '{FORMAT_VERSION}'")


@pytest.mark.parametrize("metadata", [{**HEADER, "format": "pt"}, {"version": "1"}])
def test_refuses_a_foreign_format(metadata):
    refuse(save(weights(), metadata=metadata), "not packed by slfkit")


def test_refuses_safetensors_without_a_header_of_ours():
    refuse(save(weights()), "no slfkit message")


@pytest.mark.parametrize(
    "message",
    [
        b"\x00", b"\x00" * 8, b"\xff" * 64, b"garbage" * 100, b"{}", bytes(range(256)),
        crafted([]), crafted({}), crafted({"__metadata__": 3}), crafted(b"\xff\xfe"),
        crafted({"__metadata__": HEADER}), crafted({"__metadata__": HEADER, "bias": 1}),
    ],
)  # fmt: skip
def test_refuses_garbage(message):
    refuse(message, "message|missing")


def test_refuses_every_truncation_and_every_extension():
    message = pack(weights(), K)
    for length in range(len(message)):
        refuse(message[:length], "message")
    refuse(message + b"\x00", "damaged")


def test_refuses_every_flipped_bit_of_the_header():
    message = pack(weights(), K)
    (length,) = struct.unpack("<Q", message[:8])
    for bit in range(8 * (8 + length)):
        flipped = bytearray(message)
        flipped[bit // 8] ^= 1 << bit % 8
        refuse(bytes(flipped), ".")


def test_refuses_data_that_overlap_or_leave_the_message():
    entry = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
    for offsets in ([0, 16], [8, 16], [0, 4], [0, 2**63]):
        header = {"__metadata__": HEADER, "bias": {**entry, "data_offsets": offsets}}
        refuse(crafted(header, bytes(8)), "damaged", expected={"bias": torch.ones(2)})


class Explosive:
    """Would leave a trace if anything unpickled it."""

    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return Path.touch, (self.trace,)


def test_never_unpickles(tmp_path):
    trace = tmp_path / "trace"
    message = pickle.dumps(Explosive(trace))
    refuse(message, "no slfkit message")
    refuse(crafted({"__metadata__": HEADER}, message), "damaged")
    assert not trace.exists()
    pickle.loads(message)
    assert trace.exists()  # the charge was live


def test_what_torch_saves_is_refused(tmp_path):
    torch.save(weights(), tmp_path / "weights.pt")
    refuse((tmp_path / "weights.pt").read_bytes(), "no slfkit message")


@pytest.mark.parametrize(("dtype", "size"), [("F4", 1), ("F8_E8M0", 2)])
def test_refuses_a_type_torch_does_not_know(dtype, size):
    entry = {"dtype": dtype, "shape": [2], "data_offsets": [0, size]}
    message = crafted({"__metadata__": HEADER, "bias": entry}, bytes(size))
    refuse(message, f"of type '{dtype}'", expected={"bias": torch.ones(2)})


def test_refuses_a_header_nested_too_deeply():
    refuse(crafted(b"[" * 100_000), "no slfkit message")


@pytest.mark.parametrize("profile", ["smoke", "paper"])
def test_sizes_in_the_committed_records_are_those_of_messages_packed_today(profile):
    records = [one for one in Store(profile).records() if isinstance(one.spec, AlignmentSpec)]
    assert records
    for record in records:
        spec = record.spec
        network = Transceiver(seeded(0), spec.alice.codewords, spec.alice.dimension)
        tuned = tuned_parts(network, spec.frozen, spec.order)
        up = pack(tensors(network, tuned), spec.alice.codewords)
        assert record.results["bytes_up"] == len(up)
        assert record.results["bytes_down"] == len(download(network))
