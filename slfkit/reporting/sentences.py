"""What a table shows, in sentences whose every number is computed from its rows."""

from __future__ import annotations

from collections.abc import Sequence

from slfkit.reporting.rows import Row, seeds_of_cells


def basis(rows: Sequence[Row], missing: Sequence = ()) -> str:
    """Say how many seeds stand behind the rows, and how many cells have no record yet."""
    counts = seeds_of_cells(rows)
    least, most = min(counts), max(counts)
    said = "one seed, so without an interval"
    if most > 1:
        said = f"{most} seeds" if least == most else f"{least} to {most} seeds per cell"
        said += ", paired"
    total = len(rows) + len(missing)
    return said + (f"; {len(missing)} of {total} cells have no record yet" if missing else "")


def nothing(missing: Sequence = ()) -> str:
    """Say that there is nothing to say."""
    absent = f": all {len(missing)} cells are still to be computed" if missing else ""
    return f"There is no record to speak of yet{absent}."


def value_range(rows: Sequence[Row], metric: str) -> str:
    """Write the range of a metric over rows; accuracy in per cent."""
    if not rows:
        return "unknown (no record)"
    values = [row[metric] for row in rows]
    if metric == "accuracy":
        return between(f"{100 * min(values):.1f}", f"{100 * max(values):.1f}", "–") + " %"
    return between(f"{min(values):.3f}", f"{max(values):.3f}", "–")


def between(low: str, high: str, mark: str = " to ") -> str:
    return low if low == high else f"{low}{mark}{high}"
