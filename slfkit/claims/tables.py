"""The ledger of claims as the book shows it: tables, and the scoreboard of the first page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from html import escape

from slfkit.claims.ledger import OURS, PAPERS, Claim, Verdict, check, counts, explanation
from slfkit.claims.rules import FAILS, HOLDS, MIXED, UNDECIDED, VERDICTS, Case, Judgement
from slfkit.records.store import project_root
from slfkit.reporting.intervals import factor
from slfkit.reporting.rows import Row
from slfkit.reporting.tables import Table

SAID = {PAPERS: "What the paper says", OURS: "What we say"}  # the heading of its claims
# Heading -> key of a row
ALL = {
    SAID[PAPERS]: "claim",
    "Where": "where",
    "Verdict": "verdict",
    "Difference": "value",
    "At": "at",
    "Seeds": "seeds",
    "Shown on": "notebook",
}
ONE_PAGE = {
    heading: ALL.get(heading, "explanation")
    for heading in (SAID[PAPERS], "Where", "Verdict", "Difference", "What we find")
}
CASES = {
    "Case": "label",
    "Seeds": "seeds",
    "Difference": "value",
    "p, corrected": "p",
    "p, sign test": "sign_p",
    "Decided": "decided",
}
DECIDED = {1: "for", -1: "against", 0: "no"}
COUNTS = {"Verdict": "verdict", "Over seeds": "measured", "Arithmetic": "arithmetic"}
VERBS = {HOLDS: "hold", MIXED: "are mixed", FAILS: "do not hold", UNDECIDED: "are undecided"}
VERB = {MIXED: "is mixed", UNDECIDED: "is undecided"}


class Linked(Table):
    """A table whose cells that name a page of the book, in HTML, are links to it."""

    def __init__(self, rows: Sequence[Row], columns: dict[str, str], links: dict[str, str]) -> None:
        super().__init__(rows, columns)
        self.links = links

    def _repr_html_(self) -> str:
        """Return the table as HTML with its links."""
        text = super()._repr_html_()
        for name, target in self.links.items():
            text = text.replace(f">{name}</td>", f'><a href="{target}">{name}</a></td>')
        return text


def ledger_table(judged: Sequence[Verdict]) -> Linked:
    """Return the table of one source's claims, each with a link to the page and figure it is on."""
    links = dict(filter(None, map(_link, judged)))
    source = judged[0].claim.source if judged else PAPERS
    return Linked(list(map(_row, judged)), _said_by(source, ALL), links)


def verdicts(notebook: str, profile: str = "paper", source: str = PAPERS) -> Table:
    """Return the table of one notebook's claims, such as "02_channel".

    Args:
        source: whose claims, "paper" or "ours".

    Raises:
        ParameterError: the profile is unknown.
    """
    judged = check(profile, notebook, source=source)
    return Table(list(map(_row, judged)), _said_by(source, ONE_PAGE))


def _said_by(source: str, columns: dict[str, str]) -> dict[str, str]:
    """Return the columns of a table of claims of a source; ours are printed nowhere else."""
    if source == PAPERS:
        return columns
    kept = {head: key for head, key in columns.items() if key not in ("claim", "where")}
    return {SAID[source]: "claim", **kept}


class Folded:
    """Tables under headings, in a page each folded away below its heading and text.

    Args:
        parts: heading, text and table of each.
    """

    def __init__(self, parts: Sequence[tuple[str, str, Table]]) -> None:
        self.parts = parts

    def __repr__(self) -> str:
        """Return all of it as text."""
        return "\n\n".join(f"{heading}\n{text}\n{table}" for heading, text, table in self.parts)

    def _repr_html_(self) -> str:
        """Return one HTML element per table that opens and closes."""
        return "\n".join(
            f'<details class="claim"><summary>{escape(heading)}</summary>\n'
            f"<p>{escape(text)}</p>\n{table._repr_html_()}\n</details>"
            for heading, text, table in self.parts
        )


def cases_tables(judged: Sequence[Verdict]) -> Folded:
    """Return each claim's test, what it finds and all its cases; untestable claims are left out."""
    return Folded(
        [
            (f"{each.claim.claim} – {each.judgement.verdict}", _test(each), _cases(each))
            for each in judged
            if each.claim.judge
        ]
    )


def _test(verdict: Verdict) -> str:
    claim = verdict.claim
    found = f"Found: {explanation(verdict)}."
    return " ".join(filter(None, (f"Test: {claim.why}", f"Rows: {claim.rows}.", claim.note, found)))


def _cases(verdict: Verdict) -> Table:
    judgement = verdict.judgement
    p_values = judgement.p_values or [None] * len(judgement.cases)
    rows = []
    for case, p_value, sign in zip(judgement.cases, p_values, judgement.signs, strict=True):
        row = {"label": case.label, "decided": DECIDED[sign]}
        row["value"] = _value(case, verdict.claim.unit)
        if not judgement.arithmetic:
            row["seeds"] = len(case.differences)
        if len(case.differences) > 1 and p_value is not None:
            row |= {"p": _p_value(p_value), "sign_p": _p_value(case.sign_p_value())}
        rows.append(row)
    return Table(rows, CASES)


def counts_table(judged: Sequence[Verdict]) -> Table:
    """Return how many claims have each verdict, those that are arithmetic apart."""
    measured, arithmetic = counts(judged), counts(judged, arithmetic=True)
    return Table(
        [
            {"verdict": name, "measured": measured[name], "arithmetic": arithmetic[name]}
            for name in VERDICTS
        ],
        COUNTS,
    )


def scoreboard(judged: Sequence[Verdict]) -> str:
    """Return the counts of the verdicts in Markdown: a table, and a line for arithmetic claims."""
    given = counts(judged)
    lines = (given, ["---"] * len(given), map(str, given.values()))
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return f"{table}\nCounted apart: of {_arithmetic(judged)}.\n"


def finding(judged: Sequence[Verdict]) -> str:
    """Say in two sentences how many claims have each verdict, and what the verdicts lack."""
    measured = _verbs(counts(judged), "claims about what is measured")
    undecided = [one.judgement for one in judged if one.judgement.verdict == UNDECIDED]
    single = sum(judgement.seeds[0] == 1 for judgement in undecided)
    waiting = sum(bool(one.missing) for one in judged if one.claim.judge)
    return (
        f"Of {measured}; of {_arithmetic(judged)}. Of the {len(undecided)} that are undecided, "
        f"{single} have cases of one seed; the studies of {waiting} claims still have cells "
        "without a record."
    )


def _arithmetic(judged: Sequence[Verdict]) -> str:
    return _verbs(counts(judged, arithmetic=True), "arithmetic claims")


def _verbs(given: dict[str, int], which: str) -> str:
    """Say how many claims have each verdict; verdicts that none has are left out."""
    verbs = [_verb(name, count) for name, count in given.items() if count]
    return ", ".join([f"{sum(given.values())} {which}", *verbs])


def _verb(verdict: str, count: int) -> str:
    """Write a verdict as the verb of so many claims."""
    return f"{count} {(VERB if count == 1 else VERBS).get(verdict, verdict)}"


def _row(verdict: Verdict) -> Row:
    claim, judgement = verdict.claim, verdict.judgement
    case = judgement.deciding
    return {
        **asdict(claim),
        "verdict": judgement.verdict,
        "value": _value(case, claim.unit) if case else "",
        "at": case.label if case else "",
        "seeds": _seeds(judgement),
        "explanation": explanation(verdict),
        "notebook": _page(claim),
    }


def _value(case: Case, unit: str) -> str:
    """Write a case's mean difference with its interval.

    Accuracies are in percentage points; logarithms are written as the factor they stand for.
    """
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
    """Return with how many decimals a number has so many digits."""
    return max(0, digits - 1 - math.floor(math.log10(abs(value)))) if value else 0


def _p_value(p: float) -> str:
    return f"{p:.3f}" if p >= 0.001 else "< 0.001"


def _seeds(judgement: Judgement) -> str:
    if judgement.arithmetic:
        return "arithmetic"
    least, most = judgement.seeds
    return f"{least} to {most}" if least != most else str(most or "")


def _page(claim: Claim) -> str:
    return f"{claim.notebook}, {claim.figure}" if claim.figure else claim.notebook


def _link(verdict: Verdict) -> tuple[str, str] | None:
    """Return the cell's text and its target; None if there is no such page."""
    claim = verdict.claim
    source = project_root() / "notebooks" / f"{claim.notebook}.py"
    if not source.is_file():
        return None
    named = f'"name": "{claim.figure}"' in source.read_text(encoding="utf-8")
    anchor = f"#{claim.figure}" if claim.figure and named else ""
    return _page(claim), f"{claim.notebook}.html{anchor}"
