"""A table of bad inputs to the command: each is refused in a sentence before anything starts."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from slfkit.__main__ import main
from slfkit.publish import build, notebooks
from slfkit.runs import local, verify

CASES = tomllib.loads(Path(__file__).with_name("bad_inputs.toml").read_text("utf-8"))["case"]
HEAVY = "torch torchvision matplotlib papermill jupytext nbformat IPython distributed".split()
# a side of a wire has networks, and torchvision knows the names of its sets
MAY_WAIT = re.compile(r"wire|source (?!glyphs)|.*torchvision:")


@pytest.fixture(scope="module")
def nowhere(tmp_path_factory):
    """An empty folder for results, data and whatever else a command might write."""
    return tmp_path_factory.mktemp("nowhere")


@pytest.fixture(autouse=True)
def nothing_starts(nowhere, monkeypatch):
    """Let every kernel, process and build be a failure, and every folder be an empty one."""

    def started(*_, **__):
        raise AssertionError("something was started")

    for module, name in (
        *((notebooks, "execute"), (build, "render"), (verify, "recompute")),
        *((local, "computed"), (local, "in_process")),
    ):
        monkeypatch.setattr(module, name, started)
    for name in ("SLFKIT_RESULTS", "SLFKIT_DATA"):
        monkeypatch.setenv(name, str(nowhere))
    monkeypatch.setenv("SLFKIT_SECRET", "a secret for the test")


@pytest.mark.parametrize(("command", "says"), CASES, ids=[command for command, _ in CASES])
def test_it_is_refused_in_one_sentence(command, says, nowhere):
    result = CliRunner().invoke(main, shlex.split(command))
    *before, said = result.stderr.strip().splitlines()
    assert result.exit_code == 2 and result.stdout == "", result.exception
    usage = says.startswith("Error: ")  # click's own, after two lines on the usage
    assert said.startswith(says if usage else f"slfkit: {says}")
    assert usage or before == []
    assert said.isprintable() and len(said) < 600
    assert list(nowhere.iterdir()) == []


def test_help_and_refusals_load_nothing_heavy():
    """One input after the other, in a process that has loaded nothing."""
    code = (
        "import json, shlex, sys\n"
        "from click.testing import CliRunner\n"
        "from slfkit.__main__ import main\n"
        "for command in json.load(sys.stdin):\n"
        "    assert CliRunner().invoke(main, shlex.split(command)).exit_code in (0, 2), command\n"
        f"    assert not set({HEAVY}) & set(sys.modules), command\n"
    )
    light = ["--help", "run --help", "--version"]
    light += [command for command, _ in CASES if not MAY_WAIT.match(command)]
    subprocess.run([sys.executable, "-c", code], input=json.dumps(light), text=True, check=True)


def test_the_table_is_long_and_no_case_stands_twice():
    assert len(CASES) >= 150
    assert len({tuple(shlex.split(command)) for command, _ in CASES}) == len(CASES)
