"""Rows, as every table, figure and sentence takes them: plain dicts, and how they are grouped."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]


def mean_of(draws: Sequence[dict[str, float]], metric: str) -> float:
    """Return a metric's mean over the draws of the test channel."""
    return statistics.fmean(draw[metric] for draw in draws)


def grouped(rows: Sequence[Row], *keys: str) -> dict[tuple, list[Row]]:
    """Return the rows in groups that agree in these keys, in the order of their first rows."""
    groups: dict[tuple, list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[key] for key in keys), []).append(row)
    return groups


def seeds_of_cells(rows: Sequence[Row]) -> list[int]:
    """Return for each cell of the rows, in their order, how many seeds it has."""
    return list(Counter(row["cell"] for row in rows).values())
