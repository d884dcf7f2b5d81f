"""Remedies that are trained: what Alice is asked to keep while she fine-tunes David's parts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any

from slfkit.experiments.grid import Cell, extended, variant
from slfkit.experiments.registry import experiment
from slfkit.experiments.remedies import STARTS, Remedy, damage, more_bytes, plain
from slfkit.experiments.results import Results, flops_of
from slfkit.experiments.study import TABLE_CROSSOVER, Setup
from slfkit.records.repairs import ANCHORS, RepairSpec
from slfkit.reporting.intervals import factor, text, times, undecided
from slfkit.reporting.metrics import METRICS, columns, metric_texts
from slfkit.reporting.panels import logarithmic
from slfkit.reporting.rows import Row, along, grouped
from slfkit.reporting.sentences import with_basis
from slfkit.reporting.style import WIDTH, Figure, legend_above, look, subplots

KEPT, K_MEANS, MATCHED = "kept", "k-means", "matched"  # keys of ``remedies.STARTS``
_BRIEF = {KEPT: "", K_MEANS: ", k-means", MATCHED: ", renumbered"}  # of a start, in little room
_LETTER = {KEPT: "", K_MEANS: ", k", MATCHED: ", r"}  # of a start, on the plane
_MARKERS = {"replay": "P", "l2sp": "X", "ewc": "*", "rank": "h"}
NAMES = {"rank": "low rank", "replay": "index replay", "l2sp": "L2-SP", "ewc": "EWC"}
TABLE = columns(
    *("name", "mu", "mse", "accuracy", "damage", "old_accuracy", "more", "tflop", "seeds"),
    name="Remedy",
    mu="μ",
    damage="Old link, MSE / before",
    more="Extra sent (kB)",
    tflop="TFLOP",
)


def name_of(row: Row) -> str:
    """Name a remedy by its kind and size, its f and its start."""
    return f"{_sized(row)}, f = {row['frozen']}{STARTS[row['line']]}"


def _sized(row: Row) -> str:
    """Name a remedy by its kind and size alone."""
    return NAMES[row["remedy"]] + (f" {row['size']}" if row["size"] else "")


def table(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each remedy and mu: both links and what is sent more, as texts."""
    rows = [{**row, "old_accuracy": row["old_link"]["after"]["accuracy"]} for row in rows]
    return [
        {
            **metric_texts(of),
            "name": name_of(of[0]),
            "mu": "" if of[0]["remedy"] == "rank" else f"{of[0]['mu']:g}",
            "damage": factor(map(damage, of)),
            "more": f"{more_bytes(of[0]) / 1000:+.1f}",
            "tflop": text((flops_of(row, row["epochs_mse"]) / 1e12 for row in of), "{:.1f}"),
        }
        for of in grouped(sorted(rows, key=_order), "cell").values()
    ]


def _order(row: Row) -> tuple[Any, ...]:
    kinds = list(NAMES)
    return kinds.index(row["remedy"]), row["frozen"], row["line"], row["size"], row["mu"]


def chosen(rows: Sequence[Row]) -> list[list[Row]]:
    """Return the runs of each remedy at one mu: the one that is best on held-out images.

    Best is the least product of the MSEs of both links, the new one on Alice's held-out images,
    the old one on David's; its logarithm is averaged over the seeds. Test images have no say.
    """
    remedies = grouped(rows, "remedy", "size", "frozen", "line").values()
    tried = (_fullest(grouped(of, "mu").values()) for of in remedies)
    return [min(runs, key=lambda run: fmean(map(_held_out, run))) for runs in tried]


def _fullest(groups: Iterable[list[Row]]) -> list[list[Row]]:
    """Return the groups with most seeds: means over other seeds are no match for theirs."""
    every = list(groups)
    return [of for of in every if len(of) == max(map(len, every))]


def _held_out(row: Row) -> float:
    """Return the logarithm of the product of both links' MSE on held-out images."""
    return math.log(min(epoch["mse"] for epoch in row["history"]) * row["old_held_out"]["after"])


def remedies_of(rows: Sequence[Row], home: Sequence[Row]) -> list[Remedy]:
    """Return each remedy at its chosen mu; of changes of low rank also that David keeps them.

    Kept for each partner, a change is added to his own weights only for the partner it is for, so
    the old link is untouched.

    Args:
        rows: of ``repairs``.
        home: of ``who_pays`` at Table I's channel, with f = 0 for the same seeds.
    """
    base = [row for row in home if (row["line"], row["frozen"]) == ("slf", 0)]
    found = []
    for first, *others in chosen(rows):
        runs = [{**row, "damage": damage(row), "line": "own"} for row in (first, *others)]
        kind, name, line = first["remedy"], name_of(first), first["line"]
        mark = f"replay {first['size']}{_LETTER[line]}" if kind == "replay" else NAMES[kind]
        for one in plain([*base, *runs], "own"):
            named = replace(one, name=name, line=line, mark=mark, air=more_bytes(first))
            kept = {"old": dict.fromkeys(one.old, 0.0), "kept": first["bytes_up"]}
            found.append(named)
            if kind == "rank":
                found.append(replace(named, name=f"{name}, kept", **kept))
    return found


def pictures(results: Results) -> list[Row]:
    """Return what an image of his old partner becomes after each remedy, at its chosen mu.

    Returns:
        Rows of one seed, the first that has most remedies, with name, original and reconstruction.
    """
    from slfkit.records.thumbnails import decode  # loads numpy, which verdicts do without

    stored = zip(results.rows, results.records, strict=True)
    rows = [{**row, "examples": record.results["old_examples"]} for row, record in stored]
    runs = [row for of in chosen(rows) for row in of]
    shown = max(along(runs, "seed").values(), key=len, default=[])
    return [
        {
            "name": f"{_sized(row)}\nf = {row['frozen']}{_BRIEF[row['line']]}",
            **{key: decode(row["examples"][key]) for key in ("original", "reconstruction")},
        }
        for row in sorted(shown, key=_order)
    ]


@with_basis
def finding(rows: Sequence[Row]) -> str:
    """Say in a sentence which remedy spares the old link most, and what it does to both links.

    It is one for which David keeps nothing: what he keeps spares his old link by construction.
    """
    best, *others = sorted(_fullest(chosen(rows)), key=lambda of: fmean(map(damage, of)))
    mse = METRICS["mse"].form.format(fmean(row["mse"] for row in best))
    return (
        f"Of the trained remedies for which David keeps nothing, {name_of(best[0])} spares the old "
        f"link most: its MSE is {times(map(damage, best))} what it was, the new link's {mse}, for "
        f"{more_bytes(best[0]) / 1000:.1f} kB more{_next(best, others[0]) if others else ''}"
    )


def _next(best: Sequence[Row], other: Sequence[Row]) -> str:
    """Say where the remedy is that follows, and whether the two are decided on shared seeds."""
    own = {row["seed"]: damage(row) for row in best}
    lead = [damage(row) - own[row["seed"]] for row in other if row["seed"] in own]
    mark = undecided(lead) if lead else ""
    return f"; {name_of(other[0])} follows at {times(map(damage, other))}{mark}"


def trade_off(rows: Sequence[Row]) -> Figure:
    """Draw the old link's MSE over that before against the new link's MSE, a line along mu each.

    Colours are those of f, markers tell the remedies apart; means over the seeds. Hollow markers
    start from David's weights as they are.
    """
    figure, axes = subplots(figsize=(WIDTH, 5.4))
    for of in grouped(rows, "remedy", "size", "frozen", "line").values():
        runs = along(of, "mu").values()
        new = [fmean(row["mse"] for row in run) for run in runs]
        old = [math.exp(fmean(map(damage, run))) for run in runs]
        style = {**look(of[0]["frozen"]), "marker": _MARKERS[of[0]["remedy"]], "markersize": 9}
        style |= {"markerfacecolor": "white"} if of[0]["line"] == KEPT else {}
        axes.plot(new, old, label=name_of(of[0]), **style)
    axes.set(xlabel="new link, MSE", ylabel="old link, MSE / before")
    if rows:
        logarithmic(axes, axes.yaxis)
    legend_above(figure, [axes], columns=1)
    return figure


@experiment("08_who_pays", place=8, table=table, figure=trade_off, finding=finding)
def repairs(
    setup: Setup,
    ranks: Sequence[int] = (4,),
    replays: Sequence[int] = (100, 10, 1000),
    strengths: Sequence[float] = (1.0, 10.0, 0.1),
    anchors: Sequence[float] = (0.01, 0.001, 0.1, 1.0),
    repaired: Sequence[int] = (0, 1),
) -> Iterator[Cell]:
    """SLF over Table I's channel with a remedy for David's old partner.

    One thing is varied at a time: index replay takes every mu with the first number of grids, at
    the first f, and every number and f with the first mu. It starts with k-means whose codewords
    are matched to David's: without matching, old numbers have new meanings before anything is asked
    of them. At the centre the other starts are there too. Low rank starts with k-means, since David
    can leave its change out for his old partner; L2-SP and EWC start from his weights.

    Args:
        ranks: of the changes of weights, each from 1 on.
        replays: m, grids of indices that David adds to the download, each from 1 on.
        strengths: mu of index replay, each above 0.
        anchors: mu of L2-SP and of EWC, each above 0.
        repaired: f, each 0 to 3.
    """
    first = repaired[0], MATCHED, "replay", replays[0], strengths[0]
    ways = [(repaired[0], K_MEANS, "rank", rank, RepairSpec.weight) for rank in ranks]
    ways += [first, *((repaired[0], line, *first[2:]) for line in (KEPT, K_MEANS))]
    ways += [(f, *first[1:]) for f in repaired[1:]]
    ways += [(*first[:4], mu) for mu in strengths[1:]]
    ways += [(*first[:3], size, first[4]) for size in replays[1:]]
    ways += [(repaired[0], KEPT, kind, 0, mu) for kind in ("l2sp", "ewc") for mu in anchors]
    for seed in setup.seeds_at(TABLE_CROSSOVER):
        for way in ways:
            yield _cell(setup, seed, *way)


def _cell(setup: Setup, seed: int, f: int, line: str, remedy: str, size: int, mu: float) -> Cell:
    """Return one run: SLF as it is at this f and start, and its remedy."""
    start: dict[str, Any] = {} if f else {"reinitialise": False}
    start |= {} if line == KEPT else {"refit": True}
    plain_cell = variant(setup.scale, seed, TABLE_CROSSOVER, f, start, {})
    field = {"anchor": remedy} if remedy in ANCHORS else {remedy: size}
    field["matched"] = line == MATCHED
    spec = extended(RepairSpec, plain_cell.spec, **field, weight=float(mu))
    labels = {"line": line, "remedy": remedy, "size": size, "mu": float(mu)}
    return Cell({**plain_cell.labels, **labels}, spec)
