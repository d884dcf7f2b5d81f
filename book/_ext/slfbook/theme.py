"""Puts right what the theme, its parts and Sphinx leave wrong in every page.

- Scripts for live code (thebe), which this book does not use, are added even where its launch
  buttons are off, one of them twice: the console shows an error, and an address outside the book
  stands in the page.
- The entries of a bibliography have the role doc-biblioentry, which is deprecated and which
  accessibility checkers do not accept in a list; its successor is listitem.
- What folds a part of the navigation shows only an arrow, so a screen reader has no name to read.
- A signature of several lines is a list without terms; spans say the same without a fault.
- The index lays out its columns by tables, which have no headings; their role says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

UNUSED = "thebe"
FOLD = '<summary aria-label="Pages in this section">'
SIGNATURE = re.compile(r"<dl>\n((?:<dd>.*</dd>\n)+)</dl>")
COLUMNS = '<table style="width: 100%" class="indextable'


def repair(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Take thebe's scripts and style sheet out of a page, and correct its body and navigation."""
    for kind in ("script_files", "css_files"):
        context[kind] = [asset for asset in context.get(kind, ()) if not _unused(asset)]
    body = context.get("body", "").replace('role="doc-biblioentry"', 'role="listitem"')
    context["body"] = SIGNATURE.sub(_spans, body)
    if "generate_toctree_html" in context:
        context["generate_toctree_html"] = _with_names(context["generate_toctree_html"])


def _with_names(navigation: Callable[..., Any]) -> Callable[..., Any]:
    """Name what folds; the theme asks for the same navigation twice, and it takes long to make."""

    @cache
    def text(kind: str, **options: int) -> str:
        return str(navigation(kind, **options)).replace("<summary>", FOLD)

    def named(kind: str, **options: int) -> Any:
        return navigation(kind, **options) if kind == "raw" else text(kind, **options)

    return named


def _spans(signature: re.Match[str]) -> str:
    lines = signature[1].replace("<dd>", '<span class="sig-line">').replace("</dd>", "</span>")
    return f'<span class="sig-lines">\n{lines}</span>'


def repair_index(app: Sphinx, exception: Exception | None) -> None:
    """Mark the tables of the index as what they are: columns."""
    page = Path(app.outdir, "genindex.html")
    if exception is None and page.exists():
        text = page.read_text(encoding="utf-8")
        marked = text.replace(COLUMNS, f'<table role="presentation"{COLUMNS[6:]}')
        page.write_text(marked, encoding="utf-8")


def _unused(asset: Any) -> bool:
    body = getattr(asset, "attributes", {}).get("body") or ""
    name = getattr(asset, "filename", asset) or ""
    return UNUSED in f"{name} {body}".lower()


def setup(app: Sphinx) -> None:
    """Repair each page after all other extensions have added to it."""
    app.connect("html-page-context", repair, priority=900)
    app.connect("build-finished", repair_index)
