"""What epochs and sweeps cost, from committed measurements; loads no torch."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slfkit.records.spec import PARTS, Spec
from slfkit.records.store import Record, project_root
from slfkit.reporting.rows import Row
from slfkit.reporting.style import INK, WIDTH, look, subplots
from slfkit.runs import cost

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FOLDER = project_root() / "benchmarks" / "results"
EPOCH = 60_000  # images of the epoch that costs are given for
TRAINED_ON = 55_000  # images of an epoch of a run: 5,000 of MNIST are held out
SHOWN = ("training", "operations", "quantiser", "footprint")  # the tables of a plain make bench
TRIED = ("tried", "evaluation")
BENCH = {"What": "name", "Median": "median", "Min": "min", "Max": "max", "Unit": "unit"}
BOUNDS = {"Bound": "name", "Value": "value", "Limit": "limit", "Unit": "unit", "Verdict": "verdict"}
SWEEP = {"Where": "where", "At a time": "at", "Hours at most": "hours", "Assumption": "assumption"}
AXES = {
    "images": "training images",
    "batch": "batch (images)",
    "codewords": "codewords K",
    "dimension": "dimension D",
    "frozen": "frozen parts f",
}
VERDICTS = {True: "holds", False: "does not hold", None: "no bound"}
Report = dict[str, Any]


def report(name: str = "cpu", folder: Path = FOLDER) -> Report | None:
    """Return a stored report of ``make bench`` by its file's name, None if there is none."""
    path = folder / f"{name}.json"
    return json.loads(path.read_text()) if path.is_file() else None


def rows(report: Report | None, section: str) -> list[Row]:
    """Return the measured rows of one table, [] where the report lacks it."""
    return [row for row in _rows(report, section) if row["values"]]


def _rows(report: Report | None, section: str) -> list[Row]:
    return report["sections"].get(section, {"rows": []})["rows"] if report else []


def machine(report: Report | None) -> str:
    """Describe in a sentence on what a report was measured."""
    if not report:
        return "There is no such report yet: `python -m benchmarks --save` makes one."
    here, size = report["machine"], report["size"]
    loads = [section["load_per_core"] for section in report["sections"].values()]
    most = max((load for load in loads if load is not None), default=None)
    load = "" if most is None else f"; load {most:g} per core or less as measuring began"
    card = f"{here['card']}, {here['card_memory_gib']:g} GiB; " if "card" in here else ""
    return (
        f"{card}{here['processor']} ({', '.join(here['abilities'])}), {here['cores']} cores, "
        f"{here['memory_gib']:g} GiB, torch {here['torch']}; turns of {size['images']:,} images, "
        f"batch {size['batch']}{load}."
    )


def bench_table(report: Report | None, sections: Sequence[str] = SHOWN) -> list[Row]:
    """Return the rows of tables of ``make bench``; a row without a value says so in its unit."""
    every = [row for name in sections for row in _rows(report, name)]
    return [row if row["values"] else {**row, "unit": "not measured"} for row in every]


def bounds_table(report: Report | None) -> list[Row]:
    """Return the bounds with a verdict in words."""
    return [
        {**b, "verdict": "not measured" if b["value"] is None else VERDICTS[b["holds"]]}
        for b in (report["bounds"] if report else [])
    ]


def epochs(report: Report | None) -> dict[str, list[tuple[int, float]]]:
    """Return (value, seconds of an epoch) for each thing that was varied.

    The epoch has 60,000 images; where images are varied it has that many.
    """
    points: dict[str, list[tuple[int, float]]] = {}
    for row in rows(report, "cost"):
        _, what, value = row["key"].split("-")
        images = int(value) if what == "images" else EPOCH
        points.setdefault(what, []).append((int(value), images / row["median"]))
    tuned = [row for row in rows(report, "training") if row["key"].startswith("fine-tuning-f")]
    if "frozen" not in points and tuned:
        points["frozen"] = [(int(row["key"][-1]), EPOCH / row["median"]) for row in tuned]
    return points


def fine_tuning_rate(report: Report | None) -> float | None:
    """Return the images/s of one process that fine-tunes at f = 0, None where not measured."""
    rates = {row["key"]: row["median"] for row in rows(report, "training")}
    return rates.get("fine-tuning-f0")


def splits(report: Report | None) -> list[Row]:
    """Return measured processes, threads of each, and images/s of all; the fastest first."""
    measured = sorted(rows(report, "processes"), key=lambda row: -row["median"])
    pairs = [(map(int, row["key"].split("-")[1].split("x")), row["median"]) for row in measured]
    return [
        {"Processes": processes, "Threads each": threads, "Images/s": rate}
        for (processes, threads), rate in pairs
    ]


def runs_per_hour(report: Report | None, specs: Iterable[Spec]) -> list[Row]:
    """Return for each split how many of the longest possible runs end in an hour, on average."""
    work = [cost.flops(spec) for spec in specs]
    if not work:
        return []
    hourly = 3600 * cost.flops_per_image(32, 16) / statistics.fmean(work)
    return [{**split, "Runs per hour": hourly * split["Images/s"]} for split in splits(report)]


def sweep(rate: float | None, processes: int, work: float, card: float | None = None) -> list[Row]:
    """Return hours that a sweep takes at most on machines of several sizes.

    Args:
        rate: measured images/s of fine-tuning at f = 0 of all processes together; None: unknown.
        processes: how many these were, one per core.
        work: operations of the sweep.
        card: images/s of one process on one GPU; None: not measured, and so left out.
    """
    each = rate / processes if rate else None
    grown = f"{processes} measured processes; grown in proportion, not measured"
    lines = [
        ("2 cores", 2, "as measured" if processes == 2 else grown, each),
        ("16 cores", 16, grown, each),
        ("ten workers", 10, f"one core each; {grown}", each),
        *([("one GPU", 1, "one process at the measured or given speed", card)] if card else []),
    ]
    hours = work / cost.flops_per_image(32, 16) / 3600  # at one image a second
    return [
        {
            "where": where,
            "at": at,
            "assumption": why,
            "hours": hours / speed / at if speed else None,
        }
        for where, at, why, speed in lines
    ]


def took(records: Iterable[Record]) -> list[Row]:
    """Return how long alignments at f = 4 took on each device, by their records; fastest first.

    The wall time of a run, its tests included, is shared out among its epochs of 55,000 images.
    """
    seconds: dict[str, list[float]] = {}
    for record in records:
        of_one_sort = record.spec.kind == "alignments" and record.spec.frozen == PARTS
        if of_one_sort and record.results["training_images"] == TRAINED_ON:
            each = record.results["wall_seconds"] / len(record.results["history"])
            seconds.setdefault(record.provenance["device"], []).append(each)
    medians = {device: statistics.median(each) for device, each in seconds.items()}
    return [
        {"Device": device, "Runs": len(seconds[device]), "Seconds per epoch": medians[device]}
        for device in sorted(medians, key=medians.__getitem__)
    ]


def finding(runs: int, hours: float | None) -> str:
    """Say what the sweep costs: how many runs, and the hours at most on two cores if known."""
    time = "an unknown time" if hours is None else f"{hours:.3g} hours at most"
    return f"The {runs} runs of the whole sweep take {time} on two cores of the measured machine."


def why_below_the_floor(report: Report | None) -> str:
    """Say from the profile where a step's time goes beyond the convolutions."""
    shares = sorted(rows(report, "profile"), key=lambda row: -row["median"])
    if not shares:
        return "No profile is stored, so nothing is said of the cause."
    own = next(row["median"] for row in shares if row["key"] == "profile-convolutions")
    rest = [row for row in shares if row["key"] != "profile-convolutions"]
    parts = ", ".join(f"{row['name']} {row['median']:.1f} %" for row in rest)
    return f"The convolutions take {own:.1f} % of the operators' own time. The rest: {parts}."


def epoch_panels(points: dict[str, list[tuple[int, float]]]) -> Figure:
    """Plot seconds of an epoch, a panel for each thing that is varied; see ``epochs``."""
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
    figure.supylabel("seconds per epoch (s)")
    panels.flat[-1].set_axis_off()
    return figure


def _times(panel: Axes, what: str, pairs: list[tuple[int, float]]) -> None:
    """Draw a line in ink, since it stands for no f; where f varies, each point looks like its f."""
    panel.plot(*zip(*pairs, strict=True), "-" if what == "frozen" else "o-", color=INK)
    if what == "frozen":
        for frozen, seconds in pairs:
            panel.plot(frozen, seconds, markersize=8, **look(frozen))
        panel.set_xticks([frozen for frozen, _ in pairs])
