"""A report as text for the terminal and as JSON for the book."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path

from . import bounds, machine
from .scene import Scene
from .sections import SECTIONS
from .timing import Row

FORMAT = 1
RESULTS = Path(__file__).parent / "results"
WIDTH = 52  # of the column of names


def section(rows: list[Row], load: float | None) -> dict:
    """Return one table as plain data; ``load`` per core was there before the measurements."""
    return {"date": machine.now(), "load_per_core": load, "rows": [plain(row) for row in rows]}


def plain(row: Row) -> dict:
    """Return a row as plain data, with its median, min and max where it has values."""
    found = asdict(row)
    if row.values:
        found |= {"median": row.median, "min": min(row.values), "max": max(row.values)}
    return found


def report(scene: Scene, sections: dict[str, dict]) -> dict:
    """Put the tables of a device together with its machine and the verdict on each bound."""
    size = {name: value for name, value in asdict(scene).items() if name != "device"}
    return {
        "format": FORMAT,
        "machine": machine.describe(scene.device),
        "size": size,
        "sections": sections,
        "bounds": bounds.judge(rows_of(sections), scene.device),
    }


def rows_of(sections: dict[str, dict]) -> list[Row]:
    """Return the rows of all tables."""
    fields = Row.__dataclass_fields__
    return [
        Row(**{name: row[name] for name in fields})
        for one in sections.values()
        for row in one["rows"]
    ]


def table(title: str, rows: list[Row]) -> str:
    """Return a table: median, smallest and largest value of each row over the rounds."""
    head = f"{title:<{WIDTH}}{'median':>10}{'min':>10}{'max':>10}  unit"
    lines = [head, "-" * len(head), *(line(row) for row in rows)]
    return "\n".join(lines) + "\n"


def line(row: Row) -> str:
    """Return a row as one line of text."""
    if not row.values:
        return f"{row.name:<{WIDTH}}  not measured: {row.missing}"
    figures = (row.median, min(row.values), max(row.values))
    return f"{row.name:<{WIDTH}}{''.join(f'{figure(v):>10}' for v in figures)}  {row.unit}"


def figure(value: float) -> str:
    """Return a number with four digits that count, or whole where it is larger."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    return f"{value:,.{max(0, 3 - math.floor(math.log10(abs(value))))}f}"


def verdicts(found: list[dict]) -> str:
    """Return the bounds as lines of text."""
    words = {True: "holds", False: "DOES NOT HOLD", None: ""}
    lines = ["Bounds", "------"]
    for one in found:
        limit = ""
        if one["limit"] is not None:
            limit = f"({'>=' if one['at_least'] else '<='} {one['limit']:g}{_unit(one)})"
        if one["value"] is None:
            lines.append(f"{one['name']:<40}not measured {limit}")
        else:
            value = f"{figure(one['value'])}{_unit(one)}"
            lines.append(f"{one['name']:<40}{value:<13}{limit:<14}{words[one['holds']]}".rstrip())
    return "\n".join(lines) + "\n"


def _unit(one: dict) -> str:
    return f" {one['unit']}" if one["unit"] else ""


def heading(scene: Scene) -> str:
    """Return on what and at which size the following is measured."""
    here = machine.describe(scene.device)
    what = here.get("card", here["processor"]) if machine.is_there(scene.device) else "absent"
    return (
        f"{scene.device}: {what}, {here['cores']} cores, {here['threads']} threads, torch "
        f"{here['torch']}\n{scene.source}, {scene.images} images a turn, {scene.rounds} rounds, "
        f"batch {scene.batch}, K {scene.codewords}, D {scene.dimension}, eps {scene.crossover:g}\n"
    )


def path(device: str, folder: Path = RESULTS, name: str = "") -> Path:
    """Return where a device's report is kept; ``name`` keeps apart those of several machines."""
    kind = "gpu" if device.startswith("cuda") else "cpu"
    return folder / (f"{kind}-{name}.json" if name else f"{kind}.json")


def save(
    scene: Scene, sections: dict[str, dict], folder: Path = RESULTS, name: str = ""
) -> Path | None:
    """Keep a report; tables not measured now stay from an earlier one of the same circumstances.

    Returns:
        the file, or None if the device is not there and an earlier report is: that stays as it
        is. Without one, a report is kept that says of each row that it was not measured.
    """
    target = path(scene.device, folder, name)
    if not machine.is_there(scene.device) and target.is_file():
        return None
    whole = report(scene, {**_earlier(target, report(scene, {})), **sections})
    whole["sections"] = {
        name: whole["sections"][name] for name in SECTIONS if name in whole["sections"]
    }
    folder.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(whole, indent=1, allow_nan=False) + "\n")
    return target


def _earlier(target: Path, now: dict) -> dict[str, dict]:
    """Return the tables of an earlier report if machine, code and size are today's."""
    if not target.is_file():
        return {}
    before = json.loads(target.read_text())
    same = all(before.get(part) == now[part] for part in ("format", "machine", "size"))
    return before["sections"] if same else {}
