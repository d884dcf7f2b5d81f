"""Quality against recovery time: the points of a table, and which f dominates which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from slfkit.experiments import paper
from slfkit.experiments.results import flops_of
from slfkit.recovery import Link, RecoveryTime, recovery_time
from slfkit.reporting.intervals import interval
from slfkit.reporting.metrics import TASKS, Task
from slfkit.reporting.rows import Row, along


@dataclass(frozen=True)
class Point:
    """One f of a table, for one task: message sizes in bytes, operations, quality as shown.

    Attributes:
        quality: MSE, or accuracy in %; None where it is not known.
        flops_spread: half width of the operations' 95 % t-interval over seeds; None without one.
        quality_spread: the same of the quality, in its unit.
    """

    frozen: int
    bytes_down: float
    bytes_up: float
    flops: float
    quality: float | None
    flops_spread: float | None = None
    quality_spread: float | None = None


@dataclass(frozen=True)
class Answer:
    """What a table shows for one f: its recovery time, and the f that dominates it."""

    point: Point
    time: RecoveryTime
    dominated_by: int | None


def points_of(rows: Sequence[Row], task: Task) -> list[Point]:
    """Return a point for each f of the rows of ``recovery``: means over seeds, intervals.

    The operations of a run are epochs x training images x operations per image; the epochs are
    those the task's own stopping rule took.
    """
    points = []
    for f, group in along(rows, "frozen").items():
        flops, flops_spread = interval(flops_of(row, row[task.epochs]) for row in group)
        quality, quality_spread = interval(task.scale * row[task.metric] for row in group)
        sizes = [fmean(row[name] for row in group) for name in ("bytes_down", "bytes_up")]
        points.append(Point(f, *sizes, flops, quality, flops_spread, quality_spread))
    return points


def printed_points() -> dict[str, list[Point]]:
    """Return the paper's Table I by task; which f an accuracy is of is lost, so none is given."""
    return {
        name: [
            Point(
                at.frozen,
                at.bytes_down,
                at.bytes_up,
                1e12 * at.tflop[name],
                at.mse if task.metric == "mse" else None,
            )
            for at in paper.table1()
        ]
        for name, task in TASKS.items()
    }


def recovered(points: Iterable[Point], task: Task, link: Link) -> list[Answer]:
    """Return each f's recovery time at a ``Link`` and which f dominates it, if one does.

    An f is dominated if another one is at least as fast and at least as good, and better in one of
    the two. Of several, the fastest is named. Where a quality is unknown nothing is dominated.
    """
    timed = [(p, recovery_time(p.bytes_down, p.flops, p.bytes_up, link)) for p in points]
    return [Answer(p, time, _dominating(p, time.total, timed, task)) for p, time in timed]


def _dominating(
    point: Point, total: float, timed: Sequence[tuple[Point, RecoveryTime]], task: Task
) -> int | None:
    """Return the fastest f that dominates a point, the least of equals."""
    better = [
        (time.total, other.frozen)
        for other, time in timed
        if None not in (other.quality, point.quality)
        and time.total <= total
        and task.better * other.quality >= task.better * point.quality
        and (time.total, other.quality) != (total, point.quality)
    ]
    return min(better)[1] if better else None
