"""A report as text for the terminal and as JSON for the book."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import bounds, machine
from benchmarks.scene import Scene
from benchmarks.timing import Row
from slfkit.reporting.tables import Table

FORMAT = 1
RESULTS = Path(__file__).parent / "results"
VERDICTS = {True: "holds", False: "DOES NOT HOLD", None: ""}

Section = dict[str, Any]  # a table as plain data
Sections = dict[str, Section]


def section(rows: list[Row], load: float | None) -> Section:
    """Return one table as plain data; ``load`` is that per core before the measurements."""
    date = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"date": date, "load_per_core": load, "rows": [row.as_dict() for row in rows]}


def verdicts(sections: Sections, scene: Scene) -> list[dict[str, Any]]:
    """Return the verdict on each bound."""
    rows = [row for table in sections.values() for row in table["rows"] if row["values"]]
    return bounds.judge({row["key"]: row["median"] for row in rows}, scene.on_card)


def heading(scene: Scene) -> str:
    """Return on what and at which size the following is measured."""
    here = machine.describe(scene)
    what = here.get("card", here["processor"]) if scene.available else "absent"
    size = ", ".join(f"{key} {value}" for key, value in asdict(scene).items())
    return f"{what}, {here['cores']} cores, torch {here['torch']}\n{size}\n"


def table(title: str, section: Section) -> str:
    """Return a table as text: median, smallest and largest value of each row over the rounds."""
    lines = [
        row if row["values"] else row | {"unit": f"not measured: {row['missing']}"}
        for row in section["rows"]
    ]
    return _text(lines, title, "median", "min", "max", "unit")


def bounds_table(judged: list[dict[str, Any]]) -> str:
    """Return the bounds as text."""
    lines = []
    for bound in judged:
        limit = "" if bound["limit"] is None else f"{'<>'[bound['at_least']]}= {bound['limit']:g}"
        verdict = "not measured" if bound["value"] is None else VERDICTS[bound["holds"]]
        lines.append(bound | {"limit": limit, "verdict": verdict})
    return _text(lines, "Bounds", "value", "unit", "limit", "verdict")


def _text(lines: list[dict[str, Any]], title: str, *columns: str) -> str:
    """Return a table under a title, whose first column holds the names."""
    return f"{Table(lines, {title: 'name', **{column: column for column in columns}})}\n"


def save(scene: Scene, sections: Sections, folder: Path = RESULTS, name: str = "") -> Path | None:
    """Keep a report; tables not measured now stay from an earlier one of the same circumstances.

    Returns:
        the file, cpu.json, gpu.json or with a name cpu-NAME.json; None, and nothing is written,
        if the device is missing.
    """
    if not scene.available:
        return None
    target = folder / f"{'gpu' if scene.on_card else 'cpu'}{f'-{name}' if name else ''}.json"
    size = {key: value for key, value in asdict(scene).items() if key != "device"}
    report = {"format": FORMAT, "machine": machine.describe(scene), "size": size}
    report["sections"] = {**_earlier(target, report), **sections}
    report["bounds"] = verdicts(report["sections"], scene)
    folder.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(report, indent=1, allow_nan=False) + "\n")
    return target


def _earlier(target: Path, circumstances: dict[str, Any]) -> Sections:
    """Return the tables of an earlier report if format, machine, code and size are today's."""
    if not target.is_file():
        return {}
    report = json.loads(target.read_text())
    same = all(report.get(key) == value for key, value in circumstances.items())
    return report["sections"] if same else {}
