"""Shapes of plain JSON data: each finds the first value that is not as it must be."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from slfkit.errors import brief

MOST = sys.float_info.max  # what is larger is infinite


@dataclass(frozen=True)
class Fault:
    """A value that is not as it must be."""

    wrong: str  # what it is, such as "-1" or "missing"
    expected: str  # what it must be
    where: tuple[str, ...] = ()  # the names that lead to it

    def within(self, name: object) -> Fault:
        """Return the same fault as seen from the value that holds it under this name."""
        return replace(self, where=(str(name), *self.where))

    def __str__(self) -> str:
        return f"{'.'.join(self.where)} is {self.wrong}: expected {self.expected}"


Shape = Callable[[Any], Fault | None]  # a value -> its first fault, None if there is none


def number(least: float = -MOST, most: float = MOST, whole: bool = False) -> Shape:
    """Return the shape of a finite number within a range, both ends included.

    NaN lies in no range, and a truth is no number.
    """
    kind = "a whole number" if whole else "a finite number"
    low, high = least > -MOST, most < MOST
    bounds = f" of at least {least:g}" if low else ""
    expected = f"{kind} from {least:g} to {most:g}" if low and high else kind + bounds
    kinds = (int,) if whole else (int, float)
    return lambda value: (
        None if type(value) in kinds and least <= value <= most else Fault(brief(value), expected)
    )


def text(pattern: str = r"(?s:.+)", expected: str = "a text that is not empty") -> Shape:
    """Return the shape of a text that matches a pattern wholly, by default any but the empty."""
    return lambda value: (
        None
        if type(value) is str and re.fullmatch(pattern, value)
        else Fault(brief(value), expected)
    )


def truth(value: Any) -> Fault | None:
    """Find fault with anything but true and false."""
    return None if type(value) is bool else Fault(brief(value), "true or false")


def each(of: Shape) -> Shape:
    """Return the shape of a list of at least one value, all of one shape."""

    def shape(value: Any) -> Fault | None:
        if type(value) is not list or not value:
            return Fault(brief(value), "a list of at least one entry")
        found = (fault.within(k) for k, entry in enumerate(value) if (fault := of(entry)))
        return next(found, None)

    return shape


def named(of: Shape) -> Shape:
    """Return the shape of a mapping from any names but the empty one to values of one shape."""

    def shape(value: Any) -> Fault | None:
        if type(value) is not dict:
            return Fault(brief(value), "names and values")
        for name, entry in value.items():
            if found := of(entry) if name else Fault("a name", "one that is not empty"):
                return found.within(name)
        return None

    return shape


@dataclass(frozen=True)
class Fields:
    """A mapping with these names and no others."""

    required: Mapping[str, Shape]  # names that it must have
    optional: Mapping[str, Shape] = field(default_factory=dict)  # names that it may have

    def __call__(self, value: Any) -> Fault | None:
        """Return the first fault in a mapping."""
        if type(value) is not dict:
            return Fault(brief(value), f"{', '.join(self.required)} by name")
        for name, shape in self.required.items():
            if name not in value:
                return Fault("missing", shape(None).expected, (name,))
            if found := shape(value[name]):
                return found.within(name)
        return self._further(value) if len(value) > len(self.required) else None

    def _further(self, value: dict[str, Any]) -> Fault | None:
        """Return the first fault in what a mapping has besides what it must have."""
        for name in value.keys() - self.required.keys():
            if name not in self.optional:
                known = ", ".join((*self.required, *self.optional))
                return Fault("no field of it", f"only {known}", (brief(name).strip("'"),))
            if found := self.optional[name](value[name]):
                return found.within(name)
        return None

    def __or__(self, other: Fields) -> Fields:
        """Return a mapping with the names of both; what one of them requires is required."""
        required = {**self.required, **other.required}
        optional = {**self.optional, **other.optional}
        return Fields(required, {k: v for k, v in optional.items() if k not in required})
