"""The book's figures: each function takes rows (plain dicts) and returns a matplotlib Figure.

Nothing here knows a result: what is drawn is what the rows hold, and what they lack is left out.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from slfkit.errors import ParameterError
from slfkit.statistics import interval
from slfkit.style import MATCHED, MISALIGNED, WIDTH, legend_above, look, use_style

METRICS = {
    "mse": ("MSE", "MSE (pixels in [-1, 1])", "{:.3f}", 1.0),
    "psnr": ("PSNR", "PSNR (dB)", "{:.1f}", 1.0),
    "accuracy": ("accuracy", "accuracy (%)", "{:.1f}", 100.0),
}
"""Metric -> name, axis label with unit, format, factor from the record's unit to the axis's."""

_WIDE = 8  # largest to smallest error from which on the axis is logarithmic
_LINES = (0, 1, 2, 3, 4, "unaligned", "matched", "as sent")


_AXES = {"crossover": "crossover probability ε of the air",
         "alpha": "share α of the images from David's source"}  # fmt: skip


def reconstruction_grid(rows: list[dict], images: int = 3) -> Figure:
    """Show what each receiver makes of each sender's images (Fig. 2 of the paper).

    Rows have sender, receiver, and original and reconstruction, both uint8 (n, 3, 32, 32). In each
    field the upper row of pictures was sent, the lower one decoded. The first row of a pair counts.
    """
    use_style()
    names = _names(rows)
    figure, fields = plt.subplots(
        len(names), len(names), figsize=(WIDTH, 0.78 * WIDTH), squeeze=False, layout="constrained"
    )
    pairs = {(row["sender"], row["receiver"]): row for row in reversed(rows)}
    for (i, sender), (j, receiver) in _cells(names):
        _picture(fields[i, j], pairs.get((sender, receiver)), images, sender == receiver)
        if i == 0:
            fields[i, j].set_title(f"to {receiver}", weight="bold")
        if j == 0:
            fields[i, j].set_ylabel(f"from {sender}", weight="bold", size=11)
    return figure


def picture_rows(rows: list[dict]) -> Figure:
    """Show the pictures sent and, row by row, what arrives (one row of pictures a named line).

    Rows have name, original and reconstruction, both uint8 (n, 3, 32, 32); the pictures sent are
    taken from the first row, and all rows must have been sent the same.
    Raises ParameterError for no rows.
    """
    if not rows:
        raise ParameterError("no rows to draw: expected at least one; run the study first")
    use_style()
    lines = [("sent", rows[0]["original"])]
    lines += [(row["name"], row["reconstruction"]) for row in rows]
    height = 0.2 + 0.62 * len(lines)
    figure, panels = plt.subplots(len(lines), figsize=(0.72 * WIDTH, height), layout="constrained")
    for axes, (name, pictures) in zip(panels, lines, strict=True):
        axes.imshow(_strip(pictures), interpolation="nearest")
        axes.set(xticks=[], yticks=[])
        axes.grid(False)
        axes.spines[:].set_visible(False)
        axes.set_ylabel(name, rotation=0, ha="right", va="center")
    return figure


def pair_matrix(rows: list[dict], metric: str) -> Figure:
    """Draw a metric of every sender (row) and receiver (column) as an annotated heat map (Fig. 2).

    Rows have sender, receiver and the metric (mse on pixels in [-1, 1], psnr in dB, or accuracy as
    a fraction); several rows of a pair, one a seed, show as mean and 95 % t-interval.
    Raises ParameterError for an unknown metric.
    """
    use_style()
    names, (_, label, _, scale) = _names(rows), _metric(metric)
    table = {pair: interval(v) for pair, v in _values(rows, metric, "sender", "receiver").items()}
    means = [[table.get((s, r), (np.nan, None))[0] * scale for r in names] for s in names]
    figure, axes = plt.subplots(figsize=(WIDTH, 0.8 * WIDTH), layout="constrained")
    field = axes.imshow(means, cmap="cividis")
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="receiver", ylabel="sender")
    axes.grid(False)
    for (i, sender), (j, receiver) in _cells(names):
        _annotate(axes, field, i, j, table.get((sender, receiver)), metric)
    figure.colorbar(field, ax=axes, label=label)
    return figure


def channel_sweep(rows: list[dict], metric: str) -> Figure:
    """Draw one metric over the crossover probability for f = 0..4 (Fig. 3, left).

    Rows have crossover (eps in [0, 1]), the metric, and line ("unaligned", "matched", or "slf" with
    frozen, which is f), one row a seed; drawn are means, with 95 % t-intervals from two seeds on.
    The axis of the MSE is logarithmic where its values lie far apart.
    Raises ParameterError for an unknown metric.
    """
    use_style()
    figure, axes = plt.subplots(figsize=(WIDTH, 4.2), layout="constrained")
    _sweep_panel(axes, rows, metric)
    legend_above(figure, [axes])
    return figure


def channel_sweep_panels(rows: list[dict], metrics: tuple = ("mse", "accuracy")) -> Figure:
    """Draw `channel_sweep` for several metrics, one panel below the other, with one legend."""
    return _stacked([(rows, metric, "") for metric in metrics], "crossover")


def source_sweep_panels(rows: list[dict], metrics: tuple = ("mse", "accuracy")) -> Figure:
    """Draw metrics over the share alpha of David's images for f = 0..4 (Fig. 3, right).

    Rows are those of `channel_sweep_panels`, with alpha in [0, 1] in place of crossover; where they
    have a ceiling, "as sent" is the classifier's accuracy on the same images, clean.
    """
    known = {row["alpha"]: row["ceiling"] for row in rows if row.get("ceiling")}
    more = {"accuracy": _as_sent(known)}
    return _stacked([([*rows, *more.get(metric, [])], metric, "") for metric in metrics], "alpha")


def share_panels(rows: list[dict], metric: str = "accuracy") -> Figure:
    """Draw a metric over alpha, one panel for each source's share of the images."""
    shared = [row for row in rows if row.get("shares")]
    sources = dict.fromkeys(source for row in shared for source in row["shares"])
    return _stacked(
        [
            (_share(shared, source) + (_ceilings(shared, source) if metric == "accuracy" else []),
             metric, f"{source}: ")
            for source in sources
        ] or [([], metric, "")],
        "alpha",
    )  # fmt: skip


def _share(rows, source):
    return [{**row, **row["shares"][source]} for row in rows if source in row["shares"]]


def _ceilings(rows, source):
    return _as_sent({row["alpha"]: row["ceilings"][source] for row in rows
                     if source in row.get("ceilings", {})})  # fmt: skip


def _as_sent(known):
    """Return a row for each alpha of the classifier's accuracy on clean images."""
    return [{"line": "as sent", "alpha": at, "accuracy": share} for at, share in known.items()]


def _stacked(panels: list[tuple[list[dict], str, str]], axis: str) -> Figure:
    """Draw panels (rows, metric, what its label begins with) one below the other."""
    use_style()
    figure, places = plt.subplots(
        len(panels), figsize=(WIDTH, 0.9 + 2.75 * len(panels)), sharex=True, squeeze=False,
        layout="constrained",
    )  # fmt: skip
    for axes, (rows, metric, prefix) in zip(places[:, 0], panels, strict=True):
        _sweep_panel(axes, rows, metric, axis)
        axes.set_ylabel(prefix + axes.get_ylabel())
    for axes in places[:-1, 0]:
        axes.set_xlabel("")
    legend_above(figure, places[:, 0])
    return figure


def _sweep_panel(axes, rows, metric, axis="crossover"):
    """Fill one panel; whiskers of neighbouring lines are set a little apart to stay readable."""
    label, scale = _metric(metric)[1], _metric(metric)[3]
    rows = [{**row, "name": _line(row)} for row in rows]
    values = _values([row for row in rows if row["name"] in _LINES], metric, "name", axis)
    present = [name for name in _LINES if any(name == key[0] for key in values)]
    for name in present:
        at = sorted(eps for key, eps in values if key == name)
        means, halves = zip(*(interval(values[name, eps]) for eps in at), strict=True)
        text = f"f = {name}" if isinstance(name, int) else name
        axes.plot(at, np.multiply(means, scale), label=text, **look(name))
        _whiskers(axes, at, np.multiply(means, scale), halves, scale, look(name)["color"])
    axes.set(xlabel=_AXES[axis], ylabel=label)
    crossovers = sorted({eps for _, eps in values})
    if len(crossovers) in range(1, 9):
        axes.set_xticks(crossovers, [f"{eps:g}" for eps in crossovers])
    if metric == "mse":
        _log_if_wide(axes, values.values())


def _log_if_wide(axes, values):
    """Take a logarithmic axis where a linear one would press the lower lines together."""
    means = [interval(group)[0] for group in values]
    if not means or min(means) <= 0 or max(means) < _WIDE * min(means):
        return
    axes.set_yscale("log", nonpositive="clip")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())


def _line(row):
    """Name the line a row belongs to: f for a run of SLF, else its own name."""
    return row["frozen"] if row.get("line", "slf") == "slf" else row["line"]


def _whiskers(axes, at, means, halves, scale, colour):
    known = [place for place, half in enumerate(halves) if half is not None]
    if known:
        at, means = [at[k] for k in known], [means[k] for k in known]
        axes.errorbar(
            at, means, [halves[k] * scale for k in known], fmt="none", ecolor=colour, capsize=3
        )


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


def _strip(pictures):
    """(n, 3, H, W) uint8 -> one row of pictures (H + 2, n * (W + 2), 3) with a thin white seam."""
    framed = np.pad(np.asarray(pictures), ((0, 0), (0, 0), (1, 1), (1, 1)), constant_values=255)
    return np.concatenate(framed.transpose(0, 2, 3, 1), axis=1)


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


def _values(rows, metric, *keys):
    """Collect a metric's values by the rows' keys, leaving out rows that do not have it."""
    table: dict = {}
    for row in rows:
        if row.get(metric) is not None:
            table.setdefault(tuple(row[key] for key in keys), []).append(row[metric])
    return table


def _names(rows):
    """Names of senders and receivers, sorted."""
    if not rows:
        raise ParameterError("no rows to draw: expected at least one; run the study first")
    return sorted({row["sender"] for row in rows} | {row["receiver"] for row in rows})


def _cells(names):
    """Every (place, name) of a row with every (place, name) of a column."""
    return [(row, column) for row in enumerate(names) for column in enumerate(names)]


def _metric(name):
    if name not in METRICS:
        raise ParameterError(f"metric {name!r} is unknown: expected one of {', '.join(METRICS)}")
    return METRICS[name]
