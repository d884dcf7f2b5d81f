"""Contestants take turns, A B C A B C ..., so that a drift of the machine affects all alike."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch

from benchmarks.scene import Scene

Turn = Callable[[], object]


class NotMeasured(Exception):
    """Something cannot be measured here; the message says why."""


@dataclass
class Row:
    """One row of a table: how it is measured, then a value per round or why there is none.

    Attributes:
        key: names the row for programs; unique in a report.
        name: names it for readers.
        images: how many one turn processes; 0 where it plays no part.
        make: sets a contestant up, data and networks included, and returns its turn; may raise
            NotMeasured. None where a row is measured in another way.
        unit: of the values.
        values: one per round.
        missing: why it was not measured; empty if it was.
    """

    key: str
    name: str
    images: int = 0
    make: Callable[[], Turn] | None = None
    unit: str = "images/s"
    values: list[float] = field(default_factory=list)
    missing: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the row as plain data, with median, min and max where it has values."""
        row = {key: value for key, value in vars(self).items() if key != "make"}
        if self.values:
            median = statistics.median(self.values)
            row |= {"median": median, "min": min(self.values), "max": max(self.values)}
        return row


@contextmanager
def measuring(*rows: Row) -> Iterator[None]:
    """Let the rows say why they have no value where the body raises NotMeasured."""
    try:
        yield
    except NotMeasured as reason:
        for row in rows:
            row.missing = str(reason)


def require(scene: Scene) -> None:
    """Raise NotMeasured unless this machine has the device."""
    if not scene.available:
        raise NotMeasured("no CUDA device here")


def alternate(contestants: list[Row], scene: Scene) -> list[Row]:
    """Measure contestants in turns; return them with their images per second.

    The first turn of each is not timed: it fills caches, starts workers, compiles.
    """
    turns = []
    for row in contestants:
        with measuring(row):
            require(scene)
            turn = row.make()
            turn()
            turns.append((row, turn))
    for _ in range(scene.rounds):
        for row, turn in turns:
            row.values.append(row.images / seconds(turn, scene))
    return contestants


def seconds(turn: Turn, scene: Scene) -> float:
    """Return how long one turn takes, until the device has finished it."""
    wait = torch.cuda.synchronize if scene.on_card else lambda: None
    wait()
    started = time.perf_counter()
    turn()
    wait()
    return time.perf_counter() - started
