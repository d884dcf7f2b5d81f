"""Fig. 2: every sender to every receiver, nothing aligned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from slfkit.errors import ParameterError
from slfkit.experiments.grid import Cell, pair_spec
from slfkit.experiments.registry import experiment
from slfkit.experiments.study import Setup
from slfkit.experiments.sweep_figures import _values
from slfkit.reporting.intervals import interval
from slfkit.reporting.metrics import metric_texts
from slfkit.reporting.panels import _metric, _strip
from slfkit.reporting.rows import Row, grouped
from slfkit.reporting.sentences import basis, nothing, value_range
from slfkit.reporting.style import MATCHED, MISALIGNED, WIDTH, subplots

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def reconstruction_grid(rows: list[dict], images: int = 3) -> Figure:
    """Show what each receiver makes of each sender's images (Fig. 2 of the paper).

    Rows have sender, receiver, and original and reconstruction, both uint8 (n, 3, 32, 32). In each
    field the upper row of pictures was sent, the lower one decoded. The first row of a pair counts.
    """
    names = _names(rows)
    figure, fields = subplots(len(names), len(names), figsize=(WIDTH, 0.78 * WIDTH), squeeze=False)
    pairs = {(row["sender"], row["receiver"]): row for row in reversed(rows)}
    for (i, sender), (j, receiver) in _cells(names):
        _picture(fields[i, j], pairs.get((sender, receiver)), images, sender == receiver)
        if i == 0:
            fields[i, j].set_title(f"to {receiver}", weight="bold")
        if j == 0:
            fields[i, j].set_ylabel(f"from {sender}", weight="bold", size=11)
    return figure


def pair_matrix(rows: list[dict], metric: str) -> Figure:
    """Draw a metric of every sender (row) and receiver (column) as an annotated heat map (Fig. 2).

    Rows have sender, receiver and the metric (mse on pixels in [-1, 1], psnr in dB, or accuracy as
    a fraction); several rows of a pair, one a seed, show as mean and 95 % t-interval.
    Raises ParameterError for an unknown metric.
    """
    names, (_, label, _, scale) = _names(rows), _metric(metric)
    table = {pair: interval(v) for pair, v in _values(rows, metric, "sender", "receiver").items()}
    means = [[table.get((s, r), (np.nan, None))[0] * scale for r in names] for s in names]
    figure, axes = subplots(figsize=(WIDTH, 0.8 * WIDTH))
    field = axes.imshow(means, cmap="cividis")
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="receiver", ylabel="sender")
    axes.grid(False)
    for (i, sender), (j, receiver) in _cells(names):
        _annotate(axes, field, i, j, table.get((sender, receiver)), metric)
    figure.colorbar(field, ax=axes, label=label)
    return figure


def _picture(axes, row, images, matched):
    """One field of the grid: sent images above, decoded ones below, framed by kind of pair."""
    axes.set(xticks=[], yticks=[])
    axes.grid(False)
    axes.spines[:].set(visible=True, **(MATCHED if matched else MISALIGNED))
    if row is None:
        axes.set(xlim=(0, images), ylim=(0, 2), aspect="equal")
        axes.text(images / 2, 1, "not computed", ha="center", va="center", size=8)
        return
    lines = [_strip(row[key][:images]) for key in ("original", "reconstruction")]
    axes.imshow(np.concatenate(lines), interpolation="nearest")


def _annotate(axes, field, i, j, cell, metric):
    """Write mean and half width into one cell, in ink that contrasts with its colour."""
    if cell is None:
        axes.text(j, i, "not\ncomputed", ha="center", va="center", size=9)
        return
    _, _, form, scale = _metric(metric)
    mean, half = cell
    text = form.format(mean * scale) + ("" if half is None else f"\n± {form.format(half * scale)}")
    red, green, blue, _ = field.cmap(field.norm(mean * scale))
    ink = "black" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.45 else "white"
    axes.text(j, i, text, ha="center", va="center", color=ink, size=12)


def _names(rows):
    """Names of senders and receivers, sorted."""
    if not rows:
        raise ParameterError("no rows to draw: expected at least one; run the study first")
    return sorted({row["sender"] for row in rows} | {row["receiver"] for row in rows})


def _cells(names):
    """Every (place, name) of a row with every (place, name) of a column."""
    return [(row, column) for row in enumerate(names) for column in enumerate(names)]


# Heading -> key of a row
PAIRS = {"From": "sender", "To": "receiver", "MSE": "mse", "PSNR (dB)": "psnr",
         "Accuracy (%)": "accuracy", "As sent (%)": "ceiling",
         "Variance": "pixel_variance", "Codewords": "perplexity",
         "Seeds": "seeds"}  # fmt: skip


def pair_table(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each sender and receiver; metrics are texts, mean ± 95 % half width."""
    return [
        {"sender": sender, "receiver": receiver, **metric_texts(group)}
        for (sender, receiver), group in grouped(rows, "sender", "receiver").items()
    ]


def finding(rows: Sequence[Row], missing: Sequence = ()) -> str:
    """Say in two sentences how matched and misaligned pairs compare (Fig. 2).

    A misaligned pair fails if it is worse than the sender's own matched pair on the same seed.

    Args:
        missing: the cells without a record; the second sentence tells how many there are.
    """
    if not rows:
        return nothing(missing)
    matched = [row for row in rows if row["sender"] == row["receiver"]]
    others = [row for row in rows if row["sender"] != row["receiver"]]
    own = {(row["sender"], row["seed"]): row for row in matched}
    compared = [(row, own[row["sender"], row["seed"]]) for row in others
                if (row["sender"], row["seed"]) in own]  # fmt: skip
    worse = sum(row["mse"] > mate["mse"] for row, mate in compared)
    wronger = sum(row["accuracy"] < mate["accuracy"] for row, mate in compared)
    return (
        f"Matched pairs reach an MSE of {value_range(matched, 'mse')} and an accuracy of "
        f"{value_range(matched, 'accuracy')}, misaligned ones {value_range(others, 'mse')} and "
        f"{value_range(others, 'accuracy')}. Of {len(compared)} misaligned pairs, {worse} have "
        f"a larger MSE and {wronger} a lower accuracy than the sender's own matched pair "
        f"({basis(rows, missing)})."
    )


def _metric_matrix(rows: Sequence[Row]) -> Figure:
    return pair_matrix(rows, "mse")


@experiment(
    "01_misalignment",
    place=lambda labels: (),
    table=pair_table,
    figure=_metric_matrix,
    finding=finding,
)
def misalignment(setup: Setup) -> Iterator[Cell]:
    """Every sender to every receiver, nothing aligned (Fig. 2).

    Each sender sends images of its own source over its own channel.
    """
    scale = setup.scale
    for seed in setup.seeds(repeated=True):
        for (i, sender), (j, receiver) in product(scale.users(seed).items(), repeat=2):
            labels = {"sender": i, "receiver": j, "seed": seed}
            yield Cell(labels, pair_spec(scale, sender, receiver, sender.crossover, sender))
