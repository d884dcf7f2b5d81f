"""A table of bad inputs to the command: each is refused in a sentence before anything starts."""

import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from slfkit.__main__ import main
from slfkit.publish import build, notebooks
from slfkit.runs import local, verify

CASES = tomllib.loads(Path(__file__).with_name("bad_inputs.toml").read_text("utf-8"))["case"]


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


@pytest.mark.parametrize("case", CASES, ids=lambda case: " ".join(map(repr, case["args"])))
def test_it_is_refused_in_one_sentence(case, nowhere):
    result = CliRunner().invoke(main, case["args"])
    lines = result.stderr.strip().splitlines()
    assert result.exit_code == 2 and result.stdout == "", result.exception
    usage = lines[-1].startswith("Error: ")  # click's own, after two lines on the usage
    assert usage or (len(lines) == 1 and lines[0].startswith("slfkit: "))
    said = lines[-1].removeprefix("slfkit: ").removeprefix("Error: ")
    assert said.startswith(case["says"]) and said.isprintable() and len(said) < 600
    assert list(nowhere.iterdir()) == []


def test_the_table_is_long_and_no_case_stands_twice():
    assert len(CASES) >= 150
    assert len({tuple(case["args"]) for case in CASES}) == len(CASES)
