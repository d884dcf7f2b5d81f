"""What a table shows, in sentences whose every number is computed from its rows."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from slfkit.reporting.metrics import METRICS
from slfkit.reporting.rows import Row, seeds_of_cells

Finding = Callable[..., str]
_BASIS = re.compile(r" \(([^()]*\bseeds?\b[^()]*)\)\.")


def with_basis(sentences: Callable[..., str]) -> Finding:
    """Let a function of rows end in how many seeds and missing cells its sentences rest on.

    It takes rows and options, and returns sentences, the last one without its full stop, or ""
    where there is nothing to say; what is returned takes the missing cells after the rows.
    """
    return _ending(sentences, lambda rows, missing: f" ({basis(rows, missing)}).")


def stated(sentences: Callable[..., str]) -> Finding:
    """Do what ``with_basis`` does, for sentences on a page whose finding says the basis."""
    return _ending(sentences, lambda rows, missing: ".")


def _ending(
    sentences: Callable[..., str], end: Callable[[Sequence[Row], Sequence], str]
) -> Finding:
    """Let a function of rows end as its rows and missing cells tell; without rows, say so."""

    @functools.wraps(sentences)
    def finding(rows: Sequence[Row], missing: Sequence = (), *options: Any, **named: Any) -> str:
        text = sentences(rows, *options, **named) if rows else ""
        return text + end(rows, missing) if text else nothing(missing)

    return finding


def apart(text: str) -> list[tuple[str, str]]:
    """Return pieces of a text, each with the basis that ends it in parentheses, "" without one.

    A basis is what ``basis`` says, so it tells of seeds.
    """
    pieces = _BASIS.split(text)
    pairs = [(f"{said}.", ground) for said, ground in zip(pieces[::2], pieces[1::2], strict=False)]
    return pairs + [(piece, "") for piece in pieces[2 * len(pairs) :] if piece.strip()]


def basis(rows: Sequence[Row], missing: Sequence = ()) -> str:
    """Say how many seeds the rows have, and how many cells have no run."""
    counts = seeds_of_cells(rows)
    least, most = min(counts), max(counts)
    seeds = "one seed"
    if most > 1:
        seeds = f"{most} seeds" if least == most else f"{least} to {most} seeds per cell"
        seeds += ", paired" + ("; one seed decides nothing" if least == 1 else "")
    absent = len(missing)
    return seeds + (f"; {absent} of {len(rows) + absent} cells missing" if absent else "")


def nothing(missing: Sequence = ()) -> str:
    """Say that there is nothing to say."""
    absent = f": all {len(missing)} cells are still to be computed" if missing else ""
    return f"No record is stored yet{absent}."


def within(sentence: str) -> str:
    """Return a sentence as it goes on after a colon: its first letter small."""
    return sentence[0].lower() + sentence[1:]


def value_range(rows: Sequence[Row], metric: str) -> str:
    """Write the range of a metric over rows; accuracy in per cent."""
    if not rows:
        return "unknown (no record)"
    kind, unit = METRICS[metric], " %" if metric == "accuracy" else ""
    values = [kind.scale * row[metric] for row in rows]
    return between(kind.brief.format(min(values)), kind.brief.format(max(values)), "–") + unit


def between(low: str, high: str, mark: str = " to ") -> str:
    """Write a range; a single text where both ends are the same."""
    return low if low == high else f"{low}{mark}{high}"


def improved(pairs: Iterable[tuple[Row, Row]], metric: str) -> int:
    """Return in how many pairs (before, after) a metric is better after."""
    sign = METRICS[metric].better
    return sum(sign * after[metric] > sign * before[metric] for before, after in pairs)
