"""The data of the interactive recovery time, and the answers its page must give.

The page computes in the browser what ``recovered`` and ``choose`` compute here, from the points
that ``page_data`` hands over; a test moves its sliders and compares the two. Importing this module
loads no torch.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from slfkit.experiments import recovery_time
from slfkit.experiments.frontier import TASKS, Point, points_of, printed_points
from slfkit.experiments.results import Results
from slfkit.recovery import Link
from slfkit.reporting import style

MANTISSAS = (10, 15, 20, 30, 50, 70)  # steps of a slider within a decade, times ten
PREFIXES = {10**15: "P", 10**12: "T", 10**9: "G", 10**6: "M", 10**3: "k", 1: ""}
TARGET_STEPS = 20  # a quality target moves over the range of the qualities in about so many steps
PAPER_NOTE = (
    "The sizes and operations of the paper's Table I. The paper cuts the computing time off after "
    "two decimals before it adds, so its printed totals can lie a little below these. Its MSE has "
    "its own unit; which of its accuracies belongs to which f is unknown."
)


@dataclass(frozen=True)
class PointTable:
    """A table the reader may choose: its points by task, and how its qualities are written."""

    key: str
    name: str
    note: str
    points: dict[str, list[Point]]
    digits: dict[str, int]


def our_table(results: Results) -> PointTable | None:
    """Return the table of our own runs, from the experiment ``recovery``; None without any."""
    if not results.rows:
        return None
    points = {name: points_of(results.rows, task) for name, task in TASKS.items()}
    digits = {"reconstruction": 4, "classification": 2}
    return PointTable("ours", "our runs", _our_note(results), points, digits)


def _our_note(results: Results) -> str:
    """Say at which eps, over how many seeds, and what has no record yet."""
    seeds = Counter(row["frozen"] for row in sorted(results.rows, key=lambda row: row["frozen"]))
    eps = ", ".join(sorted({f"{row['crossover']:g}" for row in results.rows}))
    counts = {count: [f for f in seeds if seeds[f] == count] for count in seeds.values()}
    each = "; ".join(
        ("one seed" if count == 1 else f"mean of {count} seeds")
        + (f" for f = {', '.join(map(str, of))}" if len(counts) > 1 else "")
        for count, of in counts.items()
    )
    note = f"Our runs at ε = {eps}; {each}."
    absent = sorted({cell.labels["frozen"] for cell in results.missing} - set(seeds))
    if absent:
        note += f" No record yet for f = {', '.join(map(str, absent))}."
    return note + " MSE is of pixels in [-1, 1]."


def target_range(points: Iterable[Point]) -> dict[str, float] | None:
    """Return least, largest, step and first value of the target's slider; None where unknown."""
    qualities = [point.quality for point in points if point.quality is not None]
    if not qualities:
        return None
    least, most = min(qualities), max(qualities)
    step = nice((most - least) / TARGET_STEPS or abs(least) / 100 or 1.0)
    low, high = math.floor(least / step), math.ceil(most / step)
    ends = {"min": low, "max": high, "value": (low + high + 1) // 2, "step": 1}
    return {name: float(f"{k * step:.10g}") for name, k in ends.items()}


def nice(step: float) -> float:
    """Return the largest of 1, 2 and 5 times a power of ten that is not above ``step``."""
    power = math.floor(math.log10(step))
    mantissa = max(m for m in (1, 2, 5) if m == 1 or m * 10.0**power <= step)
    return float(f"{mantissa}e{power}")


def slider(low: int, high: int, start: float, unit: str) -> dict[str, Any]:
    """Return a logarithmic slider from 10**low to 10**high: values, their labels, where it starts.

    It starts at the value nearest to ``start``, which is put in where it is not among them.
    """
    values = {m * 10 ** (k - 1) for k in range(low, high) for m in MANTISSAS} | {10**high}
    values = sorted(values | {start})
    labels = [quantity(value, unit) for value in values]
    return {"values": values, "labels": labels, "start": values.index(start)}


def quantity(value: float, unit: str) -> str:
    """Write a quantity with the largest fitting prefix of its unit: 2 Mbit/s."""
    factor = next((factor for factor in PREFIXES if value >= factor), 1)
    return f"{value / factor:g} {PREFIXES[factor]}{unit}"


def seconds(value: float) -> str:
    """Write a time: milliseconds below 100 s, whole seconds above, as the page does."""
    return f"{value:.3f}" if value < 100 else f"{value:.0f}"


def page_data(tables: Sequence[PointTable], link: Link) -> dict[str, Any]:
    """Return all that the page needs, as JSON takes it; the sliders start at the link."""
    fills = {"download": style.DAVID, "compute": style.TUNED, "upload": style.ALICE}
    return {
        "tables": [_table_data(table) for table in tables],
        "tasks": {
            name: {key: getattr(task, key) for key in ("name", "better", "bound", "unit")}
            for name, task in TASKS.items()
        },
        "sliders": {
            "uplink": slider(4, 9, link.uplink, "bit/s"),
            "downlink": slider(4, 9, link.downlink, "bit/s"),
            "power": slider(10, 15, link.power, "FLOP/s"),
        },
        "look": {
            "colours": style.FREEZE_COLOURS,
            "markers": style.FREEZE_MARKERS,
            "ink": style.INK,
            "fills": fills,
        },
    }


def _table_data(table: PointTable) -> dict[str, Any]:
    tasks = {
        name: {
            "points": [vars(point) for point in points],
            "target": target_range(points),
            "digits": table.digits[name],
        }
        for name, points in table.points.items()
    }
    return {"key": table.key, "name": table.name, "note": table.note, "tasks": tasks}


def paper_table() -> PointTable:
    """Return the paper's Table I; its accuracies are left out, since which f one is of is lost."""
    digits = {"reconstruction": 3, "classification": 2}
    return PointTable("paper", "the paper's table", PAPER_NOTE, printed_points(), digits)


def tables() -> list[PointTable]:
    """Return our own table, from the committed records if there are any, and the paper's."""
    ours = our_table(recovery_time.recovery("paper", compute="none").run())
    return [*filter(None, [ours]), paper_table()]
