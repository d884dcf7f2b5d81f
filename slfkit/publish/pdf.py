"""The book as one PDF: a page whose links stay inside it, printed by Chromium.

Sphinx puts all documents into one page without telling their anchors apart, and leaves links to
pages that are not there: on paper, and in a PDF that is passed on, they would lead nowhere.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from html import escape
from pathlib import Path

from slfkit.errors import BookError
from slfkit.publish.build import BROWSERS, _run, render
from slfkit.records.store import project_root

_STARTS = re.compile(r'<span id="document-([^"]+)"></span>')
_ID = re.compile(r'\bid="([^"]+)"')
_LINK = re.compile(r'\bhref="([^"]*)"')
_TITLE = re.compile(r"<h2>(.*?)<a class=\"headerlink\"", re.DOTALL)
_CONTENTS = re.compile(r'(<div id="jb-print-toc">)\s*(?:<div>.*?</nav>\s*)?(</div>)', re.DOTALL)
_END = "</article>"
Names = dict[str, dict[str, str]]  # a document's anchors, and what they are called in the one page
FIRST = "book/index"  # the document that the page begins with
BIBLIOGRAPHY = "book/bibliography"  # where links to anchors like id7 lead that name no document


def prepare(page: str) -> str:
    """Return the page of Sphinx's builder singlehtml with links that hold, and a list of chapters.

    Args:
        page: HTML; each document but the first begins with an empty span "document-<its name>".
    """
    head, parts, foot = _split(page)
    anchors = {name: set(_ID.findall(text)) for name, text in parts.items()}
    counts = Counter(anchor for own in anchors.values() for anchor in own)
    names = {
        name: {one: f"{name.replace('/', '-')}-{one}" if counts[one] > 1 else one for one in own}
        for name, own in anchors.items()
    }
    body = "".join(_relink(text, name, names) for name, text in parts.items())
    return _contents(head, parts) + body + foot


def _split(page: str) -> tuple[str, dict[str, str], str]:
    """Cut the page into what comes before the documents, the documents by name, and the rest."""
    begin = page.find("<article")
    end = page.rfind(_END)
    pieces = _STARTS.split(page[begin:end])
    texts = {FIRST: pieces[0]}
    for name, text in zip(pieces[1::2], pieces[2::2], strict=True):
        texts[name] = f'<span id="document-{name}"></span>{text}'
    return page[:begin], texts, page[end:]


def _relink(text: str, name: str, names: Names) -> str:
    """Give a document's anchors their own names, and lead its links to them."""
    text = _ID.sub(lambda match: f'id="{names[name][match[1]]}"', text)
    return _LINK.sub(lambda match: _href(match[1], name, names), text)


def _href(link: str, name: str, names: Names) -> str:
    """Return the attribute for a link of document `name`; pictures and absent pages get none."""
    path, _, anchor = link.partition("#")
    if re.match(r"[a-z]+:", link):
        return f'href="{link}"'
    last = path.removesuffix(".html").rpartition("/")[2]  # by it folders are told apart
    documents = [each for each in names if each.rpartition("/")[2] == last][:1]
    if path in ("", f"{FIRST}.html"):
        documents = [BIBLIOGRAPHY, *names] if path else [name, BIBLIOGRAPHY]
        if not anchor:
            return ""
    for document in documents:
        if found := names.get(document, {}).get(anchor or f"document-{document}"):
            return f'href="#{found}"'
    return ""


def _contents(head: str, parts: dict[str, str]) -> str:
    """Put a list of the chapters where the theme leaves room for one."""
    chapters = [(name, _TITLE.search(text)) for name, text in parts.items()]
    lines = "".join(
        f'<li><a href="#document-{escape(name)}">{title[1]}</a></li>'
        for name, title in chapters[1:]
        if title
    )
    listed = f'<p class="print-contents">Contents</p>\n<ol class="print-contents">{lines}</ol>'
    return _CONTENTS.sub(lambda match: f"{match[1]}{listed}{match[2]}", head, count=1)


def find_browser() -> str | None:
    """Return the path of the Chromium that SLFKIT_CHROMIUM names, else of one on PATH, or None."""
    wanted = os.environ.get("SLFKIT_CHROMIUM")
    return next(filter(None, map(shutil.which, [wanted] if wanted else BROWSERS)), None)


def print_pdf() -> Path:
    """Print the whole book, as its notebooks stand, and return the PDF's path, also printed last.

    Raises:
        BookError: if there is no Chromium, a page fails or the browser writes no PDF.
    """
    browser = find_browser()
    if browser is None:
        raise BookError(_no_browser(os.environ.get("SLFKIT_CHROMIUM")))
    pages = render(project_root(), "singlehtml")
    page = pages / "slfkit.html"  # what it loads is named from this folder
    whole = (pages / "book" / "index.html").read_text(encoding="utf-8")
    page.write_text(prepare(whole), encoding="utf-8")
    target = project_root() / "_build" / "pdf" / "slfkit.pdf"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)  # an earlier one must not pass for what is printed now
    _run([browser, *_print_options(target), page.as_uri()], "printing the book")
    if not target.is_file() or not target.stat().st_size:
        raise BookError(
            f"{browser} ended without an error and wrote no PDF to {target}: "
            "name another Chromium by SLFKIT_CHROMIUM"
        )
    print(target)
    return target


def _no_browser(wanted: str | None) -> str:
    if wanted:
        return (
            f"SLFKIT_CHROMIUM is '{wanted}', which is not a program: name a Chromium, "
            f"or unset it to take one of {', '.join(BROWSERS)} on PATH"
        )
    return (
        f"no browser that prints was found (looked for {', '.join(BROWSERS)}): "
        "install Chromium, or name it by SLFKIT_CHROMIUM"
    )


def _print_options(target: Path) -> list[str]:
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    options = ["--headless", *sandbox, "--no-pdf-header-footer", "--generate-pdf-document-outline"]
    # milliseconds that mathematics may take
    return [*options, "--virtual-time-budget=20000", f"--print-to-pdf={target}"]
