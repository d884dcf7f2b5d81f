"""Spelling of all that people read: pages, notebooks' sources, code and its comments."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
READ = {
    "the project's own files": ["*.md", "*.toml", "*.yml", "*.cff", "Makefile"],
    "the book": [
        "book/**/*.md",
        "book/**/*.py",
        "book/*.bib",
        "book/_static/*.css",
        "book/_static/*.js",
    ],
    "the notebooks": ["notebooks/*.py"],
    "the package": ["slfkit/**/*.py", "slfkit/**/*.toml"],
    "tests and tools": ["tests/**/*.py", "tools/*", "benchmarks/*.py"],
}


def misspelt(files):
    """Return what codespell says of some files, with the settings of pyproject.toml."""
    command = [sys.executable, "-m", "codespell_lib", *map(str, files)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert not run.stderr.strip(), run.stderr
    return run.stdout


@pytest.mark.parametrize("part", READ)
def test_nothing_is_misspelt(part):
    files = [path for pattern in READ[part] for path in sorted(ROOT.glob(pattern))]
    files = [path for path in files if path.is_file()]
    assert files and misspelt(files) == ""


def test_a_misspelt_word_is_found(tmp_path):
    page = tmp_path / "page.md"
    word = "hciw"[::-1]  # so that this file itself has none
    page.write_text(f"# Results\n\nThe images {word} arrive.\n")
    assert f"{word} ==> which" in misspelt([page])
