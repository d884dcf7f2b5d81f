"""Links from the API pages to the source: each module as one highlighted file in the built book.

``sphinx.ext.viewcode`` makes each module a page with the theme's navigation, which doubles the time
of a build; a plain page does as well.
"""

from __future__ import annotations

import importlib
import inspect
from functools import cache
from pathlib import Path

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from sphinx.application import Sphinx

from slfkit.records.provenance import PACKAGE

FOLDER = "_static/source"
UP = "../../"  # from book/api to the root
LOOK = (
    "<style>:root {color-scheme: light dark} body {font: 14px/1.45 monospace; margin: 1rem}"
    " :target {background: #ffd54a66}</style>"
)
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{name}</title>
<meta name="viewport" content="width=device-width">{look}<style>{light}
@media (prefers-color-scheme: dark) {{ {dark} }}</style></head>
<body><h1>{name}</h1>{code}</body></html>
"""


def link_to(domain: str, about: dict[str, str]) -> str | None:
    """Return the address of an object's first line, seen from an API page; None for data."""
    if domain != "py" or not about["module"].startswith("slfkit"):
        return None
    try:
        found = importlib.import_module(about["module"])
        for name in about["fullname"].split("."):
            found = inspect.unwrap(getattr(found, name))
        # of a property, cached or not
        found = getattr(found, "fget", getattr(found, "func", found))
        path, line = Path(inspect.getsourcefile(found)), inspect.getsourcelines(found)[1]
        return f"{UP}{FOLDER}/{_name(path)}.html#line-{line}"
    except (AttributeError, ImportError, OSError, TypeError, ValueError):
        return None  # a field of a dataclass, or a constant


def _name(path: Path) -> str:
    """Return a file's dotted name: slfkit.records.store."""
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)


def write_sources(app: Sphinx, error: Exception | None) -> None:
    """Write a page for each module of the package that has changed since the last build."""
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir, FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    for path in PACKAGE.rglob("*.py"):
        target = folder / f"{_name(path)}.html"
        if not target.exists() or target.stat().st_mtime < path.stat().st_mtime:
            target.write_text(page(_name(path), path.read_text("utf-8")), encoding="utf-8")


def page(name: str, text: str) -> str:
    """Return a module's source as a page whose lines can be linked to."""
    code = highlight(text, PythonLexer(), HtmlFormatter(linespans="line"))
    return PAGE.format(name=name, look=LOOK, code=code, **_styles())


@cache
def _styles() -> dict[str, str]:
    """Return the colours for each theme; both have enough contrast."""
    return {
        scheme: HtmlFormatter(style=f"a11y-high-contrast-{scheme}").get_style_defs(".highlight")
        for scheme in ("light", "dark")
    }


def setup(app: Sphinx) -> None:
    """Let ``sphinx.ext.linkcode`` add the links."""
    app.setup_extension("sphinx.ext.linkcode")
    app.config.linkcode_resolve = link_to
    app.connect("build-finished", write_sources)
