"""The experiments' tables as the book shows them: one row a cell, mean and interval over seeds."""

from __future__ import annotations

from collections.abc import Sequence

from slfkit.reporting.intervals import text
from slfkit.reporting.rows import Row

_FORMS = {"mse": ("{:.4f}", 1.0), "psnr": ("{:.2f}", 1.0), "accuracy": ("{:.2f}", 100.0),
          "ceiling": ("{:.2f}", 100.0), "perplexity": ("{:.1f}", 1.0),
          "pixel_variance": ("{:.3f}", 1.0), "normalised": ("{:.3f}", 1.0),
          "epochs_mse": ("{:.3g}", 1.0), "epochs_accuracy": ("{:.3g}", 1.0)}  # fmt: skip
_SHARED = ("ceiling", "pixel_variance")  # by all seeds: an interval over them would say nothing


def metric_texts(group: Sequence[Row]) -> Row:
    """Return the texts of a group's metrics and its number of seeds."""
    group = [{**row, "normalised": row["mse"] / row["pixel_variance"]} for row in group]
    found: Row = {"seeds": len(group)}
    for metric, (form, scale) in _FORMS.items():
        values = [row[metric] for row in group if row.get(metric) is not None]
        if values:
            counted = values[:1] if metric in _SHARED else values
            found[metric] = text((scale * value for value in counted), form)
    return found


NAMES = {"time_mse": "reconstruction", "time_accuracy": "classification",
         "mse": "MSE", "accuracy": "accuracy"}  # fmt: skip
SIGNS = {"crossover": "ε", "alpha": "α"}
