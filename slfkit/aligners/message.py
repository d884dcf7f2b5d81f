"""What David sends for an aligner: his codebook, and of each pilot his latents or his indices.

Pilots are images that both users hold, named by number, so they cost nothing themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from slfkit.errors import ParameterError
from slfkit.exchange import opened, pack, seal, unpack
from slfkit.models import GRID, Transceiver

LATENTS = {"float32": torch.float32, "float16": torch.float16}
PAYLOADS = (*LATENTS, "indices")


@dataclass(frozen=True)
class Targets:
    """David's side of the pilots, as Alice reads it from his message.

    Attributes:
        codebook: his codewords, float (K, D).
        latents: of the pilots, float (n, 16, 16, D); where he sends indices, their codewords.
        indices: of the nearest codewords, int64 (n, 16, 16).
    """

    codebook: torch.Tensor
    latents: torch.Tensor
    indices: torch.Tensor


def pilot_message(david: Transceiver, images: torch.Tensor, payload: str) -> bytes:
    """Return David's message about pilots; its length is the whole download of an aligner.

    Args:
        david: the receiver, whose network stays as it is.
        images: of the pilots, float (n, 3, 32, 32) in [-1, 1]; none: his codebook alone.
        payload: "float32" or "float16" latents, or "indices" of log2 K bits each.

    Raises:
        ParameterError: another payload.
    """
    known(payload)
    codebook = david.codebook.weight.detach().cpu()
    message = {"codebook.weight": codebook.contiguous()}
    if len(images):
        with torch.no_grad():
            rows = david.encode(images)  # (n * 256, D)
        if payload == "indices":
            message["pilots"] = pack_indices(david.codebook.nearest(rows).cpu(), len(codebook))
        else:
            message["pilots"] = rows.cpu().to(LATENTS[payload])
    return seal(pack(message, len(codebook)))


def read_pilots(message: bytes, alice: Transceiver, count: int, payload: str) -> Targets:
    """Return what a message of ``pilot_message`` says of so many pilots.

    Args:
        alice: the sender, whose codebook has as many and as long codewords as David's.

    Raises:
        ParameterError: another payload.
        MessageError: the message is damaged or not of this form.
    """
    known(payload)
    book = torch.empty_like(alice.codebook.weight, device="cpu")
    size, dimension = book.shape
    expected = {"codebook.weight": book}
    if count:
        vectors, bits = count * GRID * GRID, bits_of(size)
        if payload == "indices":
            expected["pilots"] = torch.empty(-(-vectors * bits // 8), dtype=torch.uint8)
        else:
            expected["pilots"] = torch.empty(vectors, dimension, dtype=LATENTS[payload])
    weights = unpack(opened(message), expected, size)
    codebook = weights["codebook.weight"]
    rows = weights.get("pilots", codebook[:0])
    shape = (count, GRID, GRID)
    if count and payload == "indices":
        indices = unpack_indices(rows, size, vectors)
        return Targets(codebook, codebook[indices].view(*shape, dimension), indices.view(shape))
    latents = rows.float()
    nearest = torch.cdist(latents, codebook).argmin(1)
    return Targets(codebook, latents.view(*shape, dimension), nearest.view(shape))


def payload_bytes(count: int, payload: str, codewords: int = 32, dimension: int = 16) -> int:
    """Return the bytes of a message without header and digest: the codebook and so many pilots.

    Raises:
        ParameterError: another payload.
    """
    known(payload)
    vectors = count * GRID * GRID
    bits = {"float32": 32 * dimension, "float16": 16 * dimension, "indices": bits_of(codewords)}
    return 4 * codewords * dimension + -(-vectors * bits[payload] // 8)


def bits_of(codewords: int) -> int:
    """Return how many bits name one of K codewords: log2 K, rounded up."""
    return (codewords - 1).bit_length()


def pack_indices(indices: torch.Tensor, codewords: int) -> torch.Tensor:
    """Return indices (N,) as uint8, ``bits_of`` bits each, the lowest bit first, zeros at the end.

    256 indices of 32 codewords take 160 bytes.
    """
    bits = indices[:, None] >> torch.arange(bits_of(codewords)) & 1  # (N, bits)
    flat = torch.nn.functional.pad(bits.flatten(), (0, -bits.numel() % 8)).view(-1, 8)
    return (flat << torch.arange(8)).sum(1).to(torch.uint8)


def unpack_indices(packed: torch.Tensor, codewords: int, count: int) -> torch.Tensor:
    """Return so many indices, int64 (count,), from ``pack_indices``."""
    width = bits_of(codewords)
    bits = packed.long()[:, None] >> torch.arange(8) & 1  # (bytes, 8)
    rows = bits.flatten()[: count * width].view(count, width)
    return (rows << torch.arange(width)).sum(1)


def known(payload: str) -> None:
    """Check the name of a payload.

    Raises:
        ParameterError: it is unknown.
    """
    if payload not in PAYLOADS:
        raise ParameterError(f"payload {payload!r} is unknown: choose {', '.join(PAYLOADS)}")
