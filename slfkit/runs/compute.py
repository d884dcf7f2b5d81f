"""Runs specifications: reads the records that exist and computes those that are missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from graphlib import TopologicalSorter
from itertools import islice
from typing import Any

from slfkit.records.spec import Spec
from slfkit.records.store import Record, Store
from slfkit.runs import compiling
from slfkit.runs.reserve import reserved


def load_or_run(
    specs: Iterable[Spec],
    store: Store,
    may_compute: Callable[[Spec], bool] = lambda spec: True,
    device: str = "cpu",
) -> tuple[dict[Spec, Record], int]:
    """Read each record, or compute and store it where ``may_compute(spec)`` allows it.

    Returns:
        The records, without those that were not to be computed, and how many were just now.

    Raises:
        RecordError: a stored record is damaged.
        DataError, TrainingError: as the run itself does.
    """
    records, computed = {}, 0
    for spec in specs:
        record = store.load(spec)
        if record is None and may_compute(spec):
            record = compute(spec, store, device)
            computed += 1
        if record is not None:
            records[spec] = record
    return records, computed


def compute(spec: Spec, store: Store, device: str = "cpu") -> Record:
    """Compute one run, after those whose weights it needs; store each as soon as it is done."""
    from slfkit.runs.execution import execute  # here, since reading records needs no torch
    from slfkit.runs.progress import bar
    from slfkit.runs.workplace import Workplace

    for missing in in_order([spec], store):
        with reserved(missing, store):  # waits while another process computes it
            if store.load(missing) is None:
                with bar(missing) as progress, compiling.one_run():
                    execute(missing, Workplace(store, device, progress))
    return store.load(spec)  # exists also where another process was first


def in_order(specs: Iterable[Spec], store: Store | None = None) -> list[Spec]:
    """Return the runs without a record, each right after those it needs, without duplicates.

    What is needed only by a run that has a record is left out. ``graphlib`` would move all that
    needs nothing to the front, so that a sweep trained every transceiver before its first result.
    Without a store no record is taken to exist.
    """
    missing: dict[Spec, None] = {}

    def visit(spec: Spec) -> None:
        if spec not in missing and (store is None or store.load(spec) is None):
            for needed in spec.needs():
                visit(needed)
            missing[spec] = None

    for spec in specs:
        visit(spec)
    return list(missing)


def in_turn(
    specs: Sequence[Spec],
    start: Callable[[Spec], Any],
    room: Callable[[], int],
    ended: Callable[[list], Iterable],
    may_start: Callable[[Spec], bool] = lambda spec: True,
) -> Iterator[list[tuple[Spec, Any]]]:
    """Start runs on an executor, each after those it needs; yield those that have ended.

    Args:
        specs: in the order in which they should start, without duplicates.
        start: starts a run and returns its future.
        room: how many may be under way at the same time, at least 1.
        ended: waits for a while; returns those of some futures that are done, perhaps none.
        may_start: tells whether a run may start now; if not, it is asked again later.
    """
    position = {spec: number for number, spec in enumerate(specs)}
    graph = TopologicalSorter({spec: position.keys() & spec.needs() for spec in specs})
    graph.prepare()
    ready: list[Spec] = []
    running: dict[Any, Spec] = {}
    while graph.is_active():
        ready = sorted([*ready, *graph.get_ready()], key=position.__getitem__)
        free = max(0, room() - len(running))
        chosen = list(islice(filter(may_start, ready), free))
        running |= {start(spec): spec for spec in chosen}
        ready = [spec for spec in ready if spec not in chosen]
        done = [(running.pop(future), future) for future in ended(list(running))]
        graph.done(*(spec for spec, _ in done))
        yield done
