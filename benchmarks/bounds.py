"""What speed and size were promised, and whether a report keeps it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .timing import Row

EPOCH = 60_000  # images of the epoch that the bound on a card is about
Rows = dict[str, Row]


@dataclass(frozen=True)
class Bound:
    """A promise: ``value(rows)`` must be at least, or at most, the limit; None: only shown.

    A value that needs a row which was not measured raises KeyError.
    """

    name: str
    value: Callable[[Rows], float]
    limit: float | None = None
    at_least: bool = True
    unit: str = ""

    def holds(self, value: float) -> bool | None:
        """Return whether a value keeps the promise; None where nothing was promised."""
        if self.limit is None:
            return None
        return value >= self.limit if self.at_least else value <= self.limit


def fastest(rows: Rows, prefix: str) -> float:
    """Return the best median among the rows whose key begins so.

    Raises:
        KeyError: there is none.
    """
    found = [row.median for key, row in rows.items() if key.startswith(prefix)]
    if not found:
        raise KeyError(prefix)
    return max(found)


def ratio(over: str, under: str) -> Callable[[Rows], float]:
    """Return the ratio of two medians, each that of a row or of the fastest with a prefix."""
    return lambda rows: fastest(rows, over) / fastest(rows, under)


def worth(rows: Rows) -> float:
    """Return how much faster f = 4 would be than f = 0 if time went by operations alone."""
    return rows["flops-f0"].median / rows["flops-f4"].median


def epoch_seconds(rows: Rows) -> float:
    """Return the seconds of an epoch of 60,000 images."""
    return EPOCH / rows["pre-training"].median


COMMON = (
    Bound("fine-tuning, f = 4 over f = 0", ratio("fine-tuning-f4", "fine-tuning-f0"), 1.0),
    Bound("the same by operations alone", worth),
    Bound("quantiser over the library's", ratio("quantiser-slfkit", "quantiser-library")),
    Bound("peak resident memory", lambda r: r["memory-host"].median / 1024, 2.5, False, "GiB"),
    Bound("import slfkit", lambda r: r["start-import"].median, 0.15, False, "s"),
    Bound("a notebook that reads records", lambda r: r["start-notebook"].median, 10, False, "s"),
)
ON_CPU = (
    Bound("pre-training over the floor", ratio("pre-training", "floor-"), 0.92),
    Bound("pre-training over the usual loop", ratio("pre-training", "usual-"), 1.4),
    *COMMON,
)
ON_CARD = (
    Bound("an epoch of 60,000 images", epoch_seconds, 0.6, False, "s"),
    Bound("pre-training over the usual loop", ratio("pre-training", "usual-"), 15.0),
    Bound("pre-training over the floor", ratio("pre-training", "floor-")),
    Bound("peak memory of the card", lambda r: r["memory-card"].median / 1024, 4.0, False, "GiB"),
    *COMMON,
)


def judge(rows: list[Row], device: str) -> list[dict]:
    """Return each bound with its value and whether it holds; None where it was not measured."""
    measured = {row.key: row for row in rows if row.values}
    found = []
    for bound in ON_CARD if device.startswith("cuda") else ON_CPU:
        try:
            value = bound.value(measured)
        except KeyError:
            value = None
        found.append(
            {
                "name": bound.name,
                "value": value,
                "limit": bound.limit,
                "at_least": bound.at_least,
                "unit": bound.unit,
                "holds": None if value is None else bound.holds(value),
            }
        )
    return found
