"""Frames on a socket: bounded, numbered, authenticated, counted; every wait ends with a sentence.

A frame is a head (what it is, its number, the length of its body), the body, and an HMAC-SHA256
over who sends it, head and body. Both sides prove that they know a shared secret before any body is
read; the key of the frames is drawn from it and from two fresh nonces, so an old recording opens
nothing. What is sent is authentic, not hidden: for secrecy, run it through SSH or a VPN.
"""

from __future__ import annotations

import hmac
import secrets
import socket
import struct
import time
from dataclasses import dataclass
from enum import IntEnum

from slfkit.errors import MessageError, WireError

_HEAD = struct.Struct("!4sBQI")  # magic, kind, number, length of the body
_MAGIC = b"slf1"
_NONCE = _DIGEST = 32
OVERHEAD = _HEAD.size + _DIGEST  # bytes of a frame besides its body
LEAST_SECRET = 16  # bytes
SHAKING = 5.0  # seconds that a peer has to prove himself


class Kind(IntEnum):
    """What a frame is."""

    HELLO = 1  # a nonce
    PROOF = 2  # that the sender knows the secret
    TERMS = 3  # what both must agree on; answered by what training starts from
    REQUEST = 4  # a step's indices and gradient of the codebook
    ANSWER = 5  # a step's gradient of what arrived, and the codebook
    END = 6
    REFUSAL = 7  # a sentence


@dataclass
class Traffic:
    """Bytes that have crossed the sockets of one side, and over how many connections."""

    sent: int = 0
    received: int = 0
    connections: int = 0

    @property
    def total(self) -> int:
        """Both directions."""
        return self.sent + self.received


class Wire:
    """A connected socket that carries whole frames between "alice" and "david".

    ``timeout`` are the seconds until a whole frame must have come, or gone.
    """

    def __init__(
        self, connection: socket.socket, side: str, traffic: Traffic, timeout: float
    ) -> None:
        self.connection, self.traffic, self.timeout = connection, traffic, timeout
        self.own, self.peer = side, "david" if side == "alice" else "alice"
        self.key = b""
        traffic.connections += 1

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the socket."""
        self.connection.close()

    def send(self, kind: Kind, number: int = 0, body: bytes = b"") -> None:
        """Send a frame.

        Raises:
            WireError: the connection is lost, or takes nothing for too long.
        """
        head = _HEAD.pack(_MAGIC, kind, number, len(body))
        frame = head + body + _digest(self.key, self.own.encode(), head, body)
        try:
            self.connection.settimeout(self.timeout)
            self.connection.sendall(frame)
        except OSError as error:
            raise WireError(f"{self.peer} takes nothing more ({error}): connect again") from error
        self.traffic.sent += len(frame)

    def receive(self, largest: int, timeout: float | None = None) -> tuple[Kind, int, bytes]:
        """Return kind, number and body of the next frame.

        Args:
            largest: bytes of a body; a larger one is refused before it is read.
            timeout: seconds, in place of the wire's own.

        Raises:
            WireError: the connection is lost, damaged, or silent for too long.
            MessageError: it is no frame of ours, or its body too large.
        """
        until = time.monotonic() + (timeout or self.timeout)
        head = self._exactly(_HEAD.size, until)
        magic, code, number, length = _HEAD.unpack(head)
        if magic != _MAGIC or code not in set(Kind):
            raise MessageError(f"{self.peer} speaks another language: this port is for slfkit wire")
        if length > largest:
            raise MessageError(
                f"{self.peer} announces {length} bytes where at most {largest} can come: "
                "nothing was read"
            )
        body, digest = self._exactly(length, until), self._exactly(_DIGEST, until)
        if not hmac.compare_digest(digest, _digest(self.key, self.peer.encode(), head, body)):
            raise WireError(f"a frame of {self.peer} was changed on the way: connect again")
        return Kind(code), number, body

    def _exactly(self, count: int, until: float) -> bytes:
        """Return this many bytes, or raise WireError when the connection or the time ends."""
        parts, left = [], count
        while left:
            try:
                self.connection.settimeout(max(1e-3, until - time.monotonic()))
                part = self.connection.recv(min(left, 1 << 20))
            except TimeoutError as error:
                raise WireError(
                    f"{self.peer} has been silent for too long: see whether it still runs"
                ) from error
            except OSError as error:
                raise WireError(f"the connection to {self.peer} is lost ({error})") from error
            if not part:
                raise WireError(f"{self.peer} has closed the connection")
            self.traffic.received += len(part)
            parts.append(part)
            left -= len(part)
        return b"".join(parts)


def _digest(key: bytes, *parts: bytes) -> bytes:
    return hmac.digest(key, b"|".join(parts), "sha256")


def check_secret(secret: bytes) -> bytes:
    """Return a shared secret.

    Raises:
        MessageError: it is too short to keep strangers out.
    """
    if len(secret) < LEAST_SECRET:
        raise MessageError(
            f"the shared secret has {len(secret)} bytes: give both sides the same one, at least "
            f"{LEAST_SECRET} bytes long"
        )
    return secret


def greet(wire: Wire, secret: bytes) -> None:
    """Prove to each other that both know the secret, and agree on the key of the frames.

    Raises:
        WireError: the connection is lost or silent.
        MessageError: the peer does not know the secret, or speaks another language.
    """
    own = secrets.token_bytes(_NONCE)
    if wire.own == "alice":
        wire.send(Kind.HELLO, 0, own)
        nonces = own + _expected(wire, Kind.HELLO, _NONCE)
    else:
        other = _expected(wire, Kind.HELLO, _NONCE)
        wire.send(Kind.HELLO, 0, own)
        nonces = other + own
    wire.send(Kind.PROOF, 0, _digest(secret, wire.own.encode(), nonces))
    proof = _expected(wire, Kind.PROOF, _DIGEST)
    if not hmac.compare_digest(proof, _digest(secret, wire.peer.encode(), nonces)):
        raise MessageError(f"{wire.peer} does not know the shared secret: a stranger is refused")
    wire.key = _digest(secret, b"frames", nonces)


def _expected(wire: Wire, kind: Kind, length: int) -> bytes:
    """Return the body of a frame of the greeting."""
    got, _, body = wire.receive(length, SHAKING)
    if got != kind or len(body) != length:
        raise MessageError(f"{wire.peer} did not greet: a stranger is refused")
    return body
