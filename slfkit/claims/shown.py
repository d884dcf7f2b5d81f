"""Claims as a page shows them: one row each, with its forest plot, that opens to its cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from slfkit.claims import forest
from slfkit.claims.rules import FAILS, HOLDS, MIXED, UNDECIDED, UNTESTABLE, Judgement
from slfkit.reporting.tables import Table

MARKS = {HOLDS: "✓", MIXED: "◐", FAILS: "✗", UNDECIDED: "?", UNTESTABLE: "–"}
"""The sign beside each verdict, so that none rests on colour alone."""
FILTERED = 8  # claims from which on a page offers to show one verdict only
LEGEND = "Open a row for its cases."
HOW = "80_claims.html#the-ledger"  # every page with claims lies beside that one


@dataclass(frozen=True)
class Entry:
    """One claim as it is shown.

    Attributes:
        claim, where: what is said and where it is printed; where may be empty.
        judgement: the verdict and its cases.
        value, at: the difference of the case that decides, in its unit, and the name of that case.
        seeds: how many, as text.
        test: how it is judged, and what is found.
        cases: the table of its cases; None if it has none.
        page, target: the name and the address of the page, or figure, it rests on; may be empty.
    """

    claim: str
    where: str
    judgement: Judgement
    value: str
    at: str
    seeds: str
    test: str
    cases: Table | None
    page: str
    target: str


class Claims:
    """Claims one below the other, as text in a terminal and as rows that open in a page."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = list(entries)

    def __repr__(self) -> str:
        """Return a table of the claims, and below it the test and the cases of each."""
        columns = ("claim", "where", "verdict", "value", "at", "seeds", "page")
        rows = [{**vars(one), "verdict": one.judgement.verdict} for one in self.entries]
        table = repr(Table(rows, {name.capitalize(): name for name in columns}))
        each = [f"{one.claim}\n{one.test}\n{one.cases or ''}".strip() for one in self.entries]
        return "\n\n".join([table, *each])

    def _repr_html_(self) -> str:
        """Return an element per claim that opens and closes, under a legend."""
        filtered = ' data-filter="yes"' if len(self.entries) >= FILTERED else ""
        how = f'<a href="{HOW}">How to read it</a>'
        return (
            f'<div class="claims"{filtered}>\n'
            f'<p class="claims-legend">{escape(LEGEND)} {how}</p>\n'
            f'<div class="claims-scale">{forest.scale()}</div>\n'
            + "\n".join(map(_element, self.entries))
            + "\n</div>"
        )


def mark(verdict: str) -> str:
    """Return a verdict in HTML, with its sign and the class of its colour."""
    name = verdict.replace(" ", "-")
    return (
        f'<span class="verdict verdict-{name}">'
        f'<span aria-hidden="true">{MARKS[verdict]}</span> {escape(verdict)}</span>'
    )


def _element(entry: Entry) -> str:
    verdict = entry.judgement.verdict
    where = f'<span class="claim-where">{escape(entry.where)}</span>' if entry.where else ""
    return (
        f'<details class="claim" data-verdict="{escape(verdict)}"><summary>{mark(verdict)}'
        f'<span class="claim-text">{escape(entry.claim)} {where}</span>'
        f'<span class="claim-plot">{_plot(entry.judgement)}</span></summary>\n'
        f"{_inside(entry)}\n</details>"
    )


def _plot(judgement: Judgement) -> str:
    """Return the plot of the weakest case, and how many cases have no spread to plot."""
    weakest, count = forest.weakest(judgement), len(judgement.cases)
    bare = sum(case.standardised is None for case in judgement.cases)
    drawn = forest.drawing(judgement, [weakest]) if weakest else ""
    said = "no case yet" if not count else f"{bare} of {count} cases without a spread"
    return drawn + (f'<span class="claim-none">{said}</span>' if bare or not count else "")


def _inside(entry: Entry) -> str:
    """Return what an open row shows: the deciding case, test, forest plot, cases and a link."""
    parts = []
    if entry.value:
        parts.append(
            f"<p>Difference: <b>{escape(entry.value)}</b> ({escape(entry.at)}); "
            f"seeds: {escape(entry.seeds)}.</p>"
        )
    parts.append(f"<p>{escape(entry.test)}</p>")
    if len(entry.judgement.cases) > 1 and any(one.standardised for one in entry.judgement.cases):
        parts.append(f'<div class="claims-forest">{forest.drawing(entry.judgement)}</div>')
    if entry.cases:
        parts.append(entry.cases._repr_html_())
    if entry.target:
        page = f'<a href="{escape(entry.target)}">{escape(entry.page)}</a>'
        parts.append(f"<p>Shown on: {page}</p>")
    return "\n".join(parts)
