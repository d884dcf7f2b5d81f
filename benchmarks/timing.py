"""Contestants take turns, A B C A B C ..., so that a drift of the machine hits all alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import torch

Turn = Callable[[], object]
NO_CUDA = "no CUDA device here"


class NotMeasured(Exception):
    """A contestant cannot take part here; the message says why."""


@dataclass(frozen=True)
class Contestant:
    """One row of a table before it is measured.

    Attributes:
        key: names the row for programs; unique within its section.
        name: names it for readers.
        images: how many images one turn processes.
        make: sets it up, data and networks included, and returns its turn; may raise NotMeasured.
        note: what a reader must know to judge the row.
    """

    key: str
    name: str
    images: int
    make: Callable[[], Turn]
    note: str = ""


@dataclass
class Row:
    """One row of a table: a value per round, or the reason why there is none.

    Attributes:
        images: per turn, so that images / value is the seconds of a turn; 0 where it plays no part.
        missing: why it was not measured; empty if it was.
        kind: "measured", or "computed" where the value is counted and not timed.
    """

    key: str
    name: str
    unit: str
    values: list[float] = field(default_factory=list)
    images: int = 0
    note: str = ""
    missing: str = ""
    kind: str = "measured"

    @property
    def median(self) -> float:
        """The median over the rounds."""
        return statistics.median(self.values)


def alternate(contestants: Iterable[Contestant], rounds: int, device: str) -> list[Row]:
    """Measure contestants in turns; return a row each, in images per second.

    The first turn of each is not timed: it fills caches, starts workers, compiles.
    """
    contestants = list(contestants)
    rows = [Row(c.key, c.name, "images/s", images=c.images, note=c.note) for c in contestants]
    ready = []
    for one, row in zip(contestants, rows, strict=True):
        try:
            ready.append((row, _ready(one, device)))
        except NotMeasured as reason:
            row.missing = str(reason)
    for _ in range(rounds):
        for row, turn in ready:
            row.values.append(row.images / seconds(turn, device))
    return rows


def _ready(contestant: Contestant, device: str) -> Turn:
    """Set a contestant up and let it take its untimed turn.

    Raises:
        NotMeasured: the device is not there, or the contestant cannot run.
    """
    require(device)
    turn = contestant.make()
    turn()
    return turn


def require(device: str) -> None:
    """Raise NotMeasured unless the device is there."""
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise NotMeasured(NO_CUDA)


def seconds(turn: Turn, device: str) -> float:
    """Return how long one turn takes, until the device has finished it."""
    wait = torch.cuda.synchronize if device.startswith("cuda") else _nothing
    wait()
    started = time.perf_counter()
    turn()
    wait()
    return time.perf_counter() - started


def _nothing() -> None:
    """Do nothing: a processor has finished when the call returns."""
