"""The counts of *How this is tested* are those of the tests."""

import importlib.util
import re

import pytest
from slfbook import tried

from slfkit.records.store import Store, project_root


def module(file):
    """Return a test file as a module."""
    spec = importlib.util.spec_from_file_location("counted", project_root() / file)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def test_counts_are_those_of_the_tests(pytestconfig, monkeypatch):
    monkeypatch.delenv("SLFKIT_RESULTS", raising=False)
    counts = {name: count() for name, count in tried.COUNTS.items()}
    disk = module("tests/attacks/test_disk.py")
    assert counts["disks"] == len(disk.WRITES) * len(disk.STEPS) * len(disk.REASONS)
    assert counts["kills"] == module("tests/attacks/test_kills.py").KILLS
    assert counts["kills"] == module("tests/attacks/conftest.py").REAL_KILLS
    assert counts["inputs"] == len(module("tests/attacks/test_bad_inputs.py").CASES)
    assert counts["damages"] == len(module("tests/records/test_results.py").BROKEN)
    options = (project_root() / "conftest.py").read_text()
    (default,) = re.findall(r'"--mutations", type=int, default=([\d_]+)', options)
    assert counts["messages"] == 2 * int(default) and counts["edits"] == int(default) // 5
    assert counts["files"] > len(Store("paper").record_files()) > 400


def test_the_page_uses_only_known_counts_and_types_none():
    text = (project_root() / "book" / "how_tested.md").read_text()
    used = re.findall(r"\{tried\}`(\w+)`", text)
    assert set(used) == set(tried.COUNTS)
    prose = re.sub(r"(?s)```.*?```|\[\]\([^)]*\)|`[^`]*`", "", text)
    assert not re.findall(r"\d", prose)


def test_an_unknown_constant_is_an_error():
    with pytest.raises(KeyError, match="sets no NONE"):
        tried.constant("tests/attacks/test_kills.py", "NONE")
