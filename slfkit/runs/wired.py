"""Split learning over the air with stored transceivers: one side of it, or both in one process."""

from __future__ import annotations

import copy
import hashlib
import os
import re
import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch

from slfkit.channel import SymmetricDMC
from slfkit.errors import ParameterError, WireError
from slfkit.exchange import pack, tensors
from slfkit.images import SIDE, Images
from slfkit.models import Transceiver
from slfkit.records.spec import TransceiverSpec
from slfkit.records.store import Store
from slfkit.rivals.frames import Traffic, check_secret
from slfkit.rivals.halves import AliceHalf, DavidHalf, Terms, batches, formula
from slfkit.rivals.peers import Alice, David, Patience
from slfkit.rng import generator
from slfkit.runs.compute import load_or_run
from slfkit.runs.workplace import Workplace

SECRET = "SLFKIT_SECRET"  # the environment variable: command lines can be seen by others
PARTS = {"alice": ("encoder",), "david": ("codebook", "decoder")}
Say = Callable[[str], None]


@dataclass(frozen=True)
class Asked:
    """What is trained.

    Attributes:
        alice, david: the pre-trained transceivers.
        crossover: eps of the channel.
        images: of Alice's training images, this many; 0: all.
        epochs, seed, precision: as in ``rivals.halves.Terms``.
        wait: seconds without a step after which a side gives up.
    """

    alice: TransceiverSpec
    david: TransceiverSpec
    crossover: float
    images: int = 0
    epochs: int = 1
    seed: int = 0
    precision: str = "float32"
    wait: float = 120.0


def run(side: str, address: str, asked: Asked, store: Store, say: Say = print) -> None:
    """Train one side, "alice" or "david", or with "alone" both without a wire.

    Prints what crossed beside the formula, and the sha256 of the weights: that of each side is the
    same as alone.

    Args:
        address: HOST:PORT, where David listens and Alice connects; empty for "alone".

    Raises:
        ParameterError: the address or the secret is missing or malformed.
        RecordError, DataError: transceivers or images are not there.
        WireError, MessageError: the other side is silent, or a stranger.
    """
    SymmetricDMC(asked.crossover, asked.david.codewords)  # refuses what cannot be, before training
    where, shared = ((), b"") if side == "alone" else (parse(address), secret())
    terms, images, network = _prepared(asked, store)
    patience = Patience(asked.wait / 2, asked.wait)
    alice = AliceHalf(network(asked.alice), images, terms)
    david = DavidHalf(network(asked.david), images, terms)
    if side == "alone":
        say(f"{_together(alice, david)} bytes in messages; {_expected(terms)}")
    elif side == "david":
        say(_crossed(_serve(where, david, shared, patience, say), terms))
    else:
        connect = partial(socket.create_connection, where, timeout=10)
        say(_crossed(Alice(connect, alice, shared, patience, say).train(), terms))
    for name, half in (("alice", alice), ("david", david)):
        if side in (name, "alone"):
            say(f"{name}: {', '.join(PARTS[name])} of sha256 {_digest(half.network, name)}")


def rehearsal(images: int = 256) -> dict[str, int]:
    """Train new weights on noise over a socket of this machine; return the bytes that crossed.

    Bytes depend on sizes alone. Both sides run in one process, each in a thread.

    Returns:
        ``bytes`` of both directions as the socket counts them, greeting included, and ``images``,
        ``steps``, ``codewords`` and ``dimension``.
    """
    draw = generator("rehearsal")
    pixels = torch.randint(256, (images, 3, SIDE, SIDE), dtype=torch.uint8, generator=draw)
    noise = Images(pixels, torch.zeros(images, dtype=torch.int64), (("noise", 1),))
    terms = Terms(noise.checksum(), images, 0.3)
    network, shared = Transceiver(draw), secrets.token_bytes(16)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        david = David(listener, DavidHalf(copy.deepcopy(network), noise, terms), shared)
        served = threading.Thread(target=david.serve, daemon=True)
        served.start()
        connect = partial(socket.create_connection, listener.getsockname())
        traffic = Alice(connect, AliceHalf(network, noise, terms), shared).train()
        served.join()
    sizes = {"codewords": terms.codewords, "dimension": terms.dimension}
    return {"images": images, "steps": terms.steps, "bytes": traffic.total, **sizes}


def parse(address: str) -> tuple[str, int]:
    """Return host and port of HOST:PORT.

    Raises:
        ParameterError: it has another form.
    """
    match = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^\s:\[\]]+):(\d{1,5})", address or "")
    if not match or int(match[2]) > 65_535:
        raise ParameterError(
            f"address '{address}': expected HOST:PORT such as 127.0.0.1:8800; david takes it with "
            "--listen, alice with --connect"
        )
    return match[1].strip("[]"), int(match[2])


def secret() -> bytes:
    """Return the secret that both sides share, from the environment.

    Raises:
        ParameterError: there is none.
        MessageError: it is too short.
    """
    value = os.environ.get(SECRET, "")
    if not value:
        raise ParameterError(
            f"{SECRET} is not set: give both sides the same secret, such as the output of "
            "openssl rand -hex 16"
        )
    return check_secret(value.encode())


def _prepared(
    asked: Asked, store: Store
) -> tuple[Terms, Images, Callable[[TransceiverSpec], Transceiver]]:
    """Return the terms, the images, and how to load a transceiver."""
    load_or_run((asked.alice, asked.david), store, lambda spec: store.profile != "paper")
    place = Workplace(store)
    images, _ = place.training_images(asked.alice)
    images = images.take(slice(asked.images or None))
    like = asked.david
    terms = Terms(
        images=images.checksum(),
        count=len(images),
        crossover=asked.crossover,
        epochs=asked.epochs,
        seed=asked.seed,
        precision=asked.precision,
        codewords=like.codewords,
        dimension=like.dimension,
        batch=like.batch,
        learning_rate=like.learning_rate,
        beta=like.beta,
    )
    return terms, images, lambda spec: copy.deepcopy(place.transceiver(spec))


def _serve(
    where: tuple[str, int], half: DavidHalf, shared: bytes, patience: Patience, say: Say
) -> Traffic:
    try:
        listener = socket.create_server(where)
    except OSError as error:
        raise WireError(f"cannot listen at {where[0]}:{where[1]} ({error})") from error
    with listener:
        david = David(listener, half, shared, patience, say)
        say(f"david listens at {where[0]}:{listener.getsockname()[1]}")
        return david.serve()


def _together(alice: AliceHalf, david: DavidHalf) -> int:
    """Train both without a wire; return the bytes of their messages."""
    first = david.start()
    alice.start(first)
    size = len(first)
    for which in batches(alice.terms):
        asked = alice.request(which)
        answered = david.answer(asked, which)
        alice.apply(answered)
        size += len(asked) + len(answered)
    return size


def _expected(terms: Terms) -> str:
    count = formula(terms, terms.epochs * terms.count, terms.steps)
    return f"{count} by the formula, in {terms.steps} steps"


def _crossed(traffic: Traffic, terms: Terms) -> str:
    number = f"{traffic.connections} connection{'s' * (traffic.connections > 1)}"
    return (
        f"{traffic.sent} bytes sent and {traffic.received} received over {number}, "
        f"{traffic.total} together; {_expected(terms)}"
    )


def _digest(network: Transceiver, side: str) -> str:
    weights = pack(tensors(network, PARTS[side]), len(network.codebook.weight))
    return hashlib.sha256(weights).hexdigest()[:16]
