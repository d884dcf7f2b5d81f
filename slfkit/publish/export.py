"""The companion as a folder that needs no explanation from us: project, numbers, descriptions."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from slfkit.errors import BookError
from slfkit.experiments import registry
from slfkit.publish import codecheck, crate, csv_rows, datapackage
from slfkit.records.store import project_root

# what makes the project; a test compares it with what git tracks
PARTS = (
    *("*.md", "*.toml", "*.yml", "*.yaml", "*.cff", "*.lock", "conftest.py", "LICENSE", "Makefile"),
    *("Dockerfile", ".dockerignore", ".gitattributes", ".gitignore", ".pre-commit-config.yaml"),
    *(f"{name}/**/*" for name in (".ci", ".github", "benchmarks", "book", "notebooks")),
    *(f"{name}/**/*" for name in ("results/paper", "results/smoke", "slfkit", "tests", "tools")),
)
MADE = ("__pycache__", "_drawn", ".ipynb_checkpoints")  # folders that programs make within these


def export(folder: Path) -> Path:
    """Write the project into a new folder, with its numbers as CSV and its descriptions.

    These are ``records.csv`` and ``claims.csv`` with ``datapackage.json``, a CSV of each
    experiment's rows in ``numbers/``, ``codecheck.yml`` and ``ro-crate-metadata.json``.

    Raises:
        BookError: the folder is there and not empty.
        RecordError: a stored record is damaged.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BookError(f"{folder} is there and not empty: name a new folder to export to")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".export-") as scratch:
        made = Path(scratch, "made")
        lay_out(made)
        crate.describe(made)
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
    return folder


def lay_out(folder: Path) -> None:
    """Copy the project into a folder and write the numbers beside it."""
    root = project_root()
    for path in project_files(root):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / path, target)
    texts = datapackage.files() | {"codecheck.yml": codecheck.configuration()}
    for name in registry.notebooks():
        texts[f"{codecheck.ROWS}/{name}.csv"] = csv_rows.of_page(name)
    (folder / codecheck.ROWS).mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def project_files(root: Path) -> list[Path]:
    """Return the files of a checkout that make the project, relative to it, sorted."""
    found = {path for pattern in PARTS for path in root.glob(pattern) if path.is_file()}
    inside = sorted(path.relative_to(root) for path in found if path.suffix != ".tmp")
    return [path for path in inside if set(MADE).isdisjoint(path.parts)]
