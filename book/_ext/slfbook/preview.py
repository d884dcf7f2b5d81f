"""What a search engine or a messenger shows of a page: its description and Open Graph tags.

The description is the page's first paragraph. A picture needs an address of its own, so it is named
only where the book has one (``repository: url`` does not give it; ``html_baseurl`` does).
"""

from __future__ import annotations

from html import escape
from textwrap import shorten
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

LONGEST = 200  # characters of a description
PICTURE = "_static/result.png"


def describe(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Add the tags to a page that was read from a source."""
    text = description(doctree) if doctree else ""
    if not text:
        return
    title = nodes.Text(context.get("title", "")).astext()
    tags = {"og:title": title, "og:description": text, "og:type": "article"}
    tags["og:site_name"] = app.config.html_title or app.config.project
    if app.config.html_baseurl:
        tags["og:image"] = f"{app.config.html_baseurl.rstrip('/')}/{PICTURE}"
    lines = [f'<meta name="description" content="{escape(text)}" />']
    lines += [f'<meta property="{name}" content="{escape(of)}" />' for name, of in tags.items()]
    context["metatags"] = context.get("metatags", "") + "\n".join(lines) + "\n"


def description(doctree: nodes.document) -> str:
    """Return the first paragraph of a page, cut after a whole word; "" if there is none."""
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section | nodes.document):
            text = paragraph.astext()
            return shorten(text, LONGEST, placeholder=" …", break_on_hyphens=False)
    return ""


def setup(app: Sphinx) -> None:
    """Describe each page when it is written."""
    app.connect("html-page-context", describe)
