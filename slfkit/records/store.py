"""Where records and weights lie: atomic, named by content, refused when damaged."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from slfkit.errors import ParameterError, RecordError, SlfkitError, brief
from slfkit.records import results as schema
from slfkit.records.base import digest
from slfkit.records.spec import PROFILES, Spec, from_canonical

FORMAT = 1
_BODY = ("format", "key", "spec", "results", "provenance")


@cache
def project_root() -> Path:
    """Return the checkout slfkit was installed from."""
    return Path(__file__).resolve().parents[2]


def results_root() -> Path:
    """Return the folder of the records: ``SLFKIT_RESULTS``, else ``results`` in the checkout."""
    return Path(os.environ.get("SLFKIT_RESULTS") or project_root() / "results")


@dataclass(frozen=True)
class Record:
    """What one run left behind: its specification, its results and where they come from."""

    spec: Spec
    results: dict[str, Any]
    provenance: dict[str, Any]

    def to_text(self) -> str:
        """Return the record as JSON with its key and a checksum over everything else.

        Raises:
            RecordError: a result is not finite.
        """
        body = {
            "format": FORMAT,
            "key": self.spec.key,
            "spec": self.spec.canonical(),
            "results": self.results,
            "provenance": self.provenance,
        }
        try:
            return json.dumps({**body, "sha256": digest(body)}, indent=1, allow_nan=False) + "\n"
        except ValueError as error:
            raise RecordError(
                f"the results of {self.spec.stem} hold a value that is not finite: nothing was "
                "stored; try a smaller learning rate"
            ) from error

    @staticmethod
    def from_text(text: str) -> Record:
        """Rebuild a record from its JSON.

        Raises:
            RecordError: it does not parse, its checksum, format or key is wrong, or a result is
                not as ``slfkit.records.results`` says.
        """
        try:
            body = json.loads(text)
            claimed = body.pop("sha256")
            if repr(body["format"]) != str(FORMAT):
                raise RecordError(f"format {brief(body['format'])}, expected {FORMAT}")
            if claimed != digest(body):
                raise RecordError("its checksum is wrong")
            record = Record(from_canonical(body["spec"]), body["results"], body["provenance"])
            keys = {record.spec.key, digest(body["spec"])[:16], body["key"]}
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            said = f"{type(error).__name__}: {brief(error, 120)}"
            raise RecordError(f"it does not parse ({said})") from error
        if len(keys) > 1:
            raise RecordError(f"its key {brief(body['key'])} is not that of its specification")
        if odd := body.keys() - _BODY:
            raise RecordError(f"it has an entry {brief(min(odd))}, expected {', '.join(_BODY)}")
        schema.check(record.spec, record.results, record.provenance)
        return record


@dataclass(frozen=True)
class Store:
    """The records and weights of one profile, below ``results_root()`` unless a root is given.

    Raises:
        ParameterError: an unknown profile.
    """

    profile: str
    root: Path | None = None

    def __post_init__(self) -> None:
        if self.profile not in PROFILES:
            raise ParameterError(
                f"profile {self.profile!r} is unknown: choose {', '.join(PROFILES)}"
            )

    @property
    def folder(self) -> Path:
        """The folder of this profile."""
        return (self.root or results_root()) / self.profile

    def record_path(self, spec: Spec) -> Path:
        """Return where a run's record lies or will lie."""
        return self.folder / spec.kind / f"{spec.stem}-{spec.key}.json"

    def weights_path(self, spec: Spec) -> Path:
        """Return where a run's weights lie or will lie."""
        return self.folder / "weights" / f"{spec.stem}-{spec.key}.safetensors"

    def load(self, spec: Spec) -> Record | None:
        """Return a run's record, or None if there is none.

        Raises:
            RecordError: the file is damaged or belongs to another run.
        """
        path = self.record_path(spec)
        return self.read(path) if path.is_file() else None

    def save(self, record: Record) -> Path:
        """Write a record, whole or not at all."""
        path = self.record_path(record.spec)
        write_atomic(path, record.to_text().encode())
        return path

    def load_weights(self, spec: Spec, sha256: str) -> bytes:
        """Return a run's stored weights as the bytes ``exchange.pack`` made.

        Raises:
            RecordError: they are absent, or not those the record names by their sha256.
        """
        path = self.weights_path(spec)
        if not path.is_file():
            raise RecordError(f"{path} is absent: delete the run's record and run it again")
        message = path.read_bytes()
        if hashlib.sha256(message).hexdigest() != sha256:
            raise RecordError(f"{path} is damaged: delete it and the run's record, and run again")
        return message

    def save_weights(self, spec: Spec, message: bytes) -> str:
        """Write a run's weights, whole or not at all; return their sha256."""
        write_atomic(self.weights_path(spec), message)
        return hashlib.sha256(message).hexdigest()

    def records(self) -> Iterator[Record]:
        """Yield every stored record of the profile, in the order of the file names.

        Raises:
            RecordError: one of them is damaged, or its file is not named after it.
        """
        yield from map(self.read, self.record_files())

    def record_files(self) -> list[Path]:
        """Return the files of the profile's records, sorted."""
        return sorted(self.folder.glob("*/*.json"))

    def read(self, path: Path) -> Record:
        """Read one file of ``record_files()``.

        Raises:
            RecordError: it is damaged, or not named after the record it holds.
        """
        try:
            record = Record.from_text(path.read_text())
        except (SlfkitError, UnicodeDecodeError) as error:
            raise RecordError(f"{path} is refused: {error}; delete it and run again") from error
        if path != self.record_path(record.spec):
            raise RecordError(f"{path} holds another run: delete it and run again")
        return record


def write_atomic(path: Path, content: bytes) -> None:
    """Write a file so that a kill at any moment leaves the whole of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.parent / f".{secrets.token_hex(8)}.tmp"
    try:
        with scratch.open("xb") as file:  # with the rights that this user's umask leaves
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(scratch, path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise
