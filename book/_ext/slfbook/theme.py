"""Sphinx extension: puts right what the theme and its parts leave wrong in every page.

- Scripts for live code (thebe), which this book does not use, are added even where its launch
  buttons are off, one of them twice: the console shows an error, and an address outside the book
  stands in the page.
- The entries of a bibliography have the role doc-biblioentry, which is deprecated and which
  accessibility checkers do not accept in a list; its successor is listitem.
- What folds a part of the navigation shows only an arrow, so a screen reader has no name to read.
"""

from __future__ import annotations

from collections.abc import Callable

UNUSED = "thebe"
FOLD = '<summary aria-label="Pages in this section">'
ROLES = {'role="doc-biblioentry"': 'role="listitem"'}


def repair(app, pagename, templatename, context, doctree):
    """Take thebe's scripts and style sheet out of a page, and correct its roles and names."""
    for kind in ("script_files", "css_files"):
        context[kind] = [one for one in context.get(kind, ()) if not _unused(one)]
    for wrong, right in ROLES.items():
        context["body"] = context.get("body", "").replace(wrong, right)
    if "generate_toctree_html" in context:
        context["generate_toctree_html"] = _with_names(context["generate_toctree_html"])


def _with_names(navigation: Callable) -> Callable:
    def named(kind: str, **options: int):
        made = navigation(kind, **options)
        return made if kind == "raw" else str(made).replace("<summary>", FOLD)

    return named


def _unused(asset) -> bool:
    body = getattr(asset, "attributes", {}).get("body") or ""
    name = getattr(asset, "filename", asset) or ""
    return UNUSED in str(name).lower() or UNUSED in body.lower()


def setup(app):
    """Repair each page after all other extensions have added to it."""
    app.connect("html-page-context", repair, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
