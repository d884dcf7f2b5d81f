"""How the codebook starts fine-tuning: as downloaded, set by k-means, or with new weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import fmean
from typing import TYPE_CHECKING

from slfkit.experiments.grid import Cell, Scale, variant
from slfkit.experiments.registry import Labels, experiment
from slfkit.experiments.study import FROZEN, TABLE_CROSSOVER, Setup
from slfkit.records.spec import PARTS
from slfkit.reporting import sentences
from slfkit.reporting.intervals import interval, text
from slfkit.reporting.rows import Row
from slfkit.reporting.style import STARTS, WIDTH, legend_above, look, subplots

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# how the codebook starts fine-tuning
DOWNLOADED, K_MEANS, NEW = "as downloaded", "set by k-means", "with new weights"


def start_cells(scale: Scale, seed: int, crossover: float, f: int) -> list[Cell]:
    """Return the runs of one f that differ in how the codebook starts; ``start`` labels them."""
    cells = []
    for start, fields in _starts(f).items():
        cell = variant(scale, seed, crossover, f, fields)
        labels = {name: cell.labels[name] for name in cell.labels if name not in fields}
        cells.append(Cell({**labels, "start": start}, cell.spec))
    return cells


def _starts(f: int) -> dict[str, dict[str, bool]]:
    """Return the starts there are at an f, and the fields of a specification that make them."""
    kept = {} if f else {"reinitialise": False}
    starts = {DOWNLOADED: kept} | ({} if f == PARTS else {K_MEANS: {**kept, "refit": True}})
    return starts if f else {NEW: {}, **starts}


def in_use(rows: Sequence[Row]) -> dict[int, float]:
    """Return by f the codewords in use: the perplexity of the numbers sent, 1 to K; seeds' mean.

    Rows are those of ``studies.recovery``.
    """
    return {f: fmean(row["perplexity"] for row in rows if row["frozen"] == f)
            for f in sorted({row["frozen"] for row in rows})}  # fmt: skip


def steps_against(rows: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Return the steps of f, from one to the next of a seed, after which the MSE is lower."""
    found = []
    for seed in sorted({row["seed"] for row in rows}):
        line = sorted((row for row in rows if row["seed"] == seed), key=lambda row: row["frozen"])
        found += [(a, b) for a, b in pairwise(line) if b["mse"] < a["mse"]]
    return found


def codewords_finding(rows: Sequence[Row]) -> str:
    """Say how many codewords each f uses, and how many steps against the trend bring more of them.

    Rows are those of ``studies.recovery``.
    """
    if not rows:
        return "There is no record to speak of yet."
    each = ", ".join(f"{count:.1f} at f = {f}" for f, count in in_use(rows).items())
    against = steps_against(rows)
    if not against:
        return f"Codewords in use are {each}. No step of f lowers the MSE."
    more = sum(after["perplexity"] > before["perplexity"] for before, after in against)
    at = ", ".join(sorted({f"{a['frozen']} to {b['frozen']}" for a, b in against}))
    return (
        f"Codewords in use are {each}. Of the {len(against)} steps of f that lower the MSE "
        f"(f = {at}), {more} bring more codewords into use."
    )


# Heading -> key of a row
TABLE = {"f": "frozen", "Codebook starts": "start", "MSE": "mse", "Accuracy (%)": "accuracy",
         "Codewords": "perplexity", "After one epoch": "first", "Epochs (MSE)": "epochs_mse",
         "Seeds": "seeds"}  # fmt: skip
_FORMS = {"mse": ("{:.4f}", 1.0), "accuracy": ("{:.2f}", 100.0), "perplexity": ("{:.1f}", 1.0),
          "first": ("{:.1f}", 1.0), "epochs_mse": ("{:.3g}", 1.0)}  # fmt: skip
_STAR = {"color": "black", "marker": "*", "linestyle": "none", "markersize": 11}
_LOOKS = {DOWNLOADED: STARTS["downloaded"], K_MEANS: STARTS["fresh"], NEW: _STAR}


def table(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each f and start; metrics are texts, mean ± 95 % half width over seeds.

    "perplexity" is of the numbers sent at the best epoch, on test images; "first" of those sent
    after one epoch, on the held-out images.
    """
    known = [{**row, "first": row["history"][0]["perplexity"]} for row in rows]
    groups: dict[tuple[int, str], list[Row]] = {}
    for row in sorted(known, key=lambda row: row["frozen"]):
        groups.setdefault((row["frozen"], row["start"]), []).append(row)
    return [
        {"frozen": f, "start": start, "seeds": len(group),
         **{key: text((scale * row[key] for row in group), form)
            for key, (form, scale) in _FORMS.items()}}
        for (f, start), group in groups.items()
    ]  # fmt: skip


def panels(rows: Sequence[Row]) -> Figure:
    """Draw MSE and codewords in use over f, a line for each start; whiskers are 95 % intervals."""
    figure, places = subplots(2, figsize=(WIDTH, 6), sharex=True)
    labels = {"mse": "MSE (pixels in [-1, 1])", "perplexity": "codewords in use"}
    for axes, (metric, label) in zip(places, labels.items(), strict=True):
        axes.set_ylabel(label)
        for start, style in _LOOKS.items():
            _line(axes, [row for row in rows if row["start"] == start], metric, start, style)
    places[-1].set_xlabel("f, frozen parts")
    places[-1].set_xticks(sorted({row["frozen"] for row in rows}))
    legend_above(figure, places[:1], columns=2)
    return figure


def _line(axes, rows: Sequence[Row], metric: str, name: str, style: dict) -> None:
    at = sorted({row["frozen"] for row in rows})
    if at:
        known = [interval(row[metric] for row in rows if row["frozen"] == f) for f in at]
        halves = [half or 0.0 for _, half in known]
        axes.errorbar(at, [mean for mean, _ in known], halves, label=name, **style)


def epochs(rows: Sequence[Row]) -> Figure:
    """Draw the codewords in use after each epoch, a panel for each start, a line for each run."""
    starts = [start for start in (DOWNLOADED, K_MEANS) if any(r["start"] == start for r in rows)]
    figure, places = subplots(
        len(starts) or 1, figsize=(WIDTH, 1 + 2.6 * (len(starts) or 1)), sharex=True, sharey=True,
        squeeze=False,
    )  # fmt: skip
    for axes, start in zip(places[:, 0], starts, strict=False):
        for row in (row for row in rows if row["start"] == start):
            used = [epoch["perplexity"] for epoch in row["history"]]
            name = f"f = {row['frozen']}"
            axes.plot(range(1, len(used) + 1), used, label=name, **look(row["frozen"]))
        axes.set(title=start, ylabel="codewords in use")
    places[-1, 0].set(xlabel="epochs", ylim=(0, None))  # after the lines: the panels share it
    places[-1, 0].xaxis.get_major_locator().set_params(integer=True)
    legend_above(figure, places[:, 0], columns=5)
    return figure


def finding(rows: Sequence[Row], missing: Sequence = ()) -> str:
    """Say in two sentences what the start does, and at which steps of f the MSE then falls.

    Args:
        missing: the cells without a record; the second sentence tells how many there are.
    """
    if not rows:
        return sentences.nothing(missing)
    return f"{_compared(rows)}. {_falling(rows)} ({sentences.basis(rows, missing)})."


def _compared(rows: Sequence[Row]) -> str:
    """Say what k-means changes, f by f and seed by seed, without a full stop."""
    by = {(row["start"], row["frozen"], row["seed"]): row for row in rows}
    pairs = [(by[DOWNLOADED, f, seed], row) for (start, f, seed), row in by.items()
             if start == K_MEANS and (DOWNLOADED, f, seed) in by]  # fmt: skip
    if not pairs:
        return "No run whose codebook was set by k-means is stored yet, so nothing can be compared"
    used = [fmean(pair[k]["perplexity"] for pair in pairs) for k in (0, 1)]
    more = sum(new["perplexity"] > old["perplexity"] for old, new in pairs)
    lower = sum(new["mse"] < old["mse"] for old, new in pairs)
    higher = sum(new["accuracy"] > old["accuracy"] for old, new in pairs)
    return (
        f"Set by k-means, the codebook ends with more codewords in use in {more} of {len(pairs)} "
        f"pairs of runs ({used[1]:.1f} instead of {used[0]:.1f} in the mean), the MSE is lower in "
        f"{lower} and the accuracy higher in {higher}{_anew(by)}"
    )


def _anew(by: dict[tuple[str, int, int], Row]) -> str:
    """Say how the three starts of f = 0 compare, on the seeds that have all."""
    mse = full(list(by.values()), "mse")
    if not mse:
        return ""
    return (
        f"; at f = 0 it is {mse[DOWNLOADED]:.4f} from the downloaded weights, {mse[K_MEANS]:.4f} "
        f"from the same with k-means, {mse[NEW]:.4f} from new weights"
    )


def full(rows: Sequence[Row], metric: str) -> dict[str, float]:
    """Return a metric of f = 0 by start, means over the seeds that have all three; else {}."""
    by = {(row["start"], row["seed"]): row[metric] for row in rows if row["frozen"] == 0}
    seeds = [seed for start, seed in by if start == NEW
             and all((one, seed) in by for one in (DOWNLOADED, K_MEANS))]  # fmt: skip
    return {start: fmean(by[start, seed] for seed in seeds)
            for start in (DOWNLOADED, K_MEANS, NEW) if seeds}  # fmt: skip


def series(rows: Sequence[Row], start: str) -> list[dict[int, Row]]:
    """Return for each seed its run at every f with one start of the codebook.

    "as downloaded" is SLF as the paper has it, with new weights at f = 0; "set by k-means" has
    the downloaded weights there too. At f = 4 the codebook is David's in both.
    """
    lines: dict[int, dict[int, Row]] = {}
    for row in rows:
        first = NEW if start == DOWNLOADED else start
        wanted = {0: first, 4: DOWNLOADED}.get(row["frozen"], start)
        if row["start"] == wanted:
            lines.setdefault(row["seed"], {})[row["frozen"]] = row
    return list(lines.values())


def _falling(rows: Sequence[Row]) -> str:
    """Say with which start the MSE falls at which steps of f, without a full stop."""
    said = []
    for start, name in ((DOWNLOADED, "as the paper starts the runs"), (K_MEANS, "with k-means")):
        steps = [step for line in series(rows, start) for step in pairwise(sorted(line.items()))]
        falls = [(f, g) for (f, before), (g, after) in steps if after["mse"] < before["mse"]]
        if len(steps) > 1:
            at = ", ".join(sorted({f"{f} to {g}" for f, g in falls}))
            where = f" (f = {at})" if at else ""
            said.append(f"at {len(falls)} of {len(steps)} steps {name}{where}")
    if not said:
        return "Whether the MSE rises with every step of f cannot be said yet"
    return f"Along f the MSE falls {' and '.join(said)}"


def _place(labels: Labels) -> tuple[float, ...]:
    """What belongs to Table I's column comes first; kept weights at f = 0 and k-means come late."""
    if labels["start"] == K_MEANS:
        return (3.5,)
    return (3,) if labels["start"] == DOWNLOADED and not labels["frozen"] else (0,)


@experiment(
    "07_codebook",
    place=_place,
    table=table,
    figure=panels,
    finding=finding,
)
def codebook_start(
    setup: Setup, crossover: float = TABLE_CROSSOVER, frozen: Sequence[int] = FROZEN
) -> Iterator[Cell]:
    """SLF with the codebook as downloaded, or set by k-means before it is fine-tuned.

    Where f = 0 there is also the paper's start from new weights, whose codebook k-means sets too;
    at f = 4 the codebook is frozen, so there is one run.

    Args:
        crossover: eps of the air, in [0, 1].
        frozen: f, each 0 to 4.
    """
    for seed in setup.seeds(repeated=crossover == TABLE_CROSSOVER):
        for f in frozen:
            yield from start_cells(setup.scale, seed, crossover, f)
