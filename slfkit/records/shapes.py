"""Shapes of plain JSON data: each finds the first value that is not as it must be."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from slfkit.errors import brief

MOST = sys.float_info.max  # what is larger is infinite


@dataclass(frozen=True)
class Fault:
    """A value that is not as it must be.

    Attributes:
        wrong: what it is, such as "-1" or "missing".
        expected: what it must be.
        where: the names that lead to it.
    """

    wrong: str
    expected: str
    where: tuple[str, ...] = ()

    def within(self, name: object) -> Fault:
        """Return the same fault as seen from the value that holds it under this name."""
        return replace(self, where=(str(name), *self.where))

    def __str__(self) -> str:
        return f"{'.'.join(self.where)} is {self.wrong}: expected {self.expected}"


class Shape(Protocol):
    """What a value must be."""

    def fault(self, value: Any) -> Fault | None:
        """Return the first fault in a value, None if there is none."""
        ...


@dataclass(frozen=True)
class Number:
    """A finite number within a range, both ends included."""

    least: float = -MOST
    most: float = MOST
    whole: bool = False

    def fault(self, value: Any) -> Fault | None:
        """Return what is wrong with a value; NaN lies in no range, and a truth is no number."""
        kind = type(value)
        if (kind is int or (kind is float and not self.whole)) and self.least <= value <= self.most:
            return None
        return Fault(brief(value), self._expected())

    def _expected(self) -> str:
        number = "a whole number" if self.whole else "a finite number"
        low, high = self.least > -MOST, self.most < MOST
        bounds = f" of at least {self.least:g}" if low else ""
        return f"{number} from {self.least:g} to {self.most:g}" if low and high else number + bounds


@dataclass(frozen=True)
class Text:
    """A text that matches a pattern wholly, by default any but the empty one."""

    pattern: str = r"(?s:.+)"
    expected: str = "a text that is not empty"

    def fault(self, value: Any) -> Fault | None:
        """Return what is wrong with a value."""
        if type(value) is str and re.fullmatch(self.pattern, value):
            return None
        return Fault(brief(value), self.expected)


@dataclass(frozen=True)
class Truth:
    """True or false."""

    def fault(self, value: Any) -> Fault | None:
        """Return what is wrong with a value."""
        return None if type(value) is bool else Fault(brief(value), "true or false")


@dataclass(frozen=True)
class Each:
    """A list of at least one value, all of one shape."""

    of: Shape

    def fault(self, value: Any) -> Fault | None:
        """Return the first fault in a list."""
        if type(value) is not list or not value:
            return Fault(brief(value), "a list of at least one entry")
        for number, entry in enumerate(value):
            if found := self.of.fault(entry):
                return found.within(number)
        return None


@dataclass(frozen=True)
class Named:
    """A mapping from any names but the empty one to values of one shape."""

    of: Shape

    def fault(self, value: Any) -> Fault | None:
        """Return the first fault in a mapping."""
        if type(value) is not dict:
            return Fault(brief(value), "names and values")
        for name, entry in value.items():
            found = self.of.fault(entry) if name else Fault("a name", "one that is not empty")
            if found:
                return found.within(name)
        return None


@dataclass(frozen=True)
class Fields:
    """A mapping with these names and no others.

    Attributes:
        required: names that it must have.
        optional: names that it may have.
    """

    required: Mapping[str, Shape]
    optional: Mapping[str, Shape] = field(default_factory=dict)

    def fault(self, value: Any) -> Fault | None:
        """Return the first fault in a mapping."""
        if type(value) is not dict:
            return Fault(brief(value), f"{', '.join(self.required)} by name")
        for name, shape in self.required.items():
            if name not in value:
                return Fault("missing", _expected(shape), (name,))
            if found := shape.fault(value[name]):
                return found.within(name)
        return self._further(value) if len(value) > len(self.required) else None

    def _further(self, value: dict[str, Any]) -> Fault | None:
        """Return the first fault in what a mapping has besides what it must have."""
        for name in value.keys() - self.required.keys():
            if name not in self.optional:
                known = ", ".join((*self.required, *self.optional))
                return Fault("no field of it", f"only {known}", (brief(name).strip("'"),))
            if found := self.optional[name].fault(value[name]):
                return found.within(name)
        return None

    def __or__(self, other: Fields) -> Fields:
        """Return a mapping with the names of both; what one of them requires is required."""
        required = {**self.required, **other.required}
        optional = {**self.optional, **other.optional}
        return Fields(required, {k: v for k, v in optional.items() if k not in required})


def _expected(shape: Shape) -> str:
    """Return what a shape expects of a value, in words."""
    found = shape.fault(None)
    return found.expected if found else "a value"
