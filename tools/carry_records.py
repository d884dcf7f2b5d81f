"""Find out whether today's code gives the numbers of an older commit, and if so keep its records.

    .venv/bin/python tools/carry_records.py COMMIT "what changed"

computes the smoke grid of the older commit's studies with both codes on this machine. If every
result agrees to the last bit, a step is added to slfkit/lineage.toml, and records of the older code
are no longer stale; else nothing is written and the first difference is named.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from slfkit.records.provenance import source_hash

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "slfkit" / "records" / "lineage.toml"
NO_RESULT = ("wall_seconds",)
COMPUTE = """
import sys
from slfkit.runs.compute import compute
from slfkit.records.spec import from_canonical
from slfkit.records.store import Store
import json
store = Store("smoke")
for plain in json.load(sys.stdin):
    compute(from_canonical(plain), store)
"""
LIST = """
import json
from slfkit.experiments.study import STUDIES
specs = dict.fromkeys(spec for study in STUDIES.values() for spec in study("smoke").specs())
print(json.dumps([spec.canonical() for spec in specs]))
"""


def main() -> int:
    """Compare and, if all is the same, write the step; return the exit status."""
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    commit, why = sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        old = extracted(commit, Path(scratch) / "code")
        specs = python(old, LIST, Path(scratch) / "none", "")
        found = [results(code, Path(scratch) / name, specs)
                 for name, code in (("old", old), ("new", ROOT))]  # fmt: skip
        before = source_hash(old / "slfkit")
    different = first_difference(*found)
    if different:
        print(f"not the same: {different}; nothing was written", file=sys.stderr)
        return 1
    add(before, source_hash(ROOT / "slfkit"), why, len(found[0]))
    return 0


def extracted(commit: str, folder: Path) -> Path:
    """Return a folder with the package as it was at a commit."""
    packed = subprocess.run(
        ["git", "archive", commit, "slfkit"], cwd=ROOT, check=True, capture_output=True
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def python(code: Path, program: str, records: Path, given: str) -> str:
    """Run a program on a copy of the package; return what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(code), "SLFKIT_RESULTS": str(records),
                   "OMP_NUM_THREADS": "1"}  # fmt: skip
    return subprocess.run(
        [sys.executable, "-c", program], cwd=code, env=environment, input=given, text=True,
        check=True, stdout=subprocess.PIPE,
    ).stdout  # fmt: skip


def results(code: Path, records: Path, specs: str) -> dict[str, dict]:
    """Compute the runs with a copy of the package; return the results by record file."""
    python(code, COMPUTE, records, specs)
    found = {}
    for path in sorted(records.rglob("*.json")):
        stored = json.loads(path.read_text())["results"]
        found[path.name] = {key: value for key, value in stored.items() if key not in NO_RESULT}
    return found


def first_difference(old: dict[str, dict], new: dict[str, dict]) -> str:
    """Name the first record or result that differs; "" if none does."""
    if old.keys() != new.keys():
        return f"records {sorted(old.keys() ^ new.keys())}"
    for name in old:
        for key in sorted(old[name].keys() | new[name].keys()):
            if old[name].get(key) != new[name].get(key):
                return f"{key} of {name}"
    return ""


def add(before: str, after: str, why: str, runs: int) -> None:
    """Append a step to the file."""
    date = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = ["[[step]]", f'before = "{before}"', f'after = "{after}"', f"why = {json.dumps(why)}",
             f"runs = {runs}", f'date = "{date}"']  # fmt: skip
    with FILE.open("a") as file:
        file.write("\n" * bool(file.tell()) + "\n".join(lines) + "\n")
    print(f"{runs} runs the same: {before} -> {after}")


if __name__ == "__main__":
    raise SystemExit(main())
