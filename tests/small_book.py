"""A book of one page, built by Sphinx in this process."""

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace


def build(folder, text, *extensions, **more):
    """Build the page `text` in MyST with these extensions; return its HTML and its doctree.

    Further arguments are settings of Sphinx.
    """
    (folder / "index.md").write_text(text)
    settings = {
        "extensions": ["myst_parser", *extensions],
        "keep_warnings": True,
        "source_suffix": {".md": "markdown"},  # else that of an earlier book in this process
        **more,
    }
    out = folder / "_out"
    with docutils_namespace():
        app = Sphinx(folder, None, out, out / "trees", "html", settings, status=None, warning=None)
        app.build()
    return (out / "index.html").read_text(), app.env
