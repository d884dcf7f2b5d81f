"""Claims as a page shows them: one row each, with its forest plot, that opens to its cases."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from slfkit.claims import forest
from slfkit.claims.ledger import Claim, Verdict, explanation
from slfkit.claims.rules import FAILS, HOLDS, MIXED, UNDECIDED, UNTESTABLE, Case, Judgement
from slfkit.records.store import project_root
from slfkit.reporting.intervals import factor
from slfkit.reporting.rows import Row
from slfkit.reporting.tables import Table

MARKS = {HOLDS: "✓", MIXED: "◐", FAILS: "✗", UNDECIDED: "?", UNTESTABLE: "–"}
"""The sign beside each verdict, so that none rests on colour alone."""
FILTERED = 8  # claims from which on a page offers to show one verdict only
LEGEND = "Open a row for its cases."
HOW = "80_claims.html#the-ledger"  # every page with claims lies beside that one
COLUMNS = ("claim", "where", "verdict", "value", "at", "seeds", "page")  # in a terminal
CASES = {
    "Case": "label",
    "Seeds": "seeds",
    "Difference": "value",
    "p, corrected": "p",
    "p, sign test": "sign_p",
    "Decided": "decided",
}
DECIDED = {1: "for", -1: "against", 0: "no"}


class Claims:
    """Claims one below the other, as text in a terminal and as rows that open in a page."""

    def __init__(self, judged: Sequence[Verdict]) -> None:
        self.judged = list(judged)

    def __repr__(self) -> str:
        """Return a table of the claims, and below it the test and the cases of each."""
        table = Table([_row(one) for one in self.judged], {name.title(): name for name in COLUMNS})
        each = [
            f"{one.claim.claim}\n{_test(one)}\n{_cases(one) if one.claim.judge else ''}".strip()
            for one in self.judged
        ]
        return "\n\n".join([repr(table), *each])

    def _repr_html_(self) -> str:
        """Return an element per claim that opens and closes, under a legend."""
        filtered = ' data-filter="yes"' if len(self.judged) >= FILTERED else ""
        how = f'<a href="{HOW}">How to read it</a>'
        return (
            f'<div class="claims"{filtered}>\n'
            f'<p class="claims-legend">{escape(LEGEND)} {how}</p>\n'
            f'<div class="claims-scale">{forest.scale()}</div>\n'
            + "\n".join(map(_element, self.judged))
            + "\n</div>"
        )


def mark(verdict: str) -> str:
    """Return a verdict in HTML, with its sign and the class of its colour."""
    name = verdict.replace(" ", "-")
    return (
        f'<span class="verdict verdict-{name}">'
        f'<span aria-hidden="true">{MARKS[verdict]}</span> {escape(verdict)}</span>'
    )


def _row(one: Verdict) -> Row:
    """Return what is said of a claim in a line; ``value`` is of the case that decides."""
    claim, judgement = one.claim, one.judgement
    case = judgement.deciding
    return {
        "claim": claim.claim,
        "where": claim.where,
        "verdict": judgement.verdict,
        "value": _value(case, claim.unit) if case else "",
        "at": case.label if case else "",
        "seeds": _seeds(judgement) + f" {claim.over}s" * (claim.over != "seed"),
        "page": f"{claim.notebook}, {claim.figure}" if claim.figure else claim.notebook,
    }


def _element(one: Verdict) -> str:
    verdict, where = one.judgement.verdict, one.claim.where
    place = f'<span class="claim-where">{escape(where)}</span>' if where else ""
    return (
        f'<details class="claim" data-verdict="{escape(verdict)}"><summary>{mark(verdict)}'
        f'<span class="claim-text">{escape(one.claim.claim)} {place}</span>'
        f'<span class="claim-plot">{_plot(one.judgement)}</span></summary>\n'
        f"{_inside(one)}\n</details>"
    )


def _plot(judgement: Judgement) -> str:
    """Return the plot of the weakest case, and how many cases have no spread to plot."""
    weakest, count = forest.weakest(judgement), len(judgement.cases)
    bare = sum(case.standardised is None for case in judgement.cases)
    drawn = forest.drawing(judgement, [weakest]) if weakest else ""
    said = "no case yet" if not count else f"{bare} of {count} cases without a spread"
    return drawn + (f'<span class="claim-none">{said}</span>' if bare or not count else "")


def _inside(one: Verdict) -> str:
    """Return what an open row shows: the deciding case, test, forest plot, cases and a link."""
    row = {key: escape(text) for key, text in _row(one).items()}
    parts = []
    if row["value"]:
        parts.append(f"Difference: <b>{row['value']}</b> ({row['at']}); seeds: {row['seeds']}.")
    parts = [f"<p>{part}</p>" for part in (*parts, escape(_test(one)))]
    cases = one.judgement.cases
    if len(cases) > 1 and any(case.standardised for case in cases):
        parts.append(f'<div class="claims-forest">{forest.drawing(one.judgement)}</div>')
    if one.claim.judge:
        parts.append(_cases(one)._repr_html_())
    if target := _target(one.claim):
        parts.append(f'<p>Shown on: <a href="{escape(target)}">{row["page"]}</a></p>')
    return "\n".join(parts)


def _test(one: Verdict) -> str:
    """Say how a claim is judged and what is found, or why it cannot be tested."""
    claim, found = one.claim, explanation(one)
    if not claim.judge:
        return f"{found.capitalize()}."
    said = (f"Test: {claim.why}", f"Rows: {claim.rows}.", claim.note, f"Found: {found}.")
    return " ".join(filter(None, said))


def _cases(one: Verdict) -> Table:
    judgement = one.judgement
    p_values = judgement.p_values or [None] * len(judgement.cases)
    rows = []
    for case, p_value, sign in zip(judgement.cases, p_values, judgement.signs, strict=True):
        row = {"label": case.label, "decided": DECIDED[sign]}
        row["value"] = _value(case, one.claim.unit)
        if not judgement.arithmetic:
            row["seeds"] = len(case.differences)
        if len(case.differences) > 1 and p_value is not None:
            row |= {"p": _p_value(p_value), "sign_p": _p_value(case.sign_p_value())}
        rows.append(row)
    return Table(rows, CASES)


def _value(case: Case, unit: str) -> str:
    """Write a case's mean with its interval; accuracies in points, logarithms as factors."""
    if unit == "factor":
        return factor(case.differences.values())
    scale = 100 if unit == "points" else 1
    value = scale * case.mean
    if case.half is None:
        number = f"{value:+,.{_decimals(value, 3)}f}"
        number = number.rstrip("0").rstrip(".") if "." in number else number
        return f"{number} {unit}"
    half = scale * case.half
    decimals = _decimals(half, 2)
    return f"{value:+,.{decimals}f} ± {half:,.{decimals}f} {unit}"


def _decimals(value: float, digits: int) -> int:
    """Return with how many decimals a number has this many digits."""
    return max(0, digits - 1 - math.floor(math.log10(abs(value)))) if value else 0


def _p_value(p: float) -> str:
    return f"{p:.3f}" if p >= 0.001 else "< 0.001"


def _seeds(judgement: Judgement) -> str:
    if judgement.arithmetic:
        return "arithmetic"
    least, most = judgement.seeds
    return f"{least} to {most}" if least != most else str(most or "")


def _target(claim: Claim) -> str:
    """Return the address of the page, and figure, that a claim rests on; "" if there is none."""
    source = project_root() / "notebooks" / f"{claim.notebook}.py"
    if not source.is_file():
        return ""
    named = f'"name": "{claim.figure}"' in source.read_text(encoding="utf-8")
    anchor = f"#{claim.figure}" if claim.figure and named else ""
    return f"{claim.notebook}.html{anchor}"
