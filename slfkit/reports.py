"""The experiments' tables as the book shows them: one row a cell, mean and interval over seeds."""

from __future__ import annotations

from collections.abc import Sequence

from .grouping import Row
from .statistics import text

# Heading -> key of a row
PAIRS = {"From": "sender", "To": "receiver", "MSE": "mse", "PSNR (dB)": "psnr",
         "Accuracy (%)": "accuracy", "As sent (%)": "ceiling",
         "Variance": "pixel_variance", "Codewords": "perplexity",
         "Seeds": "seeds"}  # fmt: skip
CHANNEL = {"ε": "crossover", "Pair": "name", "MSE": "mse", "MSE / variance": "normalised",
           "PSNR (dB)": "psnr", "Accuracy (%)": "accuracy", "Epochs (MSE)": "epochs_mse",
           "Epochs (accuracy)": "epochs_accuracy", "Seeds": "seeds"}  # fmt: skip

SOURCE = {"α": "alpha", "Pair": "name", "MSE": "mse", "MSE / variance": "normalised",
          "PSNR (dB)": "psnr", "Accuracy (%)": "accuracy", "As sent (%)": "ceiling",
          "Epochs (MSE)": "epochs_mse", "Epochs (accuracy)": "epochs_accuracy",
          "Seeds": "seeds"}  # fmt: skip

_FORMS = {"mse": ("{:.4f}", 1.0), "psnr": ("{:.2f}", 1.0), "accuracy": ("{:.2f}", 100.0),
          "ceiling": ("{:.2f}", 100.0), "perplexity": ("{:.1f}", 1.0),
          "pixel_variance": ("{:.3f}", 1.0), "normalised": ("{:.3f}", 1.0),
          "epochs_mse": ("{:.3g}", 1.0), "epochs_accuracy": ("{:.3g}", 1.0)}  # fmt: skip
_SHARED = ("ceiling", "pixel_variance")  # by all seeds: an interval over them would say nothing


def pair_table(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each sender and receiver; metrics are texts, mean ± 95 % half width."""
    return [
        {"sender": sender, "receiver": receiver, **_metrics(group)}
        for (sender, receiver), group in _grouped(rows, "sender", "receiver").items()
    ]


def channel_table(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each eps and line: unaligned, f from 0 up, matched."""
    return _sweep_table(rows, "crossover")


def source_table(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each alpha and line: unaligned, f from 0 up, matched."""
    return _sweep_table(rows, "alpha")


def _sweep_table(rows: Sequence[Row], axis: str) -> list[Row]:
    named = [{**row, "name": line_name(row)} for row in rows]
    groups = _grouped(named, axis, "name")
    ordered = sorted(groups.items(), key=lambda item: (item[0][0], _place(item[0][1])))
    return [{axis: value, "name": name, **_metrics(group)} for (value, name), group in ordered]


def line_name(row: Row) -> str:
    """Name the line of a figure a row belongs to: unaligned, matched, or f = 0 to 4."""
    return f"f = {row['frozen']}" if row["line"] == "slf" else row["line"]


def at_crossover(pictures: Sequence[Row], crossover: float) -> list[Row]:
    """Return the rows of one seed at the eps nearest to this one, named and in the table's order.

    The seed is the first for which most lines are there.
    """
    return _at(pictures, "crossover", crossover)


def at_alpha(pictures: Sequence[Row], alpha: float) -> list[Row]:
    """Return what ``at_crossover`` does, for the alpha nearest to this one."""
    return _at(pictures, "alpha", alpha)


def _at(pictures: Sequence[Row], axis: str, value: float) -> list[Row]:
    if not pictures:
        return []
    nearest = min((row[axis] for row in pictures), key=lambda known: abs(known - value))
    there = [row for row in pictures if row[axis] == nearest]
    counts = [row["seed"] for row in there]
    seed = max(sorted(set(counts)), key=counts.count)
    named = [{**row, "name": line_name(row)} for row in there if row["seed"] == seed]
    return sorted(named, key=lambda row: _place(row["name"]))


def _place(name: str) -> tuple[int, str]:
    return ({"unaligned": 0, "matched": 2}.get(name, 1), name)


def _grouped(rows: Sequence[Row], *keys: str) -> dict[tuple, list[Row]]:
    groups: dict[tuple, list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[key] for key in keys), []).append(row)
    return groups


def _metrics(group: Sequence[Row]) -> Row:
    """Return the texts of a group's metrics and its number of seeds."""
    group = [{**row, "normalised": row["mse"] / row["pixel_variance"]} for row in group]
    found: Row = {"seeds": len(group)}
    for metric, (form, scale) in _FORMS.items():
        values = [row[metric] for row in group if row.get(metric) is not None]
        if values:
            counted = values[:1] if metric in _SHARED else values
            found[metric] = text((scale * value for value in counted), form)
    return found
