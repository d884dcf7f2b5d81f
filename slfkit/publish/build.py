"""Builds the book: notebooks executed, pages made, every warning an error."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

from slfkit.errors import BookError, ParameterError
from slfkit.publish import notebooks
from slfkit.publish.freshness import Freshness
from slfkit.records import manifest
from slfkit.records.spec import PROFILES
from slfkit.records.store import Store, project_root

PUBLISHED = "paper"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PAGE_SOURCES = ("_config.yml", "_toc.yml", "*.md", "CITATION.cff", "LICENSE", "book")
START_JUPYTER_BOOK = "import sys; from jupyter_book.cli.main import main; sys.exit(main())"


def build(profile: str | None = None) -> Path:
    """Build the book and return the path of its index.html, which is also printed last.

    The profile "paper" (or None) reads the committed records and executes the committed notebooks
    again, except those whose inputs have not changed since. Another one computes everything live,
    in a copy of the sources under _build/<profile>; the checkout's own stay as they are.

    Raises:
        ParameterError: the profile is unknown.
        NotebookError: a notebook fails.
        BookError: a record is not as its manifest says, or a page gives a warning.
    """
    if profile not in (None, *PROFILES):
        raise ParameterError(f"profile is '{profile}': expected one of {', '.join(PROFILES)}")
    if profile in (None, PUBLISHED):
        source = project_root()
        require_sealed(Store(PUBLISHED).folder)
        fresh, all_notebooks = Freshness(source), notebooks.sources()
        notebooks.execute_all(only=fresh.stale(all_notebooks))
        fresh.executed(all_notebooks)
    else:
        source = project_root() / "_build" / profile
        copy_sources(project_root(), source)
        with patch.dict(os.environ, {"SLFKIT_RESULTS": str(source / "results")}):
            notebooks.execute_all(profile, source / "notebooks")
    index = render(source) / "index.html"
    print(index)
    return index


def require_sealed(folder: Path) -> None:
    """Hold records and weights against their manifest before a page shows them.

    Files that are not entered yet are told only: a sweep may still be going on.

    Raises:
        BookError: one was changed since it was entered, or is missing; names the first three.
    """
    found = manifest.held(folder)
    if faults := found.faults():
        more = f"; and {len(faults) - 3} more" if len(faults) > 3 else ""
        raise BookError(
            f"{'; '.join(faults[:3])}{more}: restore them from git, or enter them as they are with "
            f"{manifest.SEAL} --profile {folder.name}"
        )
    if told := found.told():
        print(told)


def render(source: Path, builder: str = "html") -> Path:
    """Make the pages of the book and return the folder they are in.

    Only changed pages are made where an earlier build gave no warning and code, configuration and
    looks are the same since. Only pages that are read give warnings: otherwise all are made again.

    Raises:
        BookError: there is a warning.
    """
    built, fresh = source / "_build", Freshness(source)
    if not fresh.same_frame():
        for leftover in (builder, ".doctrees", ".jupyter_cache", "jupyter_execute"):
            shutil.rmtree(built / leftover, ignore_errors=True)
    fresh.rendered(False)
    options = ["-W", "-n", "--keep-going", "--builder", builder]
    _run([sys.executable, "-c", START_JUPYTER_BOOK, "build", source, *options], "building the book")
    fresh.rendered(builder == "html")
    return built / builder


def copy_sources(root: Path, target: Path) -> None:
    """Put the hand-written pages of the checkout `root` into `target`, emptied before."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for pattern in PAGE_SOURCES:
        for path in root.glob(pattern):
            copy = shutil.copytree if path.is_dir() else shutil.copy2
            copy(path, target / path.name)


def _run(command: list[str | Path], action: str) -> None:
    try:
        status = subprocess.run([str(word) for word in command]).returncode
    except OSError as error:
        raise BookError(f"{action} failed: '{command[0]}' cannot be run ({error})") from error
    if status:
        raise BookError(f"{action} failed (exit status {status}): the lines above say on what")
