"""What a second build of the book may skip: nothing at first, nothing whose inputs have changed."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from slfkit.records.store import results_root

# what every notebook reads besides its own text and the records
CODE = ("slfkit/**/*.py", "slfkit/**/*.toml", "requirements.lock", "benchmarks/results/*.json")
# what decides how all pages look
PAGES = (
    "_config.yml",
    "_toc.yml",
    "book/_ext/slfbook/*.*",
    "book/_static/*",
    "book/exercises/*",
    "book/references.bib",
)


def fingerprint(files: Iterable[Path]) -> str:
    """Return a hash over names, sizes and times of those files that exist."""
    stats = [(str(path), path.stat()) for path in sorted(set(files)) if path.is_file()]
    marks = [(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats]
    return hashlib.sha256(repr(marks).encode()).hexdigest()


def record_files() -> list[Path]:
    """Return the files of all records."""
    return list(results_root().glob("**/*.json"))


class Freshness:
    """Fingerprints of the last good build, in _build/fresh.json, and what is as it was then."""

    def __init__(self, root: Path) -> None:
        self.root, self.file = root, root / "_build" / "fresh.json"
        self.last: dict[str, str] = {}
        with contextlib.suppress(OSError, ValueError):  # a file that is missing or damaged
            self.last = dict(json.loads(self.file.read_text(encoding="utf-8")))

    def stale(self, sources: Iterable[Path]) -> list[Path]:
        """Return the text notebooks whose .ipynb is not what their present inputs last gave."""
        return [path for path in sources if self.last.get(path.stem) != self._notebook(path)]

    def executed(self, sources: Iterable[Path]) -> None:
        """Note that the .ipynb files of these notebooks were made from the present inputs."""
        self._note({path.stem: self._notebook(path) for path in sources})

    def same_frame(self) -> bool:
        """Tell whether code, configuration and looks are those of the last good build of pages."""
        return self.last.get("pages") == self._frame()

    def rendered(self, well: bool) -> None:
        """Note how a build of the pages ended; after a bad one nothing of it is kept."""
        self._note({"pages": self._frame() if well else ""})

    def _notebook(self, source: Path) -> str:
        pair = [source, source.with_suffix(".ipynb")]
        return fingerprint([*self._matching(CODE), *pair, *record_files()])

    def _frame(self) -> str:
        return fingerprint(self._matching((*CODE, *PAGES)))

    def _matching(self, patterns: Iterable[str]) -> list[Path]:
        return [path for pattern in patterns for path in self.root.glob(pattern)]

    def _note(self, fingerprints: dict[str, str]) -> None:
        self.last |= fingerprints
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(self.last, indent=1) + "\n", encoding="utf-8")
