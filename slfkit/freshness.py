"""What a second build of the book need not do again: what has the same inputs as before.

Fingerprints of the last good build lie in _build/fresh.json, which `make clean` removes; a file
counts as changed if its name, size or time is another.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from .store import results_root

# what every notebook reads besides its own text and the records
CODE = ("slfkit/*.py", "slfkit/*.toml", "requirements.lock", "benchmarks/results/*.json")
# what decides how all pages look
PAGES = ("_config.yml", "_toc.yml", "book/_static/*", "book/exercises/*", "book/references.bib")


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
