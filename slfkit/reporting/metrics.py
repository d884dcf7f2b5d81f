"""What a row measures and how each number is written: name, format, unit and sign, each once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from slfkit.errors import ParameterError
from slfkit.reporting.intervals import text
from slfkit.reporting.rows import Row

SIGNS = {"crossover": "ε", "alpha": "α", "frozen": "f"}
_HEADINGS = {
    **SIGNS,
    "sender": "From",
    "receiver": "To",
    "name": "Pair",
    "mse": "MSE",
    "normalised": "MSE / variance",
    "psnr": "PSNR (dB)",
    "accuracy": "Accuracy (%)",
    "accuracy_receiver": "Receiver's judge (%)",
    "ceiling": "As sent (%)",
    "pixel_variance": "Variance",
    "perplexity": "Codewords",
    "old_mse": "Old link, MSE",
    "old_accuracy": "Old link (%)",
    "first": "After one epoch",
    "epochs": "Epochs",
    "epochs_mse": "Epochs (MSE)",
    "epochs_accuracy": "Epochs (accuracy)",
    "tflop": "TFLOP",
    "down": "Down (kB)",
    "up": "Up (kB)",
    "seconds": "Time (s)",
    "kilobytes": "Sent (kB)",
    "fit": "Fit (GFLOP)",
    "recovery": "ARR (%)",
    "old": "Old link (%)",
    "measured": "Measured (min)",
    "seeds": "Seeds",
}


def columns(*keys: str, **headings: str) -> dict[str, str]:
    """Return a table's columns, heading -> key of a row; headings other than the usual by key."""
    return {(_HEADINGS | headings)[key]: key for key in keys}


@dataclass(frozen=True)
class Metric:
    """A number of a row."""

    form: str  # its format in a table
    scale: float = 1.0  # factor from the unit of the rows to the one shown
    name: str = ""  # in a sentence
    label: str = ""  # of an axis, with the unit; empty: no figure shows it
    brief: str = ""  # its format in a figure
    better: int = 0  # 1 if larger is better, -1 if smaller is; 0 if neither
    shared: bool = False  # the same for every seed, so that an interval would say nothing
    most: float = math.inf  # the largest possible value, as shown: intervals end there


METRICS = {
    "mse": Metric("{:.4f}", 1.0, "MSE", "MSE (pixels in [-1, 1])", "{:.3f}", -1),
    "psnr": Metric("{:.2f}", 1.0, "PSNR", "PSNR (dB)", "{:.1f}", 1),
    "accuracy": Metric("{:.2f}", 100.0, "accuracy", "accuracy (%)", "{:.1f}", 1, most=100.0),
    "accuracy_receiver": Metric("{:.2f}", 100.0),
    "perplexity": Metric("{:.1f}", 1.0, "codewords in use", "codewords in use", "{:.1f}"),
    "old_mse": Metric("{:.4f}", 1.0, "MSE of the old link", better=-1),
    "old_accuracy": Metric("{:.2f}", 100.0, "accuracy of the old link", better=1),
    "first": Metric("{:.1f}"),
    "ceiling": Metric("{:.2f}", 100.0, shared=True),
    "pixel_variance": Metric("{:.3f}", shared=True),
    "normalised": Metric("{:.3f}"),
    "epochs": Metric("{:.3g}"),
    "epochs_mse": Metric("{:.3g}"),
    "epochs_accuracy": Metric("{:.3g}"),
    "tflop": Metric("{:.2f}"),
    "seconds": Metric("{:.3f}"),
    "kilobytes": Metric("{:.1f}"),
    "fit": Metric("{:.1f}"),
    "recovery": Metric("{:.1f}", 100.0, "accuracy recovery"),
    "old": Metric("{:.1f}", 100.0),
    "measured": Metric("{:.0f}"),
    "down": Metric("{:.1f}", shared=True),
    "up": Metric("{:.1f}", shared=True),
}


@dataclass(frozen=True)
class Task:
    """What a task is judged by: a metric, and the unit that follows its numbers."""

    metric: str
    unit: str = ""

    @property
    def name(self) -> str:
        """The metric's name."""
        return METRICS[self.metric].name

    @property
    def better(self) -> int:
        """1 if a larger value is better, -1 if a smaller one is."""
        return METRICS[self.metric].better

    @property
    def scale(self) -> float:
        """Factor from the unit of the rows to the one shown."""
        return METRICS[self.metric].scale

    @property
    def epochs(self) -> str:
        """The key of the epochs that this task's stopping rule took."""
        return f"epochs_{self.metric}"


TASKS = {
    "reconstruction": Task("mse"),
    "classification": Task("accuracy", " %"),
}


def drawn(name: str) -> Metric:
    """Return a metric that figures show.

    Raises:
        ParameterError: there is none of this name.
    """
    names = [key for key, metric in METRICS.items() if metric.label]
    if name not in names:
        raise ParameterError(f"metric {name!r} is unknown: expected one of {', '.join(names)}")
    return METRICS[name]


def metric_texts(group: Sequence[Row], names: Iterable[str] = METRICS) -> Row:
    """Return the texts of the metrics that a group of rows has, and its number of seeds.

    Behind a dagger: how many of its runs met their limit of epochs.
    """
    capped = sum(bool(row.get("capped")) for row in group)
    texts: Row = {"seeds": f"{len(group)} †{capped}" if capped else len(group)}
    for name in names:
        metric = METRICS[name]
        values = [metric.scale * row[name] for row in group if row.get(name) is not None]
        if values:
            texts[name] = text(values[:1] if metric.shared else values, metric.form)
    return texts


def normalised(rows: Iterable[Row]) -> list[Row]:
    """Return the rows with ``normalised``, the MSE over the variance of the pixels."""
    return [{**row, "normalised": row["mse"] / row["pixel_variance"]} for row in rows]
