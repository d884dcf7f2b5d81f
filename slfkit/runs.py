"""Runs specifications: reads the records that are there and computes those that are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .spec import Spec, needs
from .store import Record, Store


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
    from .execution import Workplace, execute
    from .progress import bar

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
