"""Where a page's numbers are and where they come from, as meta elements that ``numbers.js`` reads.

``_rows/NN_name.csv`` holds the rows of all studies of an experiment's page, each with the record it
comes from, and ``slfkit-rows`` names it. ``slfkit-from`` says in a sentence what made a page that
has no provenance line of its own.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from slfbook.sentences import MARK
from slfkit.publish import csv_rows
from slfkit.publish.provenance_line import command
from slfkit.records.store import project_root

FOLDER = "_rows"
META = '<meta name="slfkit-{}" content="{}" />\n'
READ = (
    "Read from the stored records when the book was built; the pages of the experiments say more."
)


def describe(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Write the rows of an experiment's page, and say in its head where the numbers are from.

    A book of another profile, whose sources are a copy, has no rows: its records are gone with it.
    """
    folder, _, notebook = page.rpartition("/")
    if doctree is None:
        return
    if folder != "notebooks":
        told = {"from": READ} if MARK in app.env.metadata.get(page, ()) else {}
    else:
        published = Path(app.srcdir) == project_root()
        rows = _rows(app, notebook, context) if published else {}
        told = rows | {"from": f"Made by: {command(notebook, {})}"}
    metas = "".join(META.format(name, escape(text)) for name, text in told.items())
    context["metatags"] = context.get("metatags", "") + metas


def _rows(app: Sphinx, notebook: str, context: dict[str, Any]) -> dict[str, str]:
    """Write the rows of a page's studies; return the address of the file, nothing without any."""
    text = csv_rows.of_page(notebook)
    if not text:
        return {}
    target = Path(app.outdir, FOLDER, f"{notebook}.csv")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return {"rows": f"{context['pathto'](FOLDER, 1)}/{target.name}"}


def setup(app: Sphinx) -> None:
    """Describe each page when it is written."""
    app.connect("html-page-context", describe)
