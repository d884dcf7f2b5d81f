"""Rows, as every table, figure and sentence takes them, and how they are grouped and paired."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from slfkit.reporting.intervals import interval

Row = dict[str, Any]
"""What a run measured beside its labels, seed and ``cell`` (its labels without the seed).

Means over the draws of the test channel are ``mse`` of pixels in [-1, 1], ``psnr`` (dB),
``accuracy`` (a share; ``accuracy_receiver`` as a pair's receiver judges) and ``perplexity``
(codewords in use, 1 to K); an alignment takes each from the epoch that is best for its own task.
``pixel_variance`` is of the images sent, ``ceiling`` the accuracy on the same, clean (None without
its record); of mixtures, ``ceilings`` and ``shares`` have accuracies and metrics by source.

An alignment has ``epochs_mse`` and ``epochs_accuracy`` until the stopping rule of each task ended
its training, ``capped``: tasks whose rule had not stopped at the limit, ``bytes_down``,
``bytes_up``, ``flops_per_image``, ``training_images``, ``codewords`` (K), ``dimension`` (D),
``wall_seconds``, ``history`` (by epoch), and the MSE and accuracy of ``old_link`` "before" and
"after" the upload; of averaging, ``own_link`` has Alice's.
"""


def draws_of(results: Mapping[str, Any], metric: str) -> list[dict[str, float]]:
    """Return the draws of the test channel in a record's results.

    Those of an alignment are taken at the best epoch of the task that the metric judges; PSNR and
    perplexity go with the MSE.
    """
    if "tasks" not in results:
        return results["test"]
    return results["tasks"]["accuracy" if metric == "accuracy" else "mse"]["test"]


def mean_of(draws: Iterable[Mapping[str, float]], metric: str) -> float:
    """Return a metric's mean over the draws of the test channel."""
    return statistics.fmean(draw[metric] for draw in draws)


def grouped(rows: Iterable[Row], *keys: str) -> dict[tuple, list[Row]]:
    """Return the rows in groups that agree in these keys, in the order of their first rows."""
    groups: dict[tuple, list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row.get(key) for key in keys), []).append(row)
    return groups


def along(rows: Iterable[Row], key: str) -> dict[Any, list[Row]]:
    """Return the rows by the values of one key, ascending."""
    return {value: group for (value,), group in sorted(grouped(rows, key).items())}


def over_f(rows: Iterable[Row], *keys: str) -> list[list[Row]]:
    """Return the rows that agree in these keys, each group by ascending f."""
    return [sorted(line, key=lambda row: row["frozen"]) for line in grouped(rows, *keys).values()]


def rising(lines: Iterable[Sequence[Row]]) -> tuple[int, int]:
    """Return in how many lines the MSE rises with every step, and how many have steps at all."""
    stepped = [[row["mse"] for row in line] for line in lines if len(line) > 2]
    return sum(all(a < b for a, b in pairwise(line)) for line in stepped), len(stepped)


def means(rows: Iterable[Row], key: str, metric: str) -> dict[Any, tuple[float, float | None]]:
    """Return a metric's ``interval`` by the values of one key, ascending."""
    return {
        value: interval(row[metric] for row in group) for value, group in along(rows, key).items()
    }


def pairs(
    rows: Iterable[Row], label: str, first: Any, second: Any, *keys: str
) -> list[tuple[Row, Row]]:
    """Return (row labelled first, row labelled second) wherever two rows agree in the keys."""
    partners = {tuple(row[key] for key in keys): row for row in rows if row.get(label) == second}
    own = [(tuple(row[key] for key in keys), row) for row in rows if row.get(label) == first]
    return [(row, partners[at]) for at, row in own if at in partners]


def seeds_of_cells(rows: Iterable[Row]) -> list[int]:
    """Return for each cell of the rows, in their order, how many seeds it has."""
    return list(Counter(row["cell"] for row in rows).values())
