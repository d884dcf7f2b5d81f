"""The tables of a report, and what measures the rows of each."""

from collections.abc import Callable

from benchmarks import breakdown, floor, footprint, ours, processes, quantiser, tried, usual
from benchmarks.scene import Scene
from benchmarks.timing import Row, alternate

Measure = Callable[[Scene], list[Row]]


def timed(*groups: Measure) -> Measure:
    """Return what lets the contestants of several groups take turns with each other."""
    return lambda scene: alternate([row for group in groups for row in group(scene)], scene)


SECTIONS: dict[str, Measure] = {
    "training": timed(floor.contestants, ours.contestants, usual.contestants),
    "operations": ours.operations,
    "quantiser": timed(quantiser.contestants),
    "footprint": footprint.rows,
    "tried": timed(tried.contestants),
    "evaluation": timed(tried.evaluations),
    "processes": processes.rows,
    "profile": breakdown.rows,
    "cost": lambda scene: timed(ours.cost_contestants)(scene.brief()),
}
ALWAYS = ("training", "operations", "quantiser", "footprint")  # the rest with --all
