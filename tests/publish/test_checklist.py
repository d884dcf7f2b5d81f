"""The steps of *Check it yourself*: executed, or covered by the test that is named here."""

import re
import shutil
import subprocess

import pytest
from own_command import own_command

from slfkit.records.store import project_root

ROOT = project_root()
PAGE = (ROOT / "book" / "checklist.md").read_text(encoding="utf-8")
STEP = re.compile(r"^```bash\n(.*?)^```$(?:\s+^```text\n(.*?)^```$)?", flags=re.M | re.S)
STEPS = STEP.findall(PAGE)
COVERED = {  # the first words of a step that takes minutes, and what does the same
    "make book": "tests/test_make_venv.py",
    ". .venv/bin/activate": "tests/test_make_venv.py",
    "slfkit verify --profile smoke": "tests/runs/test_verify.py",
    "pytest --nbval": "notebooks/80_claims.ipynb",
    "export SLFKIT_DATA": "tests/runs/test_paper_cell.py",
    "SLFKIT_RESULTS=again": "tests/runs/test_sweep.py",
    "make test": "Makefile",
    "slfkit export bundle": "tests/publish/test_export.py",
}


def covered(block):
    return [name for name in COVERED if block.startswith(name)]


def expected(text):
    """Return a pattern of what a step says: "..." is any text, and on its own any lines or none."""
    parts = [".*".join(map(re.escape, line.split("..."))) + "\n" for line in text.splitlines()]
    return "".join(r"(?:.*\n)*" if part == ".*\n" else part for part in parts)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the records."""
    root = tmp_path_factory.mktemp("checker")
    shutil.copytree(ROOT / "results" / "paper", root / "results" / "paper")
    return root


@pytest.mark.parametrize(
    ("block", "said"),
    [step for step in STEPS if not covered(step[0])],
    ids=lambda text: text.split("\n")[0],
)
def test_a_step_says_what_the_page_says(block, said, folder):
    environment = own_command(folder / "bin")
    environment.pop("SLFKIT_RESULTS", None)
    run = subprocess.run(
        ["bash", "-euc", block],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert run.returncode == 0, run.stdout
    assert re.fullmatch(expected(said), run.stdout), run.stdout


def test_most_steps_are_there_and_the_long_ones_have_a_test_of_their_own():
    assert len(STEPS) == PAGE.count("```bash\n") > len(COVERED)
    for name, path in COVERED.items():
        assert any(block.startswith(name) for block, _ in STEPS), name
        assert (ROOT / path).is_file(), path


def test_a_step_that_says_something_else_is_noticed():
    """So that the test above can fail."""
    pattern = expected("paper: ... records whole, 0 damaged\n...\n")
    assert re.fullmatch(pattern, "paper: 12 records whole, 0 damaged\n")
    assert re.fullmatch(pattern, "paper: 12 records whole, 0 damaged\n  more\n")
    assert not re.fullmatch(pattern, "paper: 12 records whole, 1 damaged\n  more\n")


def test_the_minutes_of_the_table_make_at_most_an_hour():
    minutes = re.findall(r"^\| \d \| .* \| (\d+) \|$", PAGE, flags=re.M)
    assert len(minutes) == PAGE.count("\n## ") and sum(map(int, minutes)) <= 60
