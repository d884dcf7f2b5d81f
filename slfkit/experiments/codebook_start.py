"""How the codebook starts fine-tuning: as downloaded, set by k-means, or with new weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import fmean

from slfkit.experiments.grid import Cell, variant
from slfkit.experiments.registry import experiment
from slfkit.experiments.study import FROZEN, TABLE_CROSSOVER, Setup
from slfkit.records.spec import PARTS
from slfkit.reporting.intervals import text
from slfkit.reporting.metrics import METRICS, columns, metric_texts
from slfkit.reporting.panels import over_f as draw_over_f
from slfkit.reporting.rows import Row, along, grouped, over_f, pairs, rising
from slfkit.reporting.sentences import improved, with_basis
from slfkit.reporting.style import WIDTH, Figure, legend_above, look, subplots

# how the codebook starts fine-tuning
DOWNLOADED, K_MEANS, NEW = "as downloaded", "set by k-means", "with new weights"
TABLE = columns(
    *("frozen", "start", "mse", "accuracy", "perplexity", "first", "epochs_mse", "seeds"),
    start="Codebook starts",
)
_LOOKS = {  # of each start its line, and how far it is shifted in f
    DOWNLOADED: ({"linestyle": "--", "markerfacecolor": "white"}, -0.07),
    K_MEANS: ({"linestyle": "-"}, 0.07),
    NEW: ({"linestyle": "none", "markerfacecolor": "#bbbbbb"}, 0.21),
}


def _starts(f: int) -> dict[str, dict[str, bool]]:
    """Return the starts there are at an f, and the fields of a specification that make them."""
    kept = {} if f else {"reinitialise": False}
    starts = {DOWNLOADED: kept} | ({} if f == PARTS else {K_MEANS: {**kept, "refit": True}})
    return starts if f else {NEW: {}, **starts}


def table(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each f and start; metrics are texts, mean ± 95 % half width over seeds.

    "perplexity" is of the numbers sent at the best epoch, on test images; "first" of those sent
    after one epoch, on the held-out images.
    """
    rows = [{**row, "first": row["history"][0]["perplexity"]} for row in rows]
    return [
        {"frozen": f, "start": start, **metric_texts(group)}
        for f, of_f in along(rows, "frozen").items()
        for (start,), group in grouped(of_f, "start").items()
    ]


def panels(rows: Sequence[Row]) -> Figure:
    """Draw MSE and codewords in use over f, a line for each start; whiskers are 95 % intervals."""
    figure, places = subplots(2, figsize=(WIDTH, 6), sharex=True)
    for axes, metric in zip(places, ("mse", "perplexity"), strict=True):
        axes.set_ylabel(METRICS[metric].label)
        for start, look_of in _LOOKS.items():
            own = [row for row in rows if row["start"] == start]
            draw_over_f(axes, own, metric, start, *look_of)
    places[-1].set_xlabel("f, frozen parts")
    places[-1].set_xticks(list(along(rows, "frozen")))
    legend_above(figure, places[:1], columns=2)
    return figure


def epochs(rows: Sequence[Row]) -> Figure:
    """Draw the codewords in use after each epoch, a panel for each start, a line for each run."""
    by_start = grouped(rows, "start")
    starts = [start for start in (DOWNLOADED, K_MEANS) if (start,) in by_start]
    count = len(starts) or 1
    figure, places = subplots(
        count, figsize=(WIDTH, 1 + 2.6 * count), sharex=True, sharey=True, squeeze=False
    )
    for axes, start in zip(places[:, 0], starts, strict=False):
        for row in by_start[(start,)]:
            used = [epoch["perplexity"] for epoch in row["history"]]
            name = f"f = {row['frozen']}"
            axes.plot(range(1, len(used) + 1), used, label=name, **look(row["frozen"]))
        axes.set(title=start, ylabel=METRICS["perplexity"].label)
    places[-1, 0].set(xlabel="epochs", ylim=(0, None))  # after the lines: the panels share it
    places[-1, 0].xaxis.get_major_locator().set_params(integer=True)
    legend_above(figure, places[:, 0], columns=5)
    return figure


@with_basis
def finding(rows: Sequence[Row]) -> str:
    """Say in three sentences what the start does, and whether the MSE then rises with f."""
    return f"{_compared(rows)}. {_alike(rows)}"


def _compared(rows: Sequence[Row]) -> str:
    """Say what k-means changes, f by f and seed by seed, without a full stop."""
    compared = pairs(rows, "start", DOWNLOADED, K_MEANS, "frozen", "seed")
    if not compared:
        return "No run whose codebook was set by k-means is stored yet, so nothing can be compared"
    old, new = (fmean(row["perplexity"] for row in side) for side in zip(*compared, strict=True))
    more = sum(after["perplexity"] > before["perplexity"] for before, after in compared)
    return (
        f"With k-means first, more codewords are in use at the end in {more} of {len(compared)} "
        f"pairs of runs ({new:.1f} instead of {old:.1f} on average), the MSE is lower in "
        f"{improved(compared, 'mse')} and the accuracy higher in "
        f"{improved(compared, 'accuracy')}{_harmed(compared)}{_three_starts(rows)}"
    )


def _harmed(compared: Sequence[tuple[Row, Row]]) -> str:
    """Say at which f k-means raises the MSE, as an end of a sentence; "" where it never does."""
    worse = [new["frozen"] for old, new in compared if new["mse"] > old["mse"]]
    if not worse:
        return ""
    at = " and ".join(f"f = {f}" for f in sorted(set(worse)))
    return f"; it raises the MSE in {len(worse)}, at {at}"


def _three_starts(rows: Sequence[Row]) -> str:
    """Say how the three starts of f = 0 compare, on the seeds that have all."""
    mse = {start: text(values, "{:.4f}") for start, values in full(rows, "mse").items()}
    if not mse:
        return ""
    return (
        f". At f = 0 the MSE is {mse[DOWNLOADED]} from the downloaded weights, {mse[K_MEANS]} with "
        f"k-means and {mse[NEW]} from new weights"
    )


def full(rows: Sequence[Row], metric: str) -> dict[str, list[float]]:
    """Return a metric of f = 0 by start, a value for each seed that has all three; else {}."""
    trained = [row for row in rows if row["frozen"] == 0]
    trios = [trio for trio in grouped(trained, "seed").values() if len(trio) == len(_LOOKS)]
    return {
        start: [row[metric] for trio in trios for row in trio if row["start"] == start]
        for start in _LOOKS
        if trios
    }


def _alike(rows: Sequence[Row]) -> str:
    """Say whether the MSE rises with every step of f if all f start alike, without a full stop."""
    parts, found = [], []
    for start, name in ((K_MEANS, "with k-means"), (DOWNLOADED, "as downloaded")):
        lines = over_f([row for row in rows if row["start"] == start], "seed")
        count, total = rising(lines)
        if total:
            at = along([row for line in lines for row in line], "frozen")
            means = ", ".join(f"{fmean(row['mse'] for row in of):.4f}" for of in at.values())
            where = f"f = {min(at)} to {max(at)}: {means}"
            parts.append(f"in {count} of {total} seeds {name} ({where})")
            found.append((count, total, max(at)))
    if not parts:
        return "Whether the MSE rises with every step of f cannot be said yet"
    said = f"If all f start alike, the MSE rises with every step of f {' and '.join(parts)}"
    return f"{said}{_cause(found)}"


def _cause(found: Sequence[tuple[int, int, int]]) -> str:
    """Say that the order goes with the codebook's start if all of several seeds do."""
    if len(found) < 2 or min(total for _, total, _ in found) < 2:
        return ""
    (fitted, all_, most), (kept, _, _) = found
    agree = fitted == all_ and not kept
    return f": with warm-up and k-means the paper's order returns up to f = {most}" if agree else ""


@experiment("07_codebook", place=3.5, table=table, figure=panels, finding=finding)
def codebook_start(
    setup: Setup, crossover: float = TABLE_CROSSOVER, frozen: Sequence[int] = FROZEN
) -> Iterator[Cell]:
    """SLF with the codebook as downloaded, or set by k-means before it is fine-tuned.

    Where f = 0 there is also the paper's start from new weights, whose codebook k-means sets too;
    at f = 4 the codebook is frozen, so there is one run.

    Args:
        crossover: eps of the channel, in [0, 1].
        frozen: f, each 0 to 4.
    """
    for seed in setup.seeds_at(crossover):
        for f in frozen:
            for start, fields in _starts(f).items():
                yield variant(setup.scale, seed, crossover, f, fields, {"start": start})
