"""Whether a run computed again left what its record says, number by number.

Where the mean test MSE came out the same, sums were rounded as they were then, so everything else
must be the same as well. Where it did not, what rounding cannot change must still be the same: how
many tests there are, bytes, operations and the pictures sent.

Later code whose numbers are the same (``slfkit.records.lineage``) may show other pictures, store
more, or leave out what follows from the rest: of its results, the numbers that both have are
compared.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

NEAR = 1e-6  # a relative difference of two numbers that were rounded alike
ASIDE = ("wall_seconds", "weights_sha256")  # how long it took; how a file of weights is written
# of results, what no rounding changes
SETTLED = frozenset(
    {
        "bytes_down",
        "bytes_up",
        "flops_per_image",
        "labels",
        "message_bytes",
        "original",
        "training_images",
    }
)
Where = tuple[str, ...]


def first_difference(
    stored: Mapping[str, Any],
    again: Mapping[str, Any],
    same_code: bool = True,
    settled_only: bool = False,
) -> str:
    """Return what differs first between stored and recomputed results, "" where nothing does.

    Args:
        stored, again: ``Record.results``.
        same_code: both were computed by the same code, not by other code of the same numbers.
        settled_only: leave out what rounding can change.
    """
    if not same_code:
        stored = _in_both(stored, again)
    for path, old, new in _differences(stored, again, ()):
        if not settled_only or _settled(path):
            return f"{'.'.join(path)} is {_short(old)} in the record and {_short(new)} now"
    return ""


def _in_both(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the old results that the new have too, without the pictures shown."""
    both = {key: value for key, value in old.items() if key in new and key != "examples"}
    for key, value in both.items():
        if isinstance(value, dict) and isinstance(new[key], dict):
            both[key] = _in_both(value, new[key])
    return both


def _differences(old: Any, new: Any, path: Where) -> Iterator[tuple[Where, Any, Any]]:
    """Yield the path, the stored and the recomputed value of all that differs."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old:
            if key not in ASIDE:
                yield from _differences(old[key], new.get(key), (*path, key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _differences(one, other, (*path, str(number)))
    elif isinstance(old, list) and isinstance(new, list):
        yield (*path, "length"), len(old), len(new)
    elif not _same(old, new):
        yield path, old, new


def _same(old: Any, new: Any) -> bool:
    """Tell whether two plain values are the same, numbers up to ``NEAR``."""
    if isinstance(old, float) and isinstance(new, float | int):
        return math.isclose(old, new, rel_tol=NEAR)
    return bool(old == new)


def _settled(path: Where) -> bool:
    """Tell whether rounding cannot change what lies here; it can change how long training takes."""
    return "history" not in path and (path[-1] == "length" or not SETTLED.isdisjoint(path))


def _short(value: Any) -> str:
    """Return a value as a short text."""
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."
