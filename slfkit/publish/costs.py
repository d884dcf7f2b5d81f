"""What epochs, sweeps and many users cost, from committed measurements; loads no torch."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slfkit.experiments.results import recovery_of
from slfkit.records.spec import Spec
from slfkit.reporting.style import INK, WIDTH, look, subplots
from slfkit.runs import cost

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FOLDER = Path(__file__).parents[2] / "benchmarks" / "results"
EPOCH = 60_000  # images of the epoch that costs are given for
FREEZE_SHOWN = (0, 4)
SHOWN = ("training", "operations", "quantiser", "footprint")  # the tables of a plain make bench
TRIED = ("tried", "evaluation")
USERS = (2, 5, 10, 20, 50, 100)
BENCH = {"What": "name", "Median": "median", "Min": "min", "Max": "max", "Unit": "unit"}
BOUNDS = {"Bound": "name", "Value": "value", "Limit": "limit", "Unit": "unit", "Verdict": "verdict"}
SWEEP = {"Where": "where", "At a time": "at", "Hours at most": "hours", "Assumption": "assumption"}
RUNS = {"Processes": "processes", "Threads each": "threads", "Images/s": "rate",
        "Runs an hour": "runs"}  # fmt: skip
PAIRS = {"Users": "users", "Ordered pairs": "pairs", "f": "frozen", "MB in all": "megabytes",
         "Seconds in turn": "seconds"}  # fmt: skip
Report = dict[str, Any]


def report(name: str = "cpu", folder: Path = FOLDER) -> Report | None:
    """Return a stored report of ``make bench`` by its file's name, None if there is none."""
    path = folder / f"{name}.json"
    return json.loads(path.read_text()) if path.is_file() else None


def rows(found: Report | None, section: str) -> list[dict]:
    """Return the rows of one table, [] where the report lacks it."""
    return found["sections"].get(section, {"rows": []})["rows"] if found else []


def machine(found: Report | None) -> str:
    """Describe in a sentence on what a report was measured."""
    if not found:
        return "There is no such report yet: `python -m benchmarks --save` makes one."
    here, size = found["machine"], found["size"]
    loads = [one["load_per_core"] for one in found["sections"].values()]
    known = [load for load in loads if load is not None]
    load = f"; load {max(known):g} a core or less as measuring began" if known else ""
    return (
        f"{here['processor']} ({', '.join(here['abilities'])}), {here['cores']} cores, "
        f"{here['memory_gib']:g} GiB, torch {here['torch']}; turns of {size['images']:,} images, "
        f"batch {size['batch']}{load}."
    )


def bench_table(found: Report | None, sections: Sequence[str] = SHOWN) -> list[dict]:
    """Return the rows of tables of ``make bench``; a row without a value says so in its unit."""
    every = [row for name in sections for row in rows(found, name)]
    return [row if row["values"] else {**row, "unit": "not measured"} for row in every]


def bounds_table(found: Report | None) -> list[dict]:
    """Return the bounds with a verdict in words."""
    words = {True: "holds", False: "does not hold", None: "no bound"}
    return [
        {**one, "verdict": "not measured" if one["value"] is None else words[one["holds"]]}
        for one in (found["bounds"] if found else [])
    ]


def epochs(found: Report | None) -> dict[str, list[tuple[int, float]]]:
    """Return (value, seconds of an epoch) for each thing that was varied.

    The epoch has 60,000 images, but where images are varied it has that many.
    """
    points: dict[str, list[tuple[int, float]]] = {}
    for row in rows(found, "cost"):
        _, what, value = row["key"].split("-")
        if row["values"]:
            images = int(value) if what == "images" else EPOCH
            points.setdefault(what, []).append((int(value), images / row["median"]))
    tuned = [row for row in rows(found, "training") if row["key"].startswith("fine-tuning-f")]
    if "frozen" not in points and tuned:
        points["frozen"] = [(int(row["key"][-1]), EPOCH / row["median"]) for row in tuned]
    return points


def splits(found: Report | None) -> list[dict]:
    """Return measured (processes, threads, images/s of all), the fastest first."""
    measured = [row for row in rows(found, "processes") if row["values"]]
    named = [(*map(int, row["key"].split("-")[1].split("x")), row["median"]) for row in measured]
    keys = ("processes", "threads", "rate")
    return sorted((dict(zip(keys, one, strict=True)) for one in named), key=lambda s: -s["rate"])


def runs_an_hour(found: Report | None, specs: Iterable[Spec]) -> list[dict]:
    """Return for each split how many of the longest possible runs end in an hour, on average."""
    work = [cost.flops(spec) for spec in specs]
    if not work:
        return []
    per_image = cost.flops_per_image(32, 16)
    return [
        {**one, "runs": 3600 * one["rate"] * per_image / statistics.fmean(work)}
        for one in splits(found)
    ]


def sweep(rate: float | None, processes: int, work: float, card: float | None = None) -> list[dict]:
    """Return hours that a sweep takes at most on machines of several sizes.

    Args:
        rate: measured images/s of fine-tuning at f = 0 of all processes together; None: unknown.
        processes: how many these were, one a core.
        work: operations of the sweep.
        card: images/s of one GPU; None: not measured.
    """
    each = rate / processes if rate else None
    grown = f"{processes} measured processes; grown in proportion, not measured"
    lines = [
        ("2 cores", 2, "as measured" if processes == 2 else grown, each),
        ("16 cores", 16, grown, each),
        ("one GPU", 1, "speed as given" if card else "not measured", card),
        ("ten workers", 10, f"one core each; {grown}", each),
    ]
    return [
        {"where": where, "at": at, "assumption": why, "hours": _hours(work, speed, at)}
        for where, at, why, speed in lines
    ]


def _hours(work: float, speed: float | None, at: int) -> float | None:
    """Return the hours of work at images/s times processes, None for an unknown speed."""
    return work / (speed * at * cost.flops_per_image(32, 16)) / 3600 if speed else None


def users(row: dict, seconds: float, counts: Sequence[int] = USERS) -> list[dict]:
    """Return what aligning N users costs, each with each: N (N - 1) ordered pairs.

    Args:
        row: a row of ``studies.recovery``; its bytes count once a pair.
        seconds: recovery time of one pair; the pairs take turns.
    """
    size = row["bytes_down"] + row["bytes_up"]
    return [
        {
            "users": n, "pairs": n * (n - 1), "frozen": row["frozen"],
            "megabytes": n * (n - 1) * size / 1e6, "seconds": n * (n - 1) * seconds,
        }
        for n in counts
    ]  # fmt: skip


def users_by_f(found: Sequence[dict], link) -> dict[int, list[dict]]:
    """Return ``users`` for the f shown that have a row, from the first seed's.

    Args:
        link: a ``recovery.Link``.
    """
    lines = {}
    for row in sorted(found, key=lambda row: (row["frozen"], row["seed"])):
        if row["frozen"] in FREEZE_SHOWN and row["frozen"] not in lines:
            time = recovery_of(row, row["epochs_mse"], link)
            lines[row["frozen"]] = users(row, time.total)
    return lines


def finding(runs: int, work: float, best: dict, lines: dict[int, list[dict]]) -> str:
    """Say in two sentences what the sweep costs, and what aligning many users does.

    Args:
        runs, work: how many runs the sweep has, and its operations at most.
        best: a row of ``splits``.
        lines: those of ``users_by_f``.
    """
    hours = _hours(work, best["rate"] / best["processes"], 2) if best["rate"] else None
    time = "an unknown time" if hours is None else f"{hours:.3g} hours at most"
    sweep = f"The {runs} runs of the whole sweep take {time} on two cores of the measured machine"
    if not lines:
        return f"{sweep}. What many users cost cannot be said, since no run of Table I is stored."
    first, last = lines[min(lines)][-1], lines[max(lines)][-1]
    return (
        f"{sweep}. Aligning {first['users']} users with each other sends {first['megabytes']:,.0f} "
        f"MB at f = {first['frozen']} and {last['megabytes']:,.0f} MB at f = {last['frozen']}, and "
        f"takes {first['seconds'] / 3600:.1f} and {last['seconds'] / 3600:.1f} hours of modelled "
        "time if the pairs take turns."
    )


def why_below_the_floor(found: Report | None) -> str:
    """Say from the profile where a step's time goes beyond the convolutions."""
    shares = [row for row in rows(found, "profile") if row["values"]]
    if not shares:
        return "No profile is stored, so nothing is said of the cause."
    own = next(row["median"] for row in shares if row["key"] == "profile-convolutions")
    rest = sorted((r for r in shares if r["key"] != "profile-convolutions"),
                  key=lambda row: -row["median"])  # fmt: skip
    parts = ", ".join(f"{row['name']} {row['median']:.1f} %" for row in rest)
    return f"The convolutions take {own:.1f} % of the operators' own time. The rest: {parts}."


AXES = {
    "images": "training images",
    "batch": "batch (images)",
    "codewords": "codewords K",
    "dimension": "dimension D",
    "frozen": "frozen parts f",
}


def epoch_panels(points: dict[str, list[tuple[int, float]]]) -> Figure:
    """Plot seconds of an epoch, a panel for each thing that is varied; see ``scale.epochs``."""
    figure, panels = subplots(3, 2, figsize=(WIDTH, 1.4 * WIDTH))
    for panel, (what, label) in zip(panels.flat, AXES.items(), strict=False):
        pairs = points.get(what, [])
        panel.set_xlabel(label)
        if not pairs:
            panel.set(xticks=[], yticks=[])
            panel.text(0.5, 0.5, "not measured", ha="center", transform=panel.transAxes)
            continue
        _times(panel, what, pairs)
        panel.set_ylim(0, 1.1 * max(seconds for _, seconds in pairs))
        if what not in ("images", "frozen"):
            panel.set_xscale("log", base=2)
            panel.xaxis.set_major_formatter("{x:.0f}")
    figure.supylabel("seconds an epoch (s)")
    panels.flat[-1].set_axis_off()
    return figure


def _times(panel, what: str, pairs: list[tuple[int, float]]) -> None:
    """Draw a line in ink, since it stands for no f; where f varies, each point looks like its f."""
    panel.plot(*zip(*pairs, strict=True), "-" if what == "frozen" else "o-", color=INK)
    if what == "frozen":
        for frozen, seconds in pairs:
            panel.plot(frozen, seconds, markersize=8, **look(frozen))
        panel.set_xticks([frozen for frozen, _ in pairs])


def users_figure(lines: dict[int, list[dict]]) -> Figure:
    """Plot bytes and time over the number of users, a line for each f; see ``scale.users``."""
    figure, panels = subplots(2, 1, figsize=(WIDTH, 1.3 * WIDTH))
    for frozen, rows in lines.items():
        at = [row["users"] for row in rows]
        for panel, key in zip(panels, ("megabytes", "seconds"), strict=True):
            panel.loglog(at, [row[key] for row in rows], label=f"f = {frozen}", **look(frozen))
    panels[0].set_ylabel("sent in all (MB)")
    panels[1].set(ylabel="all pairs in turn (s)", xlabel="users N")
    if lines:
        panels[0].legend()
    return figure
