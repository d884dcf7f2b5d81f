"""Find out whether today's code gives the numbers of an older commit, and if so keep its records.

    .venv/bin/python tools/carry_records.py COMMIT "what changed" [KIND [FIELD]]

computes the older commit's smoke grid with both codes on this machine. If every result of the
older code comes out the same to the last bit, a step is added to slfkit/records/lineage.toml, and
records of the older code are no longer stale; else nothing is written and the first difference is
named. Results that only today's code gives are named too.

With KIND, such as "repair", the step is of the files of that kind alone, and only its runs are
computed. With FIELD, such as "rank", runs in which it is set may differ: theirs stay stale.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = Path(__file__).with_name("smoke_grid.py")
LINEAGE = Path("slfkit", "records", "lineage.toml")
# times differ; sizes follow from the format of a message, and pictures decide no number
NO_RESULT = ("wall_seconds", "bytes_down", "bytes_up", "examples")


@dataclass(frozen=True)
class Computed:
    """The smoke grid as one tree computes it.

    Attributes:
        source: the tree's own source hash.
        runs: the specifications of the grid, as plain JSON.
        results: by the name of the record's file.
    """

    source: str
    runs: list[dict[str, Any]]
    results: dict[str, dict[str, Any]]


def main(commit: str, why: str, kind: str = "", changed: str = "") -> int:
    """Compare the results and, if all are the same, write the step; return the exit status."""
    with tempfile.TemporaryDirectory() as scratch:
        tree = extracted(commit, Path(scratch, "code"))
        old = computed(tree, Path(scratch, "old"), kind=kind)
        kept = [run for run in old.runs if not run.get(changed)]
        new = computed(ROOT, Path(scratch, "new"), kept, kind)
        if len(kept) < len(old.runs):
            old = computed(tree, Path(scratch, "kept"), kept, kind)
    if difference := first_difference(old.results, new.results):
        print(f"not the same: {difference}; nothing was written", file=sys.stderr)
        return 1
    for name in sorted(added(old.results, new.results)):
        print(f"only today's code gives the result {name}")
    if old.source == new.source:
        print(f"the source hash is still {new.source}: no step is needed")
    else:
        add_step(old.source, new.source, why, len(old.results), changed)
    return 0


def extracted(commit: str, folder: Path) -> Path:
    """Return a folder with the package as it was at a commit."""
    packed = subprocess.run(
        ["git", "archive", commit, "slfkit"], cwd=ROOT, check=True, stdout=subprocess.PIPE
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def computed(
    tree: Path, records: Path, runs: list[dict[str, Any]] | None = None, kind: str = ""
) -> Computed:
    """Let the package in a tree compute these runs, by default its own smoke grid of a kind."""
    settings = {"PYTHONPATH": str(tree), "SLFKIT_RESULTS": str(records), "OMP_NUM_THREADS": "1"}
    printed = subprocess.run(
        [sys.executable, "-B", str(PROGRAM), *filter(None, [kind])],
        cwd=tree,
        env={**os.environ, **settings},
        input=json.dumps(runs or []),
        text=True,
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    grid = json.loads(printed)
    return Computed(grid["source"], grid["runs"], results(records))


def results(records: Path) -> dict[str, dict[str, Any]]:
    """Return what the records below a folder hold, without NO_RESULT, by the name of the file."""
    stored = {path.name: json.loads(path.read_text()) for path in records.rglob("*.json")}
    return {
        name: {key: value for key, value in record["results"].items() if key not in NO_RESULT}
        for name, record in sorted(stored.items())
    }


def first_difference(old: dict[str, dict[str, Any]], new: dict[str, dict[str, Any]]) -> str:
    """Name the first record or result of the old code that differs; "" if none does."""
    if old.keys() != new.keys():
        return f"records {sorted(old.keys() ^ new.keys())}"
    for name, before in old.items():
        for key, value in before.items():
            if key not in new[name] or new[name][key] != value:
                return f"{key} of {name}"
    return ""


def added(old: dict[str, dict[str, Any]], new: dict[str, dict[str, Any]]) -> set[str]:
    """Return the names of results that only the new code gives."""
    return {key for name in new for key in new[name].keys() - old[name].keys()}


def add_step(before: str, after: str, why: str, runs: int, changed: str = "") -> None:
    """Append a step to the lineage."""
    date = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    fields = {"before": before, "after": after, "why": why, "runs": runs, "date": date}
    fields |= {"changed": changed} if changed else {}
    lines = ["[[step]]", *(f"{name} = {json.dumps(value)}" for name, value in fields.items())]
    with (ROOT / LINEAGE).open("a") as file:
        file.write("\n" * bool(file.tell()) + "\n".join(lines) + "\n")
    print(f"{runs} runs the same: {before} -> {after}")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4, 5):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
