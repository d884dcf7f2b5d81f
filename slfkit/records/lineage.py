"""Changes of the numeric code that changed no result: records of the code before stay good."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from slfkit.errors import RecordError
from slfkit.records.provenance import source_hash
from slfkit.records.store import Record

FILE = Path(__file__).with_name("lineage.toml")


@dataclass(frozen=True)
class Step:
    """A change of code that changed no result.

    Attributes:
        before, after: source hashes.
        why: what the change was.
        runs: how many runs of the smoke grid came out the same with both codes.
        date: when that was found, UTC.
    """

    before: str
    after: str
    why: str
    runs: int
    date: str


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


def equal_to(source: str, lineage: Sequence[Step] | None = None) -> frozenset[str]:
    """Return the source hashes whose records are as good as those of this one, itself included.

    The steps are of the code that all kinds of run share; what follows a "+" stays as it is.
    """
    shared, plus, own = source.partition("+")
    equal = {shared}
    for step in reversed(steps() if lineage is None else lineage):
        if step.after in equal:
            equal.add(step.before)
    return frozenset(each + plus + own for each in equal)


def is_current(record: Record) -> bool:
    """Tell whether today's code gives the numbers of a record."""
    return record.provenance.get("source") in current(record.spec.files)


@cache
def current(own: tuple[str, ...] = ()) -> frozenset[str]:
    """Return the source hashes that give today's numbers.

    Args:
        own: files of one kind of run, ``Spec.files``.
    """
    return equal_to(source_hash(own=own))
