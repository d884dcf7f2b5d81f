"""Changes of the numeric code that changed no result: records of the code before stay good."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from slfkit.errors import RecordError
from slfkit.records.provenance import source_hash
from slfkit.records.spec import Spec
from slfkit.records.store import Record

FILE = Path(__file__).with_name("lineage.toml")


@dataclass(frozen=True)
class Step:
    """A change of code that changed no result."""

    before: str  # source hash
    after: str  # source hash
    why: str  # what the change was
    runs: int  # of the smoke grid that came out the same with both codes
    date: str  # when that was found, UTC
    changed: str = ""  # a field of specifications; runs in which it is set did change

    def carries(self, spec: Spec | None) -> bool:
        """Tell whether a run, None for any, came out the same with both codes."""
        return not (self.changed and getattr(spec, self.changed, None))


def steps(path: Path = FILE) -> tuple[Step, ...]:
    """Return the steps in their order, none where there is no file.

    Raises:
        RecordError: the file is damaged; names it.
    """
    if not path.is_file():
        return ()
    try:
        return tuple(Step(**step) for step in tomllib.loads(path.read_text())["step"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise RecordError(f"{path.name} is damaged ({error}): restore it from git") from error


def equal_to(
    source: str, lineage: Sequence[Step] | None = None, spec: Spec | None = None
) -> frozenset[str]:
    """Return the source hashes whose records are as good as those of this one, itself included.

    A step is of the code that all kinds of run share or, if its hashes begin with "+", of the files
    of one kind, which follow a "+" in a record's source; it may leave out the run of ``spec``.
    """
    shared, plus, own = source.partition("+")
    equal = {shared, plus + own} - {""}
    for step in reversed(_stored() if lineage is None else lineage):
        if step.after in equal and step.carries(spec):
            equal.add(step.before)
    owns = [each for each in equal if each.startswith("+")] or [""]
    return frozenset(each + own for each in equal if not each.startswith("+") for own in owns)


def is_current(record: Record) -> bool:
    """Tell whether today's code gives the numbers of a record."""
    source = _todays(own=record.spec.files)
    return record.provenance.get("source") in equal_to(source, spec=record.spec)


_stored, _todays = cache(steps), cache(source_hash)  # a process reads each file once
