"""The Sphinx extension of this book: its directives and roles, and repairs of the theme."""

from __future__ import annotations

from sphinx.application import Sphinx

PARTS = """drawings equations setup_table preview recovery_page align_page sentences answers theme
    buttons badges numbers api source_links tried""".split()


def setup(app: Sphinx) -> dict[str, str | bool]:
    """Set up each part; pages may be read and written in parallel."""
    for part in PARTS:
        app.setup_extension(f"{__name__}.{part}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
