"""Whether a run computed again left what its record says, number by number.

On a like machine every result must be the same to the last bit. Elsewhere sums may be rounded in
another order; then what rounding cannot change must still be the same: how many tests there are,
bytes, operations and the pictures sent. The rest is for ``slfkit.runs.tolerance``.

Later code whose numbers are the same (``slfkit.records.lineage``) may show other pictures, store
more, or leave out what follows from the rest: of its results, the numbers that both have are
compared.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from slfkit.errors import brief
from slfkit.records.store import Record

NEAR = 1e-9  # a relative difference of two numbers that is none
ALIKE = ("device", "torch", "threads", "precision")  # what rounding depends on, in a provenance
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


def alike(record: Record, again: Record) -> bool:
    """Tell whether both were computed on like machines: processor, torch, threads and precision."""
    old, new = record.provenance, again.provenance
    compiled = bool(old.get("compiled")) == bool(new.get("compiled"))
    return compiled and all(old.get(name) == new.get(name) for name in ALIKE)


def other_data(record: Record, again: Record) -> str:
    """Return which images differ by their checksums, "" where none does."""
    old, new = (each.provenance.get("data", {}) for each in (record, again))
    for name in sorted(old.keys() & new.keys()):
        if old[name] != new[name]:
            return f"the images {name} are not those of the record: {old[name]}, here {new[name]}"
    if old and not old.keys() & new.keys():
        return f"the record names the images {', '.join(old)}, and none of them was read now"
    return ""


def first_difference(
    stored: Mapping[str, Any],
    again: Mapping[str, Any],
    same_code: bool = True,
    settled_only: bool = False,
    exact: bool = False,
) -> str:
    """Return what differs first between stored and recomputed results, "" where nothing does.

    Args:
        stored, again: ``Record.results``.
        same_code: both were computed by the same code, not by other code of the same numbers; then
            they must hold the same names too.
        settled_only: leave out what rounding can change.
        exact: numbers are the same only to the last bit.
    """
    if not same_code:
        stored = _in_both(stored, again)
    near = 0.0 if exact else NEAR
    for path, old, new in _differences(stored, again, near, every_name=same_code):
        if not settled_only or _settled(path):
            return f"{'.'.join(path)} is {brief(old)} in the record and {brief(new)} now"
    return ""


def _in_both(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the old results that the new have too, without the pictures shown."""
    both = {key: value for key, value in old.items() if key in new and key != "examples"}
    for key, value in both.items():
        if isinstance(value, dict) and isinstance(new[key], dict):
            both[key] = _in_both(value, new[key])
    return both


def _differences(
    old: Any, new: Any, near: float, every_name: bool, path: Where = ()
) -> Iterator[tuple[Where, Any, Any]]:
    """Yield path, old and new value of all that differs; new names count if ``every_name``."""
    if isinstance(old, list) and isinstance(new, list) and len(old) != len(new):
        yield (*path, "length"), len(old), len(new)
    elif isinstance(old, dict | list) and type(old) is type(new):
        old, new = (dict(enumerate(x)) if isinstance(x, list) else x for x in (old, new))
        for key in dict.fromkeys([*old, *(new if every_name else ())]):
            if key not in ASIDE:
                inside = (*path, str(key))
                yield from _differences(old.get(key), new.get(key), near, every_name, inside)
    elif not _same(old, new, near):
        yield path, old, new


def _same(old: Any, new: Any, near: float) -> bool:
    """Tell whether two plain values are the same, numbers up to this relative difference."""
    if isinstance(old, float) and isinstance(new, float | int):
        return math.isclose(old, new, rel_tol=near)
    return bool(old == new)


def _settled(path: Where) -> bool:
    """Tell whether rounding cannot change what lies here; it can change how long training takes."""
    return "history" not in path and (path[-1] == "length" or not SETTLED.isdisjoint(path))
