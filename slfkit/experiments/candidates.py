"""Candidates: ways to mend a link, each a state it can be brought to, with its price and its worth.

A run of SLF gives one candidate per epoch, since training may stop after any. Any other way that
aligns two users joins by making its own candidates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from slfkit.experiments.results import flops_of
from slfkit.records.spec import PARTS
from slfkit.recovery import Link, recovery_time
from slfkit.reporting.metrics import SIGNS
from slfkit.reporting.rows import Row, grouped


@dataclass(frozen=True)
class Candidate:
    """One state that a link can be brought to.

    Attributes:
        name: the way, such as "f = 3"; candidates that differ in epoch or seed alone share it.
        world: the mismatch that is mended, such as "ε = 0.3".
        seed: of the transceivers.
        bytes_down, bytes_up: what crosses the background link, in bytes.
        flops: operations on Alice's computer.
        held_out: MSE on held-out images: what a choice may look at, as at their accuracy below.
        mse, accuracy: on test images, which report a choice and never make it; accuracy in 0..1.
        old_link: accuracy of David's link to his old partner afterwards, in 0..1, None where it is
            not known. SLF's is measured at the run's best epoch and taken for all of its epochs.
        epoch: after how many epochs training stops; 0 for a way without training.
        held_out_accuracy: accuracy on held-out images, in 0..1.
    """

    name: str
    world: str
    seed: int
    bytes_down: int
    bytes_up: int
    flops: float
    held_out: float
    mse: float
    accuracy: float
    old_link: float | None = None
    epoch: int = 0
    held_out_accuracy: float = 0.0

    def seconds(self, link: Link) -> float:
        """Return the recovery time over a link, in seconds."""
        return recovery_time(self.bytes_down, self.flops, self.bytes_up, link).total


def world_of(row: Row) -> str:
    """Return the mismatch of a row in words: its label alpha, else its eps."""
    axis = "alpha" if "alpha" in row else "crossover"
    return f"{SIGNS[axis]} = {row[axis]:g}"


def by_world(rows: Iterable[Row]) -> dict[tuple[str, int], list[Row]]:
    """Return the rows by mismatch and seed."""
    return grouped(({**row, "world": world_of(row)} for row in rows), "world", "seed")


def by_way(candidates: Iterable[Candidate]) -> dict[str, dict[int, list[Candidate]]]:
    """Return the candidates by name and seed."""
    ways: dict[str, dict[int, list[Candidate]]] = {}
    for one in candidates:
        ways.setdefault(one.name, {}).setdefault(one.seed, []).append(one)
    return ways


def candidates_of(rows: Iterable[Row]) -> list[Candidate]:
    """Return a candidate for each epoch of each run of SLF; rows of pairs give none.

    Args:
        rows: of alignments; where one has a label "way", that is its candidates' name.
    """
    trained = [row for row in rows if row.get("history")]
    tested = [row for row in trained if "old_link" in row]
    before = {_place(row): row["old_link"]["before"]["accuracy"] for row in tested}
    return [
        _after(row, epoch, _old_link(row, before))
        for row in trained
        for epoch in range(1, len(row["history"]) + 1)
    ]


def _place(row: Row) -> tuple[str, int]:
    return world_of(row), row["seed"]


def _old_link(row: Row, before: Mapping[tuple[str, int], float]) -> float | None:
    """Return the accuracy of David's old link after a run; at f = 4 other runs of its seed tell."""
    if "old_link" in row:
        return row["old_link"]["after"]["accuracy"]
    return before.get(_place(row)) if row["frozen"] == PARTS else None


def _after(row: Row, epoch: int, old_link: float | None) -> Candidate:
    """Return the candidate of a run that stops after an epoch."""
    state = row["history"][epoch - 1]
    return Candidate(
        name=row.get("way", f"f = {row['frozen']}"),
        world=world_of(row),
        seed=row["seed"],
        bytes_down=row["bytes_down"],
        bytes_up=row["bytes_up"],
        flops=flops_of(row, epoch),
        held_out=state["mse"],
        mse=state["test_mse"],
        accuracy=state["test_accuracy"],
        old_link=old_link,
        epoch=epoch,
        held_out_accuracy=state["accuracy"],
    )
