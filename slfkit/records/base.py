"""What all specifications have in common: checks of their fields, and the key of their record."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from slfkit.errors import ParameterError, brief


@dataclass(frozen=True)
class Spec:
    """Base of all specifications: checks values on construction and knows its key."""

    # of ``slfkit``, those that decide its numbers besides ``provenance.NUMERIC_FILES``
    files: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        for item in dataclasses.fields(self):
            value = getattr(self, item.name)
            if item.type == "float" and isinstance(value, int):
                # one key for 0 and 0.0
                try:
                    object.__setattr__(self, item.name, float(value))
                except OverflowError as error:
                    said = f"{item.name} {brief(value)} is larger than any number here"
                    raise ParameterError(said) from error
            check = item.metadata.get("check")
            if check and (wrong := check(value)):
                raise ParameterError(f"{item.name} {brief(value, 80)} {wrong}")

    @property
    def kind(self) -> str:
        """The kind of run, as it names folders: transceivers, classifiers, pairs, ..."""
        return type(self).__name__.removesuffix("Spec").lower() + "s"

    @property
    def runner(self) -> str:
        """The module whose ``run(spec, place)`` returns its results; "": ``runs.execution``'s."""
        return f"slfkit.runs.{self.kind}" if self.files else ""

    def needs(self) -> tuple[Spec, ...]:
        """Return the runs whose weights this one reads."""
        return ()

    def canonical(self) -> dict[str, Any]:
        """Return the specification as plain JSON data without fields at their default."""
        plain = {"kind": self.kind}
        for item in dataclasses.fields(self):
            value = getattr(self, item.name)
            if value != item.default:
                plain[item.name] = _plain(value)
        return plain

    @cached_property
    def key(self) -> str:
        """The content hash that names this run's record: 16 hex digits."""
        return digest(self.canonical())[:16]


class Borrowing(Spec):
    """What kinds of run have in common that take the images of a transceiver's pre-training."""

    other = ""  # no mixture is sent

    @property
    def like(self) -> Any:
        """The specification of that transceiver."""
        return self.transceiver

    @property
    def sources(self) -> tuple[str, ...]:
        """The name of the source whose images are sent."""
        return self.like.sources

    @property
    def train(self) -> int:
        """Training images, as in pre-training."""
        return self.like.train

    @property
    def test(self) -> int:
        """Test images, as in pre-training."""
        return self.like.test

    @property
    def held_out(self) -> int:
        """Held-out images, as in pre-training."""
        return self.like.held_out


def digest(plain: dict[str, Any]) -> str:
    """Return the sha256 of plain data in canonical JSON, 64 hex digits."""
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Return a field's value as plain JSON data."""
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.canonical() if isinstance(value, Spec) else value
