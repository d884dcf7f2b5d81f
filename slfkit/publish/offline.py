"""The whole companion as one zip, for a machine without a network: book, PDF, records and code."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from pathlib import Path

from slfkit import __version__
from slfkit.errors import BookError
from slfkit.publish import export
from slfkit.records.store import project_root

LARGEST = 60_000_000  # bytes that the zip may have
TIME = (1980, 1, 1, 0, 0, 0)  # of every file in it, so that equal contents make equal zips
FOUND = '<p id="take-along" hidden></p>'  # where the first page says what can be taken along
NAMES = {"slfkit.zip": "everything for offline use", "slfkit.pdf": "the book as PDF"}


def make_zip() -> Path:
    """Pack the built book and all it rests on into _build/zip/slfkit.zip, and link it.

    The zip and the PDF, where one was printed, are put beside the built book, and its first page
    links to them.

    Returns:
        The path of the zip, which is also printed last.

    Raises:
        BookError: the book is not built, or the zip is larger than ``LARGEST``.
        RecordError: a stored record is damaged.
    """
    built = project_root() / "_build"
    pages, pdf, target = built / "html", built / "pdf" / "slfkit.pdf", built / "zip" / "slfkit.zip"
    if not (pages / "book" / "index.html").is_file():
        raise BookError(f"{pages} holds no book: run 'slfkit book' first")
    with tempfile.TemporaryDirectory(dir=built, prefix=".zip-") as scratch:
        whole = Path(scratch, f"slfkit-{__version__}")
        export.lay_out(whole)
        add_book(whole, pages, pdf)
        export.describe(whole)
        pack(whole, target)
    offer(pages, [target, *([pdf] if pdf.is_file() else [])])
    print(f"{target.stat().st_size / 1e6:.1f} MB")
    print(target)
    return target


def add_book(folder: Path, pages: Path, pdf: Path) -> None:
    """Copy the built book into ``html`` of a folder, and the PDF beside it if there is one.

    What an earlier call has put beside the book is left out, and so are links to it.
    """
    left_out = shutil.ignore_patterns(*NAMES)
    shutil.copytree(pages, folder / "html", ignore=left_out)
    _put_line(folder / "html", FOUND)
    if pdf.is_file():
        shutil.copyfile(pdf, folder / pdf.name)


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
    """Put files beside the built book, and links to them into its first page."""
    links = []
    for path in files:
        shutil.copyfile(path, pages / path.name)
        size = f"{path.stat().st_size / 1e6:.0f} MB"
        links.append(f'<a href="../{path.name}" download>{NAMES[path.name]}</a> ({size})')
    _put_line(pages, f'<p id="take-along">Take it along: {", ".join(links)}.</p>')


def _put_line(pages: Path, line: str) -> None:
    """Replace the first page's line of what can be taken along.

    Raises:
        BookError: the page has no such line.
    """
    index = pages / "book" / "index.html"
    page = index.read_text(encoding="utf-8")
    begin = page.find('<p id="take-along"')
    end = page.find("</p>", begin)
    if begin < 0:
        raise BookError(f"book/index.md has no line {FOUND}: restore it from git")
    index.write_text(page[:begin] + line + page[end + len("</p>") :], encoding="utf-8")
