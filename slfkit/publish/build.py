"""Builds the book: notebooks executed, pages made, every warning an error."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from unittest.mock import patch

from slfkit.errors import BookError, ParameterError
from slfkit.publish import notebooks
from slfkit.records.spec import PROFILES
from slfkit.records.store import project_root, results_root

PUBLISHED = "paper"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PAGE_SOURCES = ("_config.yml", "_toc.yml", "*.md", "CITATION.cff", "LICENSE", "book")
START_JUPYTER_BOOK = "import sys; from jupyter_book.cli.main import main; sys.exit(main())"


def build(profile: str | None = None) -> Path:
    """Build the book and return the path of its index.html, which is also printed last.

    The profile "paper" (or None) reads the committed records and executes the committed notebooks
    anew, but for those whose inputs are as they were when it last did. Another one computes
    everything live, in a copy of the sources under _build/<profile>; the checkout's notebooks and
    records stay as they are.
    Raises ParameterError for an unknown profile, NotebookError when a notebook fails and BookError
    when a page does.
    """
    if profile not in (None, *PROFILES):
        raise ParameterError(f"profile is '{profile}': expected one of {', '.join(PROFILES)}")
    if profile in (None, PUBLISHED):
        source = project_root()
        fresh, all_notebooks = Freshness(source), notebooks.sources()
        notebooks.execute_all(only=fresh.stale(all_notebooks))
        fresh.executed(all_notebooks)
    else:
        source = project_root() / "_build" / profile
        copy_sources(project_root(), source)
        with patch.dict(os.environ, {"SLFKIT_RESULTS": str(source / "results")}):
            notebooks.execute_all(profile, source / "notebooks")
    index = render(source, again=True) / "index.html"
    print(index)
    return index


def render(source: Path, builder: str = "html", again: bool = False) -> Path:
    """Make the pages of the book in `source` from nothing and return the folder they are in.

    Only pages that are read give warnings, so what an earlier build left is removed first; but
    with `again`, a build without warnings is kept and only changed pages are made, unless code,
    configuration or looks have changed since.
    Raises BookError when there is a warning.
    """
    built, fresh = source / "_build", Freshness(source)
    if not (again and fresh.same_frame()):
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
            if path.is_dir():
                shutil.copytree(path, target / path.name)
            else:
                shutil.copy2(path, target)


def _run(command: list, action: str) -> None:
    try:
        status = subprocess.run([str(word) for word in command]).returncode
    except OSError as error:
        raise BookError(f"{action} failed: '{command[0]}' cannot be run ({error})") from error
    if status:
        raise BookError(f"{action} failed (exit status {status}): the lines above say on what")


# what every notebook reads besides its own text and the records
CODE = ("slfkit/**/*.py", "slfkit/**/*.toml", "requirements.lock", "benchmarks/results/*.json")
# what decides how all pages look
PAGES = (
    "_config.yml",
    "_toc.yml",
    "book/_ext/**/*.py",
    "book/_static/*",
    "book/exercises/*",
    "book/references.bib",
)


class Freshness:
    """The fingerprints of the last good build, and whether something is still as it was then.

    Args:
        root: the checkout; nothing is written but _build/fresh.json in it.
    """

    def __init__(self, root: Path) -> None:
        self.root, self.file = root, root / "_build" / "fresh.json"
        self.known = _read(self.file)

    def stale(self, sources: Iterable[Path]) -> list[Path]:
        """Return the text notebooks whose .ipynb is not what their present inputs last gave."""
        return [source for source in sources if not self._same(source.stem, self._executed(source))]

    def executed(self, sources: Iterable[Path]) -> None:
        """Note that the .ipynb files of these notebooks were made from what lies there now."""
        self._note({source.stem: self._executed(source) for source in sources})

    def same_frame(self) -> bool:
        """Tell whether code, configuration and looks are those of the last good build of pages."""
        return self._same("pages", self._of([*CODE, *PAGES]))

    def rendered(self, well: bool) -> None:
        """Note how a build of the pages ended; after a bad one nothing of it is kept."""
        self._note({"pages": self._of([*CODE, *PAGES]) if well else ""})

    def _executed(self, source: Path) -> str:
        pair = [f"{source.parent.name}/{source.stem}.{kind}" for kind in ("py", "ipynb")]
        records = results_root().glob("**/*.json")
        return self._of([*CODE, *pair], records)

    def _same(self, name: str, now: str) -> bool:
        return self.known.get(name) == now

    def _of(self, patterns: Sequence[str], more: Iterable[Path] = ()) -> str:
        """Return a hash over names, sizes and times of the files that patterns match, and more."""
        files = {path for pattern in patterns for path in self.root.glob(pattern)} | {*more}
        known = [(str(path), path.stat().st_size, path.stat().st_mtime_ns)
                 for path in sorted(files) if path.is_file()]  # fmt: skip
        return hashlib.sha256(repr(known).encode()).hexdigest()

    def _note(self, found: dict[str, str]) -> None:
        self.known |= found
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(self.known, indent=1) + "\n", encoding="utf-8")


def _read(file: Path) -> dict[str, str]:
    """Return the stored fingerprints; a file that is absent or damaged holds none."""
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
