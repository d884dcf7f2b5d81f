"""The role ``tried``: how much the tests try, read from the tests themselves.

``{tried}`kills` `` puts the number into a sentence; ``COUNTS`` has the names.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Callable
from functools import cache
from math import prod
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

from slfkit.records import manifest
from slfkit.records.results import RESULTS
from slfkit.records.store import Store, project_root

ATTACKS = "tests/attacks"


def option(name: str) -> int:
    """Return the default of an option of pytest."""
    text = (project_root() / "conftest.py").read_text()
    return int(re.search(rf'"--{name}", type=int, default=([\d_]+)', text)[1])


@cache
def constant(file: str, name: str) -> ast.expr:
    """Return the value that a test file gives a name, as it is written."""
    for node in ast.parse((project_root() / file).read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            return node.value
    raise KeyError(f"{file} sets no {name}")


def length(file: str, name: str) -> int:
    """Return how many entries a list, tuple or dictionary of a test file has."""
    value = constant(file, name)
    return len(getattr(value, "keys", None) or getattr(value, "elts", ()))


def bad_inputs() -> int:
    """Return how many bad inputs to the command the table has."""
    table = project_root() / ATTACKS / "bad_inputs.toml"
    return len(tomllib.loads(table.read_text(encoding="utf-8"))["case"])


def full_disks() -> int:
    """Return how often a disk fails: at each step of each kind of file, for each reason."""
    return prod(length(f"{ATTACKS}/test_disk.py", each) for each in ("WRITES", "STEPS", "REASONS"))


COUNTS: dict[str, Callable[[], int]] = {
    "inputs": bad_inputs,
    "messages": lambda: 2 * option("mutations"),  # altered before they are sealed, and after
    "edits": lambda: 2 * option("mutations") // 10,  # with and without a right checksum
    "damages": lambda: length("tests/records/test_results.py", "BROKEN"),
    "kills": lambda: ast.literal_eval(constant(f"{ATTACKS}/test_kills.py", "KILLS")),
    "disks": full_disks,
    "kinds": lambda: len(RESULTS),
    "files": lambda: len(manifest.read(Path(Store("paper", project_root() / "results").folder))),
}


class Tried(SphinxRole):
    """Puts a count into a sentence of the page."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the number, or an error that fails the build."""
        if self.text not in COUNTS:
            said = f"nothing is counted as {self.text!r}: choose {', '.join(COUNTS)}"
            return [], [self.inliner.reporter.error(said, line=self.lineno)]
        text = f"{COUNTS[self.text]():,}"
        return [nodes.inline(text, text, classes=["found"])], []


def setup(app: Sphinx) -> None:
    """Add the role."""
    app.add_role("tried", Tried())
