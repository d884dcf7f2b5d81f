"""Runs specifications: reads the records that are there and computes those that are not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from slfkit.records.spec import Spec, needs
from slfkit.records.store import Record, Store


@dataclass
class Outcome:
    """What became of a list of specifications.

    Attributes:
        records: by specification; without those that were not to be computed.
        missing: specifications without a record.
        computed: how many of the asked-for records were computed just now.
    """

    records: dict[Spec, Record] = field(default_factory=dict)
    missing: list[Spec] = field(default_factory=list)
    computed: int = 0


def load_or_run(
    specs: Iterable[Spec], store: Store, may_compute=lambda spec: True, device: str = "cpu"
) -> Outcome:
    """Read each record, or compute and store it where ``may_compute(spec)`` allows it.

    Raises:
        RecordError: a stored record is damaged.
        DataError, TrainingError: as the run itself does.
    """
    outcome = Outcome()
    for spec in specs:
        record = store.load(spec)
        if record is None and may_compute(spec):
            record = compute(spec, store, device)
            outcome.computed += 1
        if record is None:
            outcome.missing.append(spec)
        else:
            outcome.records[spec] = record
    return outcome


def compute(spec: Spec, store: Store, device: str = "cpu") -> Record:
    """Compute one run, after those whose weights it needs; store each as soon as it is done."""
    from slfkit.runs.execution import execute
    from slfkit.runs.progress import bar
    from slfkit.runs.workplace import Workplace

    for one in in_order([spec], store):
        with bar(one) as progress:
            execute(one, Workplace(store, device, progress))
    return store.load(spec)  # there also where another process was first


def in_order(specs: Iterable[Spec], store: Store) -> Iterator[Spec]:
    """Yield the runs without a record, each after those it needs, none twice."""
    seen: set[Spec] = set()

    def visit(spec: Spec) -> Iterator[Spec]:
        if spec in seen or store.load(spec) is not None:
            return
        for needed in needs(spec):
            yield from visit(needed)
        seen.add(spec)
        yield spec

    for spec in specs:
        yield from visit(spec)


def in_turn(
    specs: Iterable[Spec],
    start: Callable[[Spec], Any],
    room: Callable[[], int],
    ended: Callable[[Iterable], Iterable],
) -> Iterator[list[tuple[Spec, Any]]]:
    """Start runs on an executor, each after those it needs; yield those that have ended.

    Args:
        specs: in the order in which they should start, none twice.
        start: starts a run and returns its future.
        room: how many may be under way at the same time, at least 1.
        ended: waits for a while; returns those of some futures that are done, perhaps none.
    """
    waiting, running = list(specs), {}
    while waiting or running:
        unfinished = {*waiting, *running.values()}
        free = room() - len(running)
        ready = (spec for spec in list(waiting) if unfinished.isdisjoint(needs(spec)))
        for _, spec in zip(range(free), ready, strict=False):
            waiting.remove(spec)
            running[start(spec)] = spec
        yield [(running.pop(future), future) for future in ended(list(running))]
