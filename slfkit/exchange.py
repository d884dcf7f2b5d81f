"""What crosses the air in steps 1 and 3: weights as safetensors bytes, checked on arrival.

A message is what ``pack`` writes, sealed by its sha256; stored weights have their digest in their
record instead.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable, Mapping

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from slfkit.errors import MessageError, brief
from slfkit.models import Transceiver
from slfkit.sizes import DIGEST_BYTES, FORMAT_VERSION

_MOST_HEADER = 2**16  # bytes; one of a transceiver takes about 1,000
_MOST_SPARE = 2**20  # bytes of a message beyond what is expected, so that an error can name them


def tensors(transceiver: Transceiver, parts: Iterable[str]) -> dict[str, torch.Tensor]:
    """Return the weights of the named parts, by full name, as float32 on the CPU.

    Args:
        transceiver: whose weights.
        parts: names from ``Transceiver.parts()``, or ``encoder``.
    """
    chosen = tuple(f"{part}." for part in parts)
    return {
        name: tensor.detach().cpu().contiguous()
        for name, tensor in transceiver.state_dict().items()
        if name.startswith(chosen)
    }


def pack(weights: Mapping[str, torch.Tensor], codewords: int) -> bytes:
    """Return these weights as bytes; no weights make none.

    Args:
        weights: float32 tensors on the CPU, by full name.
        codewords: K of the codebook, which the receiver checks.
    """
    if not weights:
        return b""
    header = {"format": "slfkit", "version": FORMAT_VERSION, "codewords": str(codewords)}
    return _sorted_header(save(dict(weights), metadata=header))


def _sorted_header(message: bytes) -> bytes:
    """Return the message with its header in sorted order.

    safetensors writes the metadata in a random order; equal weights should make equal bytes.
    """
    (length,) = struct.unpack("<Q", message[:8])
    header = json.loads(message[8 : 8 + length])
    text = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
    return message[:8] + text.ljust(length) + message[8 + length :]


def seal(packed: bytes) -> bytes:
    """Return a message: packed weights and their sha256; nothing makes an empty message.

    Its length in bytes is what the recovery time of Table I counts as download or upload.
    """
    return packed + hashlib.sha256(packed).digest() if packed else b""


def opened(message: bytes) -> bytes:
    """Return the packed weights in a message.

    Raises:
        MessageError: the message is not as it was sealed.
    """
    packed, digest = message[:-DIGEST_BYTES], message[-DIGEST_BYTES:]
    if message and hashlib.sha256(packed).digest() != digest:
        raise MessageError(
            f"the digest of a message of {len(message)} bytes is wrong: it was altered or cut on "
            "its way; send it again"
        )
    return packed


def unpack(
    message: bytes, expected: Mapping[str, torch.Tensor], codewords: int
) -> dict[str, torch.Tensor]:
    """Return the weights in a message, after checking that they are just the expected ones.

    Args:
        message: what ``pack`` returned.
        expected: tensors with the names, shapes and types the receiver can use.
        codewords: the receiver's codebook size K.

    Raises:
        MessageError: the message is damaged or of a foreign version, or names, shapes, types or
            the codebook size differ, or a value is not finite.
    """
    if not message and not expected:
        return {}
    _bound(message, expected)
    header = _header(message)
    for name, wanted in (("version", FORMAT_VERSION), ("codewords", str(codewords))):
        if header.get(name) != wanted:
            raise MessageError(f"message of {name} {brief(header.get(name))}, expected {wanted!r}")
    try:
        weights = load(message)
    except KeyError as error:
        raise MessageError(f"a tensor is of type {error}, which torch does not know") from error
    except SafetensorError as error:
        raise MessageError(
            f"message of {len(message)} bytes is damaged: {brief(error, 120)}"
        ) from error
    _compare(weights, expected)
    return weights


def _bound(message: bytes, expected: Mapping[str, torch.Tensor]) -> None:
    """Raise MessageError for a message or header that is too long to be worth parsing."""
    most = _MOST_SPARE + sum(8 * tensor.numel() for tensor in expected.values())
    header = min(int.from_bytes(message[:8], "little"), len(message))
    if len(message) > most or header > _MOST_HEADER:
        raise MessageError(
            f"message of {len(message)} bytes with a header of {header}: at most {most} bytes "
            f"with a header of {_MOST_HEADER} are expected"
        )


def _header(message: bytes) -> dict[str, str]:
    """Return a message's metadata; safetensors itself reads them from files only."""
    try:
        (length,) = struct.unpack("<Q", message[:8])
        metadata = json.loads(message[8 : 8 + length])["__metadata__"]
    except (struct.error, ValueError, KeyError, TypeError, RecursionError) as error:
        raise MessageError(
            f"{len(message)} bytes are not an slfkit message: ask the sender to pack it again"
        ) from error
    if not isinstance(metadata, dict) or metadata.get("format") != "slfkit":
        raise MessageError("the message was not packed by slfkit: no such format in its header")
    return metadata


def _compare(got: Mapping[str, torch.Tensor], expected: Mapping[str, torch.Tensor]) -> None:
    """Raise MessageError at the first difference in name, shape or type, or non-finite value."""
    if odd := sorted(got.keys() ^ expected.keys()):
        side = "missing" if odd[0] in expected else "unexpected"
        raise MessageError(f"tensor {brief(odd[0])} is {side} in the message")
    for name, tensor in got.items():
        wanted = expected[name]
        if tensor.shape != wanted.shape or tensor.dtype != wanted.dtype:
            raise MessageError(
                f"tensor {name!r} is {tuple(tensor.shape)} {tensor.dtype}, "
                f"expected {tuple(wanted.shape)} {wanted.dtype}"
            )
        if not bool(torch.isfinite(tensor).all()):
            raise MessageError(f"tensor {name!r} holds values that are not finite")
