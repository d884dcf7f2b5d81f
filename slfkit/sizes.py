"""How many bytes the messages of steps 1 and 3 have: from shapes alone, without torch."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

FORMAT_VERSION = "1"
FLOAT_BYTES = 4
POSITIONS = 256  # indices of an image, a 16 x 16 grid
DIGEST_BYTES = 32  # of the sha256 that ends a message
Shape = tuple[int, ...]


def shapes(codewords: int, dimension: int) -> dict[str, dict[str, Shape]]:
    """Return the shapes of a transceiver's weights, by part and by full name.

    The parts of David come first, in the order in which f freezes them (Section III-B).

    Args:
        codewords, dimension: K and D of the codebook.
    """
    convolutions = {
        "decoder.up": ((48, 3, 8, 8), 3),
        "decoder.conv2": ((48, 32, 3, 3), 48),
        "decoder.conv1": ((32, dimension, 3, 3), 32),
        "encoder.conv1": ((32, 3, 4, 4), 32),
        "encoder.conv2": ((32, 32, 3, 3), 32),
        "encoder.conv3": ((dimension, 32, 3, 3), dimension),
    }
    layers: dict[str, dict[str, Shape]] = {
        name: {f"{name}.weight": weight, f"{name}.bias": (bias,)}
        for name, (weight, bias) in convolutions.items()
    }
    encoder = [layers.pop(name) for name in list(layers) if name.startswith("encoder")]
    layers["codebook"] = {"codebook.weight": (codewords, dimension)}
    return layers | {"encoder": {key: shape for layer in encoder for key, shape in layer.items()}}


def packed_bytes(weights: Mapping[str, Shape], codewords: int) -> int:
    """Return the length of these weights as ``exchange.pack`` writes them, 0 for none.

    safetensors begins with the length of a JSON header, which is padded to a multiple of 8.

    Args:
        weights: shapes of float32 tensors, by full name.
        codewords: K of the codebook.
    """
    if not weights:
        return 0
    about = {"codewords": str(codewords), "format": "slfkit", "version": FORMAT_VERSION}
    header: dict[str, object] = {"__metadata__": about}
    start = 0
    for name in sorted(weights):
        end = start + FLOAT_BYTES * math.prod(weights[name])
        header[name] = {"data_offsets": [start, end], "dtype": "F32", "shape": weights[name]}
        start = end
    length = len(json.dumps(header, separators=(",", ":")))
    return 8 + math.ceil(length / 8) * 8 + start


def message_bytes(weights: Mapping[str, Shape], codewords: int) -> int:
    """Return the length of the message that carries weights of these shapes, 0 for none."""
    return packed_bytes(weights, codewords) + (DIGEST_BYTES if weights else 0)


def download_bytes(codewords: int, dimension: int) -> int:
    """Return the length of step 1's message: David's codebook and decoder."""
    return upload_bytes(codewords, dimension, 0)


def upload_bytes(codewords: int, dimension: int, frozen: int, order: str = "last") -> int:
    """Return the length of step 3's message: the 4 - f parts that are not frozen.

    Args:
        codewords, dimension: K and D of the codebook.
        frozen: f, from 0 to 4.
        order: the end from which parts are frozen, "last" or "first".
    """
    parts = [part for name, part in shapes(codewords, dimension).items() if name != "encoder"]
    tuned = (parts if order == "last" else parts[::-1])[frozen:]
    weights = {name: shape for part in tuned for name, shape in part.items()}
    return message_bytes(weights, codewords)


def encoder_bytes(codewords: int, dimension: int) -> int:
    """Return the bytes of the encoder's weights, without a header."""
    encoder = shapes(codewords, dimension)["encoder"]
    return FLOAT_BYTES * sum(map(math.prod, encoder.values()))


def sender_bytes(codewords: int, dimension: int) -> int:
    """Return the length of a message with encoder and codebook: all that a sender needs."""
    parts = shapes(codewords, dimension)
    return message_bytes(parts["encoder"] | parts["codebook"], codewords)


def transceiver_bytes(codewords: int, dimension: int) -> int:
    """Return the length of a message with a whole transceiver: a round of averaging sends two."""
    every = shapes(codewords, dimension).values()
    return message_bytes({name: shape for part in every for name, shape in part.items()}, codewords)


def index_bytes(indices: int, codewords: int) -> int:
    """Return the bytes of this many indices, log2 K bits each, rounded up to bits and bytes."""
    return math.ceil(indices * (codewords - 1).bit_length() / 8)


def over_the_air_bytes(
    images: int, steps: int, codewords: int, dimension: int, gradient: int = FLOAT_BYTES
) -> int:
    """Return what split learning over the air sends, both directions, frames and headers apart.

    An image costs its indices up and as many gradients of D numbers down; a step the gradient of
    the codebook up and the codebook down, which also comes once before the first step.

    Args:
        images: sent in all steps together.
        gradient: bytes of a number of a gradient; those of one byte need a scale for each image.
    """
    down = POSITIONS * dimension * gradient + (FLOAT_BYTES if gradient == 1 else 0)
    codebook = FLOAT_BYTES * codewords * dimension
    return images * (index_bytes(POSITIONS, codewords) + down) + (2 * steps + 1) * codebook
