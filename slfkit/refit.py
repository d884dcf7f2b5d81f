"""How the codebook starts fine-tuning, and whether it collapses: table, figures, finding.

Rows are those of ``studies.codebook_start``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from . import findings
from .cells import DOWNLOADED, K_MEANS, NEW
from .grouping import Row
from .statistics import interval, text
from .style import STARTS, WIDTH, legend_above, look, use_style

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
    use_style()
    figure, places = plt.subplots(2, figsize=(WIDTH, 6), sharex=True, layout="constrained")
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
    use_style()
    starts = [start for start in (DOWNLOADED, K_MEANS) if any(r["start"] == start for r in rows)]
    figure, places = plt.subplots(
        len(starts) or 1, figsize=(WIDTH, 1 + 2.6 * (len(starts) or 1)), sharex=True, sharey=True,
        squeeze=False, layout="constrained",
    )  # fmt: skip
    for axes, start in zip(places[:, 0], starts, strict=False):
        for row in (row for row in rows if row["start"] == start):
            used = [epoch["perplexity"] for epoch in row["history"]]
            name = f"f = {row['frozen']}"
            axes.plot(range(1, len(used) + 1), used, label=name, **look(row["frozen"]))
        axes.set(title=start, ylabel="codewords in use")
    places[-1, 0].set(xlabel="epochs", ylim=(0, None))  # after the lines: the panels share it
    places[-1, 0].xaxis.set_major_locator(MaxNLocator(integer=True))
    legend_above(figure, places[:, 0], columns=5)
    return figure


def finding(rows: Sequence[Row], missing: Sequence = ()) -> str:
    """Say in two sentences what the start does, and at which steps of f the MSE then falls.

    Args:
        missing: the cells without a record; the second sentence tells how many there are.
    """
    if not rows:
        return findings.nothing(missing)
    return f"{_compared(rows)}. {_falling(rows)} ({findings.basis(rows, missing)})."


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
