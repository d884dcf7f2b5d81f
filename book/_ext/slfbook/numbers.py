"""The numbers behind a page's figures, as a file beside the page that its figures link to.

``_rows/NN_name.csv`` holds the rows of all studies of an experiment's page, each with the record it
comes from; a meta element tells ``numbers.js`` where it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from slfkit.publish import csv_rows
from slfkit.records.store import project_root

FOLDER = "_rows"
META = '<meta name="slfkit-rows" content="{}" />\n'


def offer_rows(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Write the rows of an experiment's page, and name the file in its head.

    A book of another profile, whose sources are a copy, has none: its records are gone with it.
    """
    folder, _, notebook = pagename.rpartition("/")
    if doctree is None or folder != "notebooks" or Path(app.srcdir) != project_root():
        return
    text = csv_rows.of_page(notebook)
    if text:
        target = Path(app.outdir, FOLDER, f"{notebook}.csv")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        address = f"{context['pathto'](FOLDER, 1)}/{target.name}"
        context["metatags"] = context.get("metatags", "") + META.format(address)


def setup(app: Sphinx) -> None:
    """Offer the rows of each page when it is written."""
    app.connect("html-page-context", offer_rows)
