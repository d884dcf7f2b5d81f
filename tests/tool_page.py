"""The tool alone in a page, so that its tests in a browser need no book."""

from functools import cache

from slfbook import recovery_page

from slfkit.records.store import project_root

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Tool</title>
<meta name="viewport" content="width=device-width"><body>
<style>body {{ max-width: 760px; margin: auto }}</style>
<link rel="stylesheet" href="{static}/recovery.css">{scripts}
<article class="bd-article">{tool}</article>"""

stored = cache(recovery_page.stored)


def write(folder, found):
    """Write a page with the tool on what records hold; return its address."""
    static = (project_root() / "book" / "_static").as_uri()
    scripts = "".join(
        f'<script defer src="{static}/{name}"></script>' for name in recovery_page.SCRIPTS
    )
    text = PAGE.format(static=static, scripts=scripts, tool=recovery_page.html(found))
    page = folder / "tool.html"
    page.write_text(text, encoding="utf-8")
    return page.as_uri()
