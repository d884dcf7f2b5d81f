"""Sphinx extension: what a prose page shows of the records, computed when the book is built.

- the role ``found`` puts the two sentences of ``slfkit.publish.findings`` where it stands:
  ``{found}`02_channel` ``;
- the directive ``scoreboard`` puts the counts of the verdicts on the paper's claims.

A page that uses one of them is read again in an incremental build when the records, or the code
that makes sentences of them, have changed.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxRole

import slfkit
from slfkit.claims import ledger, tables
from slfkit.errors import SlfkitError
from slfkit.publish.findings import finding
from slfkit.records.store import Store

MARK = "slfkit-records"  # in the metadata of pages that show what the records hold
SCOREBOARD = "scoreboard"  # class of the table, for the style sheet
PROFILE = "paper"


class Found(SphinxRole):
    """Puts what a notebook found, or the main finding, into a sentence of the page."""

    def run(self):
        """Return the text, or an error that fails the build."""
        depend(self.env)
        try:
            text = unbroken(finding(self.text, PROFILE))
        except SlfkitError as error:
            message = self.inliner.reporter.error(str(error), line=self.lineno)
            return [], [message]
        return [nodes.inline(text, text, classes=["found"])], []


class Scoreboard(Directive):
    """Puts the table of verdicts where it stands; it takes no argument and no content."""

    has_content = False

    def run(self):
        """Return one table, a column for each verdict."""
        depend(self.state.document.settings.env)
        text = tables.scoreboard(ledger.check(PROFILE))
        place = nodes.container()
        self.state.nested_parse(StringList(text.splitlines(), "scoreboard"), 0, place)
        for table in place.findall(nodes.table):
            table["classes"].append(SCOREBOARD)
        return place.children


def unbroken(text: str) -> str:
    """Return a text whose lines do not break before a per cent sign or around an equals sign."""
    return re.sub(r" (?=[%=])|(?<==) ", "\N{NO-BREAK SPACE}", text)


def depend(env) -> None:
    """Note that the page being read shows what the records hold."""
    env.metadata[env.docname][MARK] = "yes"


def outdated(app, env, added, changed, removed):
    """Return the pages to read again: those that show records, if anything changed."""
    now = fingerprint(Store(PROFILE).folder)
    before, env.slfkit_fingerprint = getattr(env, "slfkit_fingerprint", now), now
    return [] if before == now else [page for page in env.metadata if MARK in env.metadata[page]]


def fingerprint(records: Path) -> str:
    """Return a hash over names, sizes and times of the records and of slfkit's own files."""
    files = [*records.glob("*/*.json")]
    for code in (Path(slfkit.__file__).parent, Path(__file__).parent):
        files += [*code.rglob("*.py"), *code.rglob("*.toml")]
    known = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in sorted(files)]
    return hashlib.sha256(repr(known).encode()).hexdigest()


def setup(app):
    """Add the role and the directive, and look for changed records at each build."""
    app.add_role("found", Found())
    app.add_directive("scoreboard", Scoreboard)
    app.connect("env-get-outdated", outdated)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
