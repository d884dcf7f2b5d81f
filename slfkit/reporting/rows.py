"""Rows, as every table, figure and sentence takes them, and how they are grouped and paired."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, TypedDict

from slfkit.reporting.intervals import interval

Row = dict[str, Any]  # of a run: its labels, the seed among them, and what ``Measured`` lists


class Measured(TypedDict, total=False):
    """What the row of a run holds besides the labels that its experiment gives it.

    An alignment takes each metric from the epoch that is best for its own task, and has all but
    ``ceilings`` and ``shares``, which are of mixtures; a pair has the first seven.
    """

    cell: tuple[tuple[str, Any], ...]  # its labels without the seed
    mse: float  # of pixels in [-1, 1]; metrics are means over the draws of the test channel
    psnr: float  # dB
    accuracy: float  # share of images
    perplexity: float  # codewords in use, 1 to K
    pixel_variance: float  # of the images sent
    accuracy_receiver: float  # of a pair, as the receiver's classifier judges it
    ceiling: float | None  # accuracy on the same images, clean; None without its record
    ceilings: dict[str, float]  # the same by source
    shares: dict[str, dict[str, float]]  # source -> metric -> value
    epochs_mse: int  # until the stopping rule of each task ended its training
    epochs_accuracy: int
    capped: tuple[str, ...]  # tasks whose rule had not stopped at the limit of epochs
    bytes_down: int
    bytes_up: int
    flops_per_image: float
    training_images: int
    codewords: int  # K
    dimension: int  # D
    wall_seconds: float
    old_link: dict[str, dict[str, float]]  # "before", "after" the upload -> mse, accuracy
    own_link: dict[str, dict[str, float]]  # Alice's, the same; of averaging only
    history: list[dict[str, float]]  # by epoch


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
