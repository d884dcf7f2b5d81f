"""Split learning over the air between two processes: David serves, Alice trains, both resume.

Steps are numbered. Alice repeats a request until it is answered; David keeps his last answer and
sends it again where a request comes twice, so a lost connection costs no step and repeats none.
What a process itself had in memory is lost with it.
"""

from __future__ import annotations

import hashlib
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from slfkit.errors import MessageError, WireError
from slfkit.rivals.frames import Kind, Traffic, Wire, check_secret, greet
from slfkit.rivals.halves import AliceHalf, DavidHalf, batches, largest

Say = Callable[[str], None]
T = TypeVar("T")
PAUSE, LONGEST_PAUSE = 0.1, 2.0  # seconds before the first further try to connect, and a late one
MOST_WORDS = 500  # bytes of a refusal


@dataclass(frozen=True)
class Patience:
    """How many seconds a side waits: for a frame, and without any progress."""

    frame: float = 60.0
    progress: float = 120.0


PATIENCE = Patience()


class Side:
    """One side of a computation over a socket: David or Alice.

    Args:
        half: what it computes with.
        secret: shared with the other side, at least 16 bytes.
        patience: how long it waits.
        say: receives a sentence for each connection that is lost or refused.

    Attributes:
        traffic: bytes that have crossed, strangers' included.
        done: the last step that was made and answered.

    Raises:
        MessageError: the secret is too short.
    """

    def __init__(
        self,
        half: AliceHalf | DavidHalf,
        secret: bytes,
        patience: Patience = PATIENCE,
        say: Say = lambda sentence: None,
    ) -> None:
        self.half, self.secret, self.patience = half, check_secret(secret), patience
        self.say, self.traffic, self.done = say, Traffic(), 0


class David(Side):
    """David's side; ``listener`` is a listening socket, the rest is as of ``Side``."""

    def __init__(
        self,
        listener: socket.socket,
        half: DavidHalf,
        secret: bytes,
        patience: Patience = PATIENCE,
        say: Say = lambda sentence: None,
    ) -> None:
        super().__init__(half, secret, patience, say)
        self.listener, self.ended, self._until = listener, False, 0.0
        self._order, self._first = batches(half.terms), half.start()
        self._due = next(self._order)  # the images of the next step
        self._asked = self._answered = b""  # digest of the last request, and its answer

    def serve(self) -> Traffic:
        """Answer until Alice has had all steps; return the bytes that crossed.

        Strangers are refused, each in a sentence, and do not end it.

        Raises:
            WireError: Alice makes no progress for too long.
        """
        self._progressed()
        while not self.ended:
            try:
                self.listener.settimeout(max(1e-3, self._until - time.monotonic()))
                connection, _ = self.listener.accept()
            except TimeoutError as error:
                if self.done == self.half.terms.steps:
                    break  # only Alice's farewell is missing
                raise WireError(
                    f"alice has made no step for {self.patience.progress:g} s, and "
                    f"{self.done} of {self.half.terms.steps} are done: start both again"
                ) from error
            with Wire(connection, "david", self.traffic, self.patience.frame) as wire:
                self._meet(wire)
        return self.traffic

    def _meet(self, wire: Wire) -> None:
        """Answer over one connection, as long as it lasts."""
        try:
            greet(wire, self.secret)
            self._session(wire)
        except MessageError as error:
            self.say(str(error))
            if wire.key:
                with suppress(WireError):  # he is gone, and need not know
                    wire.send(Kind.REFUSAL, 0, str(error).encode()[:MOST_WORDS])
        except WireError as error:
            self.say(str(error))

    def _session(self, wire: Wire) -> None:
        most = largest(self.half.terms)
        while not self.ended:
            kind, number, body = wire.receive(most)
            if kind == Kind.END and self.done == self.half.terms.steps:
                self.ended = True
                wire.send(Kind.END)
            elif kind == Kind.TERMS:
                wire.send(Kind.TERMS, number, self._agreed(number, body))
            elif kind == Kind.REQUEST:
                wire.send(Kind.ANSWER, number, self._answer(number, body))
            else:
                raise MessageError(
                    f"alice sent {kind.name} after step {self.done}: start both again"
                )

    def _agreed(self, number: int, body: bytes) -> bytes:
        """Return what Alice starts from, after checking that both mean the same training."""
        if wrong := self.half.terms.difference(body):
            raise MessageError(wrong)
        if number not in (self.done, self.done - 1):
            raise MessageError(
                f"alice has had {number} steps and david has made {self.done}: start both again"
            )
        return b"" if number else self._first

    def _answer(self, number: int, body: bytes) -> bytes:
        """Return the answer to a step: the stored one where it is asked for again."""
        asked = hashlib.sha256(body).digest()
        if number != self.done or asked != self._asked:
            if number != self.done + 1 or number > self.half.terms.steps:
                raise MessageError(f"step {number} was asked for after {self.done}: start again")
            self._answered = self.half.answer(body, self._due)
            self._asked, self.done, self._due = asked, number, next(self._order, None)
            self._progressed()
        return self._answered

    def _progressed(self) -> None:
        self._until = time.monotonic() + self.patience.progress


class Alice(Side):
    """Alice's side; ``connect`` opens a socket to David, the rest is as of ``Side``."""

    def __init__(
        self,
        connect: Callable[[], socket.socket],
        half: AliceHalf,
        secret: bytes,
        patience: Patience = PATIENCE,
        say: Say = lambda sentence: None,
    ) -> None:
        super().__init__(half, secret, patience, say)
        self.connect, self.wire, self._started = connect, None, False

    def train(self) -> Traffic:
        """Make all steps; return the bytes that crossed.

        Raises:
            WireError: David makes no progress for too long.
            MessageError: David does not know the secret, or refuses.
        """
        try:
            self._trying(lambda wire: None)  # the codebook comes with the first connection
            for number, which in enumerate(batches(self.half.terms), start=1):
                ask = partial(self._ask, number, self.half.request(which))
                self.half.apply(self._trying(ask))
                self.done = number
            self._farewell()
        finally:
            self._drop()
        return self.traffic

    def _trying(self, act: Callable[[Wire], T]) -> T:
        """Do something over a connection; over another one if it is lost meanwhile."""
        until, pause, said = time.monotonic() + self.patience.progress, PAUSE, ""
        while True:
            try:
                self.wire = self.wire or self._connected()
                return act(self.wire)
            except WireError as error:
                self._drop()
                if time.monotonic() > until:
                    raise WireError(
                        f"david has answered nothing for {self.patience.progress:g} s after step "
                        f"{self.done}: {error}"
                    ) from error
                if said != str(error):
                    said = str(error)
                    self.say(said)
                time.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    def _connected(self) -> Wire:
        """Return a connection to David, who knows the secret and has the same terms."""
        try:
            connection = self.connect()
        except OSError as error:
            raise WireError(f"david cannot be reached ({error}): start his side") from error
        wire = Wire(connection, "alice", self.traffic, self.patience.frame)
        try:
            greet(wire, self.secret)
            wire.send(Kind.TERMS, self.done, self.half.terms.to_bytes())
            first = self._reply(wire, Kind.TERMS, self.done)
        except BaseException:
            wire.close()
            raise
        if not self._started:
            self.half.start(first)
            self._started = True
        return wire

    def _ask(self, number: int, body: bytes, wire: Wire) -> bytes:
        wire.send(Kind.REQUEST, number, body)
        return self._reply(wire, Kind.ANSWER, number)

    def _reply(self, wire: Wire, expected: Kind, number: int) -> bytes:
        kind, got, body = wire.receive(largest(self.half.terms))
        if kind == Kind.REFUSAL:
            raise MessageError(f"david refuses: {body[:MOST_WORDS].decode(errors='replace')}")
        if (kind, got) != (expected, number):
            raise MessageError(
                f"david answered {kind.name} {got}, expected {expected.name} {number}"
            )
        return body

    def _farewell(self) -> None:
        with suppress(WireError):  # all steps are answered
            if self.wire:
                self.wire.send(Kind.END)
                self._reply(self.wire, Kind.END, 0)

    def _drop(self) -> None:
        if self.wire:
            self.wire.close()
        self.wire = None
