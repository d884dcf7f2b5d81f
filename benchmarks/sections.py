"""The tables of a report: which contestants stand side by side in each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from . import breakdown, cost, floor, footprint, ours, processes, quantiser, tried, usual
from .machine import is_there
from .scene import Scene
from .timing import Row, alternate


@dataclass(frozen=True)
class Section:
    """One table: ``measure(scene)`` returns its rows; ``always`` if it needs no ``--all``."""

    title: str
    measure: Callable[[Scene], list[Row]]
    always: bool = True


def training(scene: Scene) -> list[Row]:
    """Measure floor, slfkit and the usual loop in one alternation."""
    field = [*floor.contestants(scene), *ours.contestants(scene), *usual.contestants(scene)]
    return alternate(field, scene.rounds, scene.device)


def operations(scene: Scene) -> list[Row]:
    """Count the operations of a training step per image at each f; nothing is timed."""
    rows = []
    for frozen in cost.FROZEN:
        row = Row(f"flops-f{frozen}", f"training step, f = {frozen}", "MFLOP/image")
        row.kind, row.note = "computed", "textbook form of the layers, forward and backward"
        row.values.append(ours.flops(scene, frozen) / 1e6)
        rows.append(row)
    return rows


def quantisers(scene: Scene) -> list[Row]:
    """Measure the quantiser alone beside the library's."""
    return alternate(quantiser.contestants(scene), scene.rounds, scene.device)


def footprints(scene: Scene) -> list[Row]:
    """Measure peak memory and start times in fresh processes."""
    rows = footprint.memory(scene.device)
    if is_there(scene.device):  # else the start times are those of another device's report
        rows += [*footprint.starts(scene.rounds), *footprint.notebook()]
    return rows


def attempts(scene: Scene) -> list[Row]:
    """Measure what was tried, and what bf16 does to the error."""
    return [
        *alternate(tried.contestants(scene), scene.rounds, scene.device),
        *tried.effects(scene),
    ]


def evaluation(scene: Scene) -> list[Row]:
    """Measure evaluation in batches of several sizes."""
    return alternate(tried.evaluations(scene), scene.rounds, scene.device)


def costs(scene: Scene) -> list[Row]:
    """Measure an epoch over images, batch, K, D and f; a third of the rounds is enough."""
    fewer = replace(scene, rounds=max(1, scene.rounds // 3))
    return alternate(cost.contestants(fewer), fewer.rounds, fewer.device)


SECTIONS = {
    "training": Section("Training", training),
    "operations": Section("Operations of a training step", operations),
    "quantiser": Section("The quantiser alone", quantisers),
    "footprint": Section("Memory and start", footprints),
    "tried": Section("Tried, beside fine-tuning at f = 0", attempts, always=False),
    "evaluation": Section("Evaluation", evaluation, always=False),
    "processes": Section("Threads against processes", processes.rows, always=False),
    "profile": Section("Where a step's time goes", breakdown.rows, always=False),
    "cost": Section("What an epoch costs", costs, always=False),
}
