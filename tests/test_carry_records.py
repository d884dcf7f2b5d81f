"""Records of older code are carried only where today's code gives the same results, bit for bit."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[1] / "tools"
PACKAGE = {  # a package of the two layouts that a commit may have: what is used, and what of it
    "spec": """
class Spec:
    kind, files = "repairs", ("own.py",)
    def __init__(self, seed): self.seed = seed
    def canonical(self): return {"seed": self.seed, "rank": self.seed == 2}
    def needs(self): return ()
def from_canonical(plain): return Spec(plain["seed"])
""",
    "store": """
import os, pathlib
def Store(profile): return pathlib.Path(os.environ["SLFKIT_RESULTS"], profile)
""",
    "compute": """
import json
def compute(spec, store):
    results = {"mse": 0.1 * spec.seed EXTRA, "wall_seconds": id(spec)}
    store.mkdir(parents=True, exist_ok=True)
    (store / f"{spec.seed}.json").write_text(json.dumps({"results": results}))
""",
    "data": "",
    "provenance": "def source_hash(own=()): return 'SOURCE' + '+SOURCE' * bool(own)",
    "plan": "from PACKAGE import Spec\ndef plan(profile): return [Spec(1), Spec(2), Spec(3)]",
}
FLAT = {"compute": "runs", "plan": "reproduce"}
ROOMS = {
    "data": "data/loading",
    "spec": "records/spec",
    "store": "records/store",
    "provenance": "records/provenance",
    "compute": "runs/compute",
    "plan": "experiments/registry",
}


def write(root, layout, source, extra=""):
    """Write a package of this layout that knows its source hash and gives these further results."""
    spec = "slfkit." + layout.get("spec", "spec").replace("/", ".")
    for name, code in PACKAGE.items():
        file = (root / "slfkit" / layout.get(name, name)).with_suffix(".py")
        file.parent.mkdir(parents=True, exist_ok=True)
        code = code.replace("SOURCE", source).replace("EXTRA", extra)
        file.write_text(code.replace("PACKAGE", spec))
    (root / "slfkit" / "__init__.py").touch()


@pytest.fixture
def root(tmp_path):
    """A checkout with a flat package committed, and rooms in its working tree."""
    write(tmp_path, FLAT, "old")
    git = ["git", "-C", tmp_path, "-c", "user.name=a", "-c", "user.email=a@b"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "flat"]):
        subprocess.run([*git, *arguments], check=True)
    shutil.rmtree(tmp_path / "slfkit")
    shutil.copytree(TOOLS, tmp_path / "tools")
    return tmp_path


def carry(root, *more):
    """Return the tool's status, what it said, and the steps of the lineage."""
    command = [sys.executable, root / "tools" / "carry_records.py", "HEAD", 'a "reason"', *more]
    done = subprocess.run(command, capture_output=True, text=True)
    file = root / "slfkit" / "records" / "lineage.toml"
    steps = tomllib.loads(file.read_text())["step"] if file.is_file() else []
    return done.returncode, done.stdout + done.stderr, steps


def test_the_same_results_from_a_flat_package_and_from_rooms_make_a_step(root):
    write(root, ROOMS, "new")
    status, said, (step,) = carry(root)
    assert (status, said) == (0, "3 runs the same: old -> new\n")
    assert step.pop("date")
    assert step == {"before": "old", "after": "new", "why": 'a "reason"', "runs": 3}
    write(root, ROOMS, "new", ', "sha256": "0"')  # a result that only today's code gives
    status, said, steps = carry(root)
    assert status == 0 and len(steps) == 2  # a further step is added after it
    assert said.startswith("only today's code gives the result sha256\n3 runs the same")


def test_another_result_is_named_and_a_step_of_one_kind_may_leave_out_runs_that_changed(root):
    for results in (', **{"mse": 0.2}', " + 1e-16 * (spec.seed == 2)"):
        write(root, ROOMS, "new", results)
        status, said, steps = carry(root)
        assert (status, steps) == (1, [])
        assert "not the same: mse of " in said and said.endswith("nothing was written\n")
    status, said, (step,) = carry(root, "repairs", "rank")
    assert (status, said) == (0, "2 runs the same: +old -> +new\n")
    assert step["changed"] == "rank"
    write(root, ROOMS, "old")  # a hash that has not changed needs no step
    (root / "slfkit" / "records" / "lineage.toml").unlink()
    assert carry(root) == (0, "the source hash is still old: no step is needed\n", [])
