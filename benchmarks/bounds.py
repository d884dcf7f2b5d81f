"""What speed and size were promised, and whether a report keeps the promise."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

EPOCH = 60_000  # images of the epoch that the bound on a card is about
Medians = dict[str, float]  # of the rows that were measured, by key


@dataclass(frozen=True)
class Bound:
    """A promise: ``value(medians)`` must be at least, or at most, the limit; None: only shown.

    A value that needs a row which was not measured raises KeyError or ValueError.
    """

    name: str
    value: Callable[[Medians], float]
    limit: float | None = None
    at_least: bool = True
    unit: str = ""

    def judge(self, medians: Medians) -> dict[str, Any]:
        """Return the bound with its value and whether that holds; None: not measured."""
        try:
            value = self.value(medians)
        except (KeyError, ValueError):
            value = None
        holds = None
        if value is not None and self.limit is not None:
            holds = value >= self.limit if self.at_least else value <= self.limit
        return vars(self) | {"value": value, "holds": holds}


def at_most(name: str, value: Callable[[Medians], float], limit: float, unit: str) -> Bound:
    """Return a bound from above."""
    return Bound(name, value, limit, at_least=False, unit=unit)


def fastest(medians: Medians, prefix: str) -> float:
    """Return the largest median whose key begins with a prefix; ValueError if there is none."""
    return max(median for key, median in medians.items() if key.startswith(prefix))


def ratio(over: str, under: str) -> Callable[[Medians], float]:
    """Return the ratio of two medians, each that of a row or of the fastest with a prefix."""
    return lambda medians: fastest(medians, over) / fastest(medians, under)


def gib(key: str) -> Callable[[Medians], float]:
    """Return the median of a row in MiB, in GiB."""
    return lambda medians: medians[key] / 1024


OVER_FLOOR = ("compiled pre-training over the floor", ratio("compiled", "floor-"))
OVER_USUAL = ("compiled pre-training over the usual loop", ratio("compiled", "usual-"))
COMMON = (
    Bound("fine-tuning, f = 4 over f = 0", ratio("fine-tuning-f4", "fine-tuning-f0"), 1.0),
    Bound("the same by operations alone", ratio("flops-f0", "flops-f4")),
    Bound("quantiser over the library's", ratio("quantiser-slfkit", "quantiser-library")),
    at_most("peak resident memory", gib("memory-host"), 2.5, "GiB"),
    at_most("import slfkit", lambda medians: medians["start-import"], 0.15, "s"),
    at_most("a notebook that reads records", lambda medians: medians["start-notebook"], 10, "s"),
)
ON_CPU = (
    Bound(*OVER_FLOOR, 0.88),
    Bound(*OVER_USUAL, 1.5),
    Bound("in bfloat16 over compiled", ratio("bfloat16", "compiled")),
    *COMMON,
)
ON_CARD = (
    at_most("an epoch of 60,000 images", lambda medians: EPOCH / medians["pre-training"], 0.6, "s"),
    Bound(*OVER_USUAL, 15.0),
    Bound(*OVER_FLOOR),
    at_most("peak memory of the card", gib("memory-card"), 4.0, "GiB"),
    *COMMON,
)


def judge(medians: Medians, on_card: bool) -> list[dict[str, Any]]:
    """Return each bound of a device with its value and verdict."""
    return [bound.judge(medians) for bound in (ON_CARD if on_card else ON_CPU)]
