"""The numbers the paper prints (``paper.toml``), and its Table I computed from our reading of them.

Nothing here is a result of ours; wherever these stand in the book they are marked as the paper's.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from slfkit.reporting.metrics import TASKS


@dataclass(frozen=True)
class Column:
    """One column of Table I.

    Attributes:
        frozen: f, the number of frozen parts.
        bytes_down, bytes_up: sizes of the messages in bytes.
        tflop: operations by task, in units of 1e12.
        seconds: recovery time by task.
        mse: of reconstruction, on the paper's own scale, which it does not name.
        epochs: by task, as we decode them from the operations.
        tflop_an_epoch: as we decode it.
    """

    frozen: int
    bytes_down: int
    bytes_up: int
    tflop: dict[str, float]
    seconds: dict[str, float]
    mse: float
    epochs: dict[str, int]
    tflop_an_epoch: float


@cache
def printed() -> dict[str, Any]:
    """Return all of ``paper.toml`` unchanged."""
    return tomllib.loads(Path(__file__).with_name("paper.toml").read_text(encoding="utf-8"))


def table1() -> tuple[Column, ...]:
    """Return Table I, a column for each f from 0 up."""
    table, decoded, kilo = printed()["table1"], printed()["decoded"], printed()["link"]["kilobyte"]
    return tuple(
        Column(
            frozen=f,
            bytes_down=table["download_kb"][f] * kilo,
            bytes_up=table["upload_kb"][f] * kilo,
            tflop={task: table[f"{task}_tflop"][f] for task in TASKS},
            seconds={task: table[f"{task}_seconds"][f] for task in TASKS},
            mse=table["reconstruction_mse"][f],
            epochs={task: decoded[f"epochs_{task}"][f] for task in TASKS},
            tflop_an_epoch=decoded["tflop_an_epoch"][f],
        )
        for f in range(len(table["download_kb"]))
    )


def accuracies() -> list[float]:
    """Return the four accuracies that are printed, as shares; which f the fifth is of is lost."""
    return [value / 100 for value in printed()["table1"]["accuracy_printed"]]


def accuracies_at(frozen: int) -> list[float]:
    """Return the printed accuracies, as shares, that f may have if its cell is not the lost one.

    They fall with f, and one of the five is lost: before it the k-th printed one is that of the
    k-th f, after it that of the next.
    """
    shares = accuracies()
    return [shares[k] for k in (frozen - 1, frozen) if 0 <= k < len(shares)]


def recomputed_tflop(column: Column, task: str) -> float:
    """Return epochs times cost per epoch, cut after two decimals as the paper does."""
    return _cut(column.epochs[task] * column.tflop_an_epoch, 2)


def recomputed_seconds(column: Column, task: str) -> float:
    """Return T of Table I from our decoded operations and the printed sizes, in seconds.

    The paper cuts the computing time after two decimals and the sum after three.
    """
    link = printed()["link"]
    transfer = 8 * (column.bytes_down + column.bytes_up) / (link["rate_mbit"] * 1e6)
    compute = _cut(recomputed_tflop(column, task) / link["power_tflop"], 2)
    return _cut(transfer + compute, 3)


def _cut(value: float, digits: int) -> float:
    """Drop decimals; a millionth is added first, since 0.1 + 0.2 is a little off 0.3."""
    return math.floor(value * 10**digits + 1e-6) / 10**digits
