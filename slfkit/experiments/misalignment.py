"""Fig. 2: every sender to every receiver, nothing aligned."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product
from typing import Any

from slfkit.experiments.grid import Cell, pair_spec
from slfkit.experiments.registry import experiment
from slfkit.experiments.study import Setup
from slfkit.reporting.intervals import interval
from slfkit.reporting.metrics import Metric, columns, drawn, metric_texts
from slfkit.reporting.panels import missing, name_classes, strips
from slfkit.reporting.rows import Row, grouped
from slfkit.reporting.sentences import improved, value_range, with_basis
from slfkit.reporting.style import MATCHED, MISALIGNED, WIDTH, Axes, AxesImage, Figure, subplots

PAIRS = columns(
    *("sender", "receiver", "mse", "accuracy", "accuracy_receiver", "ceiling"),
    *("pixel_variance", "perplexity", "seeds"),
)


def pair_table(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each sender and receiver; metrics are texts, mean ± 95 % half width."""
    return [
        {"sender": sender, "receiver": receiver, **metric_texts(group)}
        for (sender, receiver), group in grouped(rows, "sender", "receiver").items()
    ]


def reconstruction_grid(rows: Sequence[Row], images: int = 3) -> Figure:
    """Show what each receiver makes of each sender's images (Fig. 2 of the paper).

    In each field the upper row of pictures was sent, the lower one decoded; below it stands what
    the sender's classifier takes each picture for.

    Args:
        rows: with sender, receiver, original and reconstruction, both uint8 (n, 3, 32, 32), and
            perhaps seen, as ``Results.pictures`` gives them; one seed is shown.
    """
    if not rows:
        return missing()
    names = _names(rows)
    figure, fields = subplots(len(names), len(names), figsize=(WIDTH, 0.86 * WIDTH), squeeze=False)
    pairs = grouped(of_one_seed(rows), "sender", "receiver")
    for (i, sender), (j, receiver) in product(enumerate(names), repeat=2):
        axes = fields[i, j]
        axes.set(xticks=[], yticks=[])
        axes.grid(False)
        frame = MATCHED if sender == receiver else MISALIGNED
        axes.spines[:].set(visible=True, **frame)
        _pictures(axes, pairs.get((sender, receiver), [None])[0], images)
        if i == 0:
            axes.set_title(f"to {receiver}", weight="bold")
        if j == 0:
            axes.set_ylabel(f"from {sender}", weight="bold", size=11)
    return figure


def _pictures(axes: Axes, row: Row | None, images: int) -> None:
    """Show one field of the grid: sent images above, decoded ones below."""
    if row is None:
        axes.set(xlim=(0, images), ylim=(0, 2), aspect="equal")
        axes.text(images / 2, 1, "not computed", ha="center", va="center", size=8)
        return
    both = strips(*(row[key][:images] for key in ("original", "reconstruction")))
    axes.imshow(both, interpolation="none")
    name_classes(axes.xaxis, row.get("seen", ()), images)


def of_one_seed(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of the seed that has most pairs, and of these fewest sets of sent pictures.

    Records of different dates may show other test images of the same source.
    """

    def sets(group: Sequence[Row]) -> int:
        return len({(row["sender"], row["original"].tobytes()) for row in group})

    by_seed = grouped(rows, "seed").values()
    return max(by_seed, key=lambda group: (len(group), -sets(group)))


def pair_matrix(rows: Sequence[Row], metric: str) -> Figure:
    """Draw a metric of every sender (row) and receiver (column) as an annotated heat map (Fig. 2).

    Several rows of a pair, one per seed, show as mean and 95 % t-interval. Dark is worse; the scale
    of an error is logarithmic.

    Raises:
        ParameterError: the metric is unknown.
    """
    names, shown = _names(rows), drawn(metric)
    if not rows:
        return missing()
    cells = {
        pair: interval(shown.scale * row[metric] for row in group)
        for pair, group in grouped(rows, "sender", "receiver").items()
    }
    means = [[cells.get((sender, to), (math.nan,))[0] for to in names] for sender in names]
    figure, axes = subplots(figsize=(WIDTH, 0.8 * WIDTH))
    field = axes.imshow(means, **_scale([mean for mean, _ in cells.values()], shown))
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="receiver", ylabel="sender")
    axes.grid(False)
    for (i, sender), (j, receiver) in product(enumerate(names), repeat=2):
        _annotate(axes, field, (j, i), cells.get((sender, receiver)), shown)
    figure.colorbar(field, ax=axes, label=shown.label)
    return figure


def _scale(values: Sequence[float], metric: Metric) -> dict[str, Any]:
    """Return colours of which the dark ones are worse, for an error on a logarithmic scale."""
    if metric.better > 0:
        return {"cmap": "cividis"}
    ends = {"vmin": 0.9 * min(values), "vmax": 1.1 * max(values)}
    return {"cmap": "cividis_r", "norm": "log", **ends}


def _annotate(
    axes: Axes,
    field: AxesImage,
    at: tuple[int, int],
    cell: tuple[float, float | None] | None,
    metric: Metric,
) -> None:
    """Write mean and half width into one cell, in ink that contrasts with its colour."""
    if cell is None:
        axes.text(*at, "not\ncomputed", ha="center", va="center", size=9)
        return
    mean, half = cell
    spread = "" if half is None else f"\n± {metric.brief.format(half)}"
    red, green, blue, _ = field.cmap(field.norm(mean))
    ink = "black" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.45 else "white"
    text = metric.brief.format(mean) + spread
    axes.text(*at, text, ha="center", va="center", color=ink, size=12)


def _names(rows: Sequence[Row]) -> list[str]:
    """Return the names of senders and receivers, sorted."""
    return sorted({row[end] for row in rows for end in ("sender", "receiver")})


@with_basis
def finding(rows: Sequence[Row]) -> str:
    """Say in two sentences how matched and misaligned pairs compare (Fig. 2).

    A misaligned pair fails if it is worse than the sender's own matched pair on the same seed.
    """
    matched = [row for row in rows if row["sender"] == row["receiver"]]
    others = [row for row in rows if row["sender"] != row["receiver"]]
    own = {(row["sender"], row["seed"]): row for row in matched}
    both = [(row, own.get((row["sender"], row["seed"]))) for row in others]
    compared = [(row, matching) for row, matching in both if matching]
    return (
        f"Matched pairs reach an MSE of {value_range(matched, 'mse')} and an accuracy of "
        f"{value_range(matched, 'accuracy')}, misaligned ones {value_range(others, 'mse')} and "
        f"{value_range(others, 'accuracy')}. Of {len(compared)} misaligned pairs, "
        f"{improved(compared, 'mse')} have a larger MSE and {improved(compared, 'accuracy')} a "
        f"lower accuracy than the sender's own matched pair"
    )


@experiment(
    "01_misalignment", table=pair_table, figure=partial(pair_matrix, metric="mse"), finding=finding
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
