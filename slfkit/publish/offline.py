"""The whole companion as one zip, for a machine without a network: book, PDF, records and code."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from pathlib import Path

from slfkit import __version__
from slfkit.errors import BookError
from slfkit.publish import crate, export
from slfkit.records.store import project_root

LARGEST = 60_000_000  # bytes that the zip may have
TIME = (1980, 1, 1, 0, 0, 0)  # of every file in it, so that equal contents make equal zips
FOUND = '<p id="take-along" hidden></p>'  # where the first page says what can be taken along
NAMES = {"slfkit.zip": "everything for offline use", "slfkit.pdf": "the book as PDF"}


def make_zip() -> Path:
    """Pack the built book and all it rests on into _build/zip/slfkit.zip, and return that.

    The zip and the PDF, where one was printed, are put beside the built book, and its first page
    links to them; what an earlier call put there is not packed.

    Raises:
        BookError: the book is not built, its first page lacks the line of what can be taken along,
            or the zip is larger than ``LARGEST``.
        RecordError: a stored record is damaged.
    """
    built = project_root() / "_build"
    pages, pdf, target = built / "html", built / "pdf" / "slfkit.pdf", built / "zip" / "slfkit.zip"
    if not (pages / "book" / "index.html").is_file():
        raise BookError(f"{pages} holds no book: run 'slfkit book' first")
    with tempfile.TemporaryDirectory(dir=built, prefix=".zip-") as scratch:
        whole = Path(scratch, f"slfkit-{__version__}")
        export.lay_out(whole)
        shutil.copytree(pages, whole / "html", ignore=shutil.ignore_patterns(*NAMES))
        _put_line(whole / "html", FOUND)
        if pdf.is_file():
            shutil.copyfile(pdf, whole / pdf.name)
        crate.describe(whole)
        pack(whole, target)
    offer(pages, [target, pdf])
    print(f"{target.stat().st_size / 1e6:.1f} MB")
    print(target)
    return target


def pack(folder: Path, target: Path) -> None:
    """Pack a folder under its own name: files in order, without their times and rights.

    Raises:
        BookError: the zip would be larger than ``LARGEST``; none is left behind.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = target.with_suffix(".tmp")
    with zipfile.ZipFile(scratch, "w") as packed:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder.parent).as_posix(), TIME)
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, 9)
    size = scratch.stat().st_size
    if size > LARGEST:
        scratch.unlink()
        raise BookError(
            f"the zip has {size / 1e6:.0f} MB and may have {LARGEST / 1e6:.0f}: make the largest "
            "parts smaller, such as the pictures of pages"
        )
    os.replace(scratch, target)


def offer(pages: Path, files: list[Path]) -> None:
    """Put those files that exist beside the built book, and links to them into its first page."""
    links = []
    for path in filter(Path.is_file, files):
        shutil.copyfile(path, pages / path.name)
        size = f"{path.stat().st_size / 1e6:.0f} MB"
        links.append(f'<a href="../{path.name}" download>{NAMES[path.name]}</a> ({size})')
    _put_line(pages, f'<p id="take-along">Take it along: {", ".join(links)}.</p>')


def _put_line(pages: Path, line: str) -> None:
    """Replace the first page's line of what can be taken along."""
    index = pages / "book" / "index.html"
    before, found, rest = index.read_text(encoding="utf-8").partition('<p id="take-along"')
    if not found:
        raise BookError(f"book/index.md has no line {FOUND}: restore it from git")
    index.write_text(before + line + rest.partition("</p>")[2], encoding="utf-8")
