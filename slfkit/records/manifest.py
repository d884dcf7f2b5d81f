"""The manifest of a folder of records and weights: their digests, so that no change goes unseen.

A record edited by hand can carry a right checksum of its own. The manifest is one sorted text file
that git keeps beside the records; ``sha256sum --check MANIFEST`` reads it too. Storing a record
leaves it alone, so that any number of sweeps may go on at once: what they add is new until the
manifest is written again, on purpose (``slfkit verify --seal``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from slfkit.errors import RecordError
from slfkit.records.store import write_atomic

NAME = "MANIFEST"
SEAL = "slfkit verify --seal"
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")


@dataclass(frozen=True)
class Held:
    """How a folder differs from its manifest: paths within it, sorted."""

    folder: Path  # where the files lie
    changed: tuple[str, ...]  # have another content than when they were entered
    missing: tuple[str, ...]  # are entered and no longer there
    new: tuple[str, ...]  # are not entered yet
    sealed: bool = True  # whether there is a manifest at all

    def faults(self) -> list[str]:
        """Return a sentence for each file that is not as it was entered."""
        return [
            f"{self.folder / name} {what}"
            for what, names in (
                (f"is not as {NAME} says: it was changed since", self.changed),
                (f"is missing, and {NAME} names it", self.missing),
            )
            for name in names
        ]

    def told(self) -> str:
        """Return a sentence on what is not entered yet, "" where all is."""
        if not self.sealed:
            return f"{self.folder} has no {NAME}, so changes go unseen: {SEAL} writes one"
        return f"{len(self.new)} files are not in {NAME} yet: {SEAL} enters them" * bool(self.new)


def files(folder: Path) -> dict[str, Path]:
    """Return the files below a folder by their path in it, sorted; hidden ones are left out."""
    below = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return {
        name: below[name]
        for name in sorted(below)
        if below[name].is_file() and name != NAME and "/." not in f"/{name}"
    }


def digests(folder: Path) -> dict[str, str]:
    """Return the sha256 of each file below a folder."""
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files(folder).items()
    }


def read(folder: Path) -> Mapping[str, str] | None:
    """Return what a folder's manifest says: digests by path; None where there is none.

    Raises:
        RecordError: it is damaged; names the line.
    """
    path = folder / NAME
    if not path.is_file():
        return None
    entries: dict[str, str] = {}
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
        if not (match := _LINE.fullmatch(line)):
            raise RecordError(
                f"{path}, line {number} is no digest and path: restore the file from git, or write "
                f"it again with {SEAL}"
            )
        entries[match[2]] = match[1]
    return entries


def held(folder: Path) -> Held:
    """Hold a folder against its manifest.

    Raises:
        RecordError: the manifest is damaged.
    """
    known, there = read(folder), digests(folder)
    entries = known or {}
    return Held(
        folder,
        tuple(name for name in there if entries.get(name, there[name]) != there[name]),
        tuple(sorted(entries.keys() - there.keys())),
        tuple(name for name in there if name not in entries),
        known is not None,
    )


def seal(folder: Path) -> int:
    """Write a folder's manifest from what lies there now; return how many files it enters."""
    entries = digests(folder)
    lines = (f"{digest}  {name}\n" for name, digest in entries.items())
    write_atomic(folder / NAME, "".join(lines).encode())
    return len(entries)
