"""Records as the rows of an experiment's table."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .spec import PairSpec, Spec, ceiling_for, classifier_for
from .store import Record, Store

if TYPE_CHECKING:
    from .recovery import Link, RecoveryTime

# what an alignment's row takes from its record as it is, for the recovery time
_AS_STORED = ("bytes_down", "bytes_up", "flops_per_image", "training_images", "wall_seconds",
              "history")  # fmt: skip

# what tells the cells of a grid apart, besides the seed
_LABELS = ("sender", "receiver", "line", "frozen", "crossover", "alpha", "order", "reinitialise",
           "learning_rate", "start")  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One cell of an experiment's grid: its labels in the table, and its run."""

    labels: dict[str, Any]
    spec: Spec

    def runs(self) -> tuple[Spec, ...]:
        """Return the runs whose records its row is made of: for a mixture also its ceiling."""
        mixed = ceiling_for(self.spec)
        return (mixed, self.spec) if mixed else (self.spec,)


@dataclass
class Results:
    """An experiment's table and where it comes from.

    Attributes:
        rows: one a cell with a record: its labels, its metrics (means over the channel's draws)
            and its seed.
        missing: cells without a record.
        read, computed: how many records were read, and computed just now.
        records: the records of the rows, in the same order.
    """

    profile: str
    rows: list[dict[str, Any]]
    missing: list[Cell]
    read: int
    computed: int
    records: list[Record]

    def pictures(self) -> list[dict[str, Any]]:
        """Return each row's labels with ``original`` and ``reconstruction``, uint8 (n, 3, 32, 32).

        The example images lie in the records, so no data set is needed to show them. Images of
        classes not yet shown come first.
        """
        return [
            {**row, **_pictures(record.results["examples"])}
            for row, record in zip(self.rows, self.records, strict=True)
        ]

    def summary(self) -> str:
        """Return one line on how many numbers are there; ``provenance_line`` tells the rest."""
        total = self.read + self.computed + len(self.missing)
        parts = [f"profile {self.profile}", f"{self.read} of {total} records read",
                 f"{self.computed} computed now"]  # fmt: skip
        if self.missing:
            parts.append(f"{len(self.missing)} not there yet")
        return "; ".join(parts) + "."


def row_of(cell: Cell, record: Record) -> dict[str, Any]:
    """Return one row of the table: each task at its own best epoch, means over the draws."""
    results = record.results
    row = {**cell.labels, "pixel_variance": results["pixel_variance"]}
    if isinstance(record.spec, PairSpec):
        for metric in ("mse", "psnr", "accuracy", "perplexity"):
            row[metric] = mean_of(results["test"], metric)
        return row | _shares(results["test"], results["test"])
    tasks = results["tasks"]
    row |= {name: mean_of(tasks["mse"]["test"], name) for name in ("mse", "psnr", "perplexity")}
    row["accuracy"] = mean_of(tasks["accuracy"]["test"], "accuracy")
    row |= {f"epochs_{name}": task["epochs"] for name, task in tasks.items()}
    row |= {name: results[name] for name in _AS_STORED if name in results}
    return row | _shares(tasks["mse"]["test"], tasks["accuracy"]["test"])


def _shares(for_mse: Sequence[dict], for_accuracy: Sequence[dict]) -> dict[str, Any]:
    """Return the metrics of each source's images where there are several, means over the draws."""
    if "shares" not in for_mse[0]:
        return {}
    metrics = {"mse": for_mse, "psnr": for_mse, "accuracy": for_accuracy}
    return {
        "shares": {
            source: {
                metric: mean_of([draw["shares"][source] for draw in draws], metric)
                for metric, draws in metrics.items()
            }
            for source in for_mse[0]["shares"]
        }
    }


def _pictures(examples: dict[str, Any]) -> dict[str, Any]:
    """Return the sent and the received images of a record, first of each class first."""
    from .thumbnails import decode

    labels = examples["labels"]
    order = sorted(range(len(labels)), key=lambda i: labels.index(labels[i]) != i)
    return {name: decode(examples[name])[order] for name in ("original", "reconstruction")}


def ceiling_of(record: Record, store: Store) -> dict[str, Any]:
    """Return the classifier's own accuracy on the same test images, clean: ``ceiling``.

    None if it has no record. For several sources also ``ceilings``: that on each one's images.
    """
    mixed = ceiling_for(record.spec)
    judged = store.load(mixed or classifier_for(record.spec))
    test = judged.results["test"] if judged else {}
    found = {"ceiling": test.get("accuracy")}
    if mixed and judged:
        shares = test["shares"].items()
        found["ceilings"] = {source: share["accuracy"] for source, share in shares}
    return found


def mean_of(draws: Sequence[dict[str, float]], metric: str) -> float:
    """Return a metric's mean over the draws of the test channel."""
    return statistics.fmean(draw[metric] for draw in draws)


def seeds_of_cells(rows: Sequence[dict[str, Any]]) -> list[int]:
    """Return for each cell of the rows, in their order, how many seeds it has."""
    return list(Counter(tuple(row.get(name) for name in _LABELS) for row in rows).values())


def recovery_of(row: dict[str, Any], epochs: int, link: Link) -> RecoveryTime:
    """Return the recovery time of an alignment's row if its training ends after so many epochs."""
    from .recovery import recovery_time

    flops = epochs * row["training_images"] * row["flops_per_image"]
    return recovery_time(row["bytes_down"], flops, row["bytes_up"], link)
