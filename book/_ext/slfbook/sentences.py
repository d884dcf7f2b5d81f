"""What a page shows of the records: the role ``found``, directives ``scoreboard`` and ``advised``.

``{found}`02_channel` `` puts the sentences of ``slfkit.publish.findings`` into the text. myst_nb's
glue cannot: its values come from another page's outputs, and an incremental build reads a prose
page again only when its own text has changed. Here pages that show records are read again as soon
as the records have changed; changed code makes all pages from scratch (``publish.freshness``).

Behind each such sentence, and behind those in the outputs of notebooks, a button opens how many
seeds it rests on, what is missing and the command that makes it. The browser's own popover needs no
script; on paper the note stands in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective, SphinxRole

from slfkit.claims import ledger, tables
from slfkit.errors import SlfkitError
from slfkit.publish.findings import ADVISED, SHOWN, advised, finding
from slfkit.publish.freshness import fingerprint, record_files
from slfkit.publish.provenance_line import command
from slfkit.reporting.sentences import apart
from slfkit.reporting.tables import Table

_SEEDS = re.compile(r"one seed|\d+(?: to \d+)?\sseeds")
_NUMBER = re.compile(r"\d")
_SENTENCE_END = re.compile(r"(?<=\.) (?=[A-Z“])")
FOUND = "What was found"  # the section whose sentences are listed
MARK = "slfkit-records"  # in the metadata of pages that show what the records hold


class Found(SphinxRole):
    """Puts what a notebook found, or the main finding, into a sentence of the page."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the text, or an error that fails the build."""
        depend(self.env)
        try:
            return grounded(finding(self.text), self.text, self.text), []
        except SlfkitError as error:
            return [], [self.inliner.reporter.error(str(error), line=self.lineno)]


def grounded(text: str, name: str, key: str) -> list[nodes.Node]:
    """Return sentences as nodes, each basis folded into a button that opens it.

    Args:
        text: as ``slfkit.reporting.sentences`` writes it.
        name: of the notebook or finding, for the command.
        key: tells these sentences apart from all others on the page.
    """
    made: list[nodes.Node] = []
    for number, (said, ground) in enumerate(apart(unbroken(text))):
        made.append(nodes.inline(said, said, classes=["found"]))
        if ground:
            made.append(_button(f"ground-{key}-{number}", ground, name))
    return made


def ground_outputs(app: Sphinx, doctree: nodes.document) -> None:
    """Fold what the sentences of a notebook's outputs rest on, as the role does.

    A number in a sentence that does not say it gets a button too, with the page's command.
    """
    folder, _, notebook = app.env.docname.rpartition("/")
    if folder != "notebooks":
        return
    outputs = [
        node for node in doctree.findall(nodes.container) if "cell_output" in node["classes"]
    ]
    texts = [text for output in outputs for text in output.findall(nodes.Text)]
    for number, text in enumerate(texts):
        if not isinstance(text.parent, nodes.paragraph) or not _NUMBER.search(text):
            continue
        made = grounded(text, notebook, str(number))
        if len(made) == 1 and not text.startswith("profile "):
            made.append(_button(f"ground-{number}", "", notebook))
        text.parent.replace(text, made)
        if _under(text.parent, FOUND):
            _list(text.parent)


def _under(node: nodes.Node, title: str) -> bool:
    """Tell whether a node lies in a section of this title."""
    while node is not None and not isinstance(node, nodes.section):
        node = node.parent
    return node is not None and node[0].astext() == title


def _list(paragraph: nodes.paragraph) -> None:
    """Put each sentence of a paragraph into an item of a list, unless it has but one."""
    items: list[nodes.paragraph] = []
    for node in paragraph.children:
        if isinstance(node, nodes.raw):  # a button stays with the last sentence it stands for
            items[-1] += node
            continue
        for said in _SENTENCE_END.split(node.astext()):
            items.append(nodes.paragraph("", "", nodes.inline(said, said, classes=["found"])))
    if len(items) > 1:
        entries = [nodes.list_item("", item) for item in items]
        paragraph.replace_self(nodes.bullet_list("", *entries, bullet="*"))


def _button(key: str, ground: str, name: str) -> nodes.raw:
    """Return a button with the number of seeds, which opens what a sentence rests on."""
    counted = _SEEDS.search(ground)
    commands = "; ".join(command(page, {}) for page in SHOWN.get(name, (name,)))
    first = ground[:1].upper() if ground[:1].isascii() else ground[:1]  # not ε, which is a symbol
    rests = f"{first}{ground[1:]}. " if ground else ""
    note = escape(f"{rests}Made by: {commands}.")
    html = (
        f' <button type="button" class="ground" popovertarget="{key}">'
        f"{escape(counted[0] if counted else 'source')}</button>"
        f'<span popover id="{key}" class="ground-note">{note}</span>'
    )
    return nodes.raw("", html, format="html")


class Advised(SphinxDirective):
    """Puts the table of what to do where it stands; it takes no argument and no content."""

    def run(self) -> list[nodes.Node]:
        """Return the table as raw HTML."""
        return show(self.env, Table(advised(), ADVISED)._repr_html_())


class Scoreboard(SphinxDirective):
    """Puts the table of verdicts where it stands; it takes no argument and no content."""

    def run(self) -> list[nodes.Node]:
        """Return one table, a column for each verdict, with a class for the style sheet."""
        depend(self.env)
        parsed = self.parse_text_to_nodes(tables.scoreboard(ledger.check("paper")))
        for table in (table for node in parsed for table in node.findall(nodes.table)):
            table["classes"].append("scoreboard")
        return parsed


def unbroken(text: str) -> str:
    """Return a text whose lines do not break before a per cent sign or around an equals sign."""
    return re.sub(r" (?=[%=])|(?<==) ", "\N{NO-BREAK SPACE}", text)


def depend(env: BuildEnvironment) -> None:
    """Note that the page being read shows what the records hold."""
    env.metadata[env.docname][MARK] = "yes"


def show(env: BuildEnvironment, html: str, *classes: str) -> list[nodes.Node]:
    """Return HTML of what the records hold, for the page being read."""
    depend(env)
    return [nodes.raw("", html, format="html", classes=list(classes))]


def loader(mark: str, scripts: Iterable[str], style: str) -> Callable[..., None]:
    """Return a listener: it lets pages that show HTML of this class load scripts and a style."""

    def load(app: Sphinx, page: str, template: str, context: object, doctree: Any) -> None:
        if doctree and any(mark in node.get("classes", ()) for node in doctree.findall(nodes.raw)):
            for name in scripts:
                app.add_js_file(name, loading_method="defer")
            app.add_css_file(style)

    return load


def outdated(app: Sphinx, env: BuildEnvironment, *changes: set[str]) -> list[str]:
    """Return the pages to read again: those that show records, if these have changed."""
    now = fingerprint(record_files())
    before, env.slfkit_records = getattr(env, "slfkit_records", now), now
    return [] if before == now else [page for page in env.metadata if MARK in env.metadata[page]]


def setup(app: Sphinx) -> None:
    """Add the role and the directives, and look for changed records at each build."""
    app.add_role("found", Found())
    app.add_directive("scoreboard", Scoreboard)
    app.add_directive("advised", Advised)
    app.connect("env-get-outdated", outdated)
    app.connect("doctree-read", ground_outputs)
