"""The ledger of claims as the book shows it: tables, and the scoreboard of the first page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from slfkit.claims.ledger import Claim, Verdict, check, counts, explanation
from slfkit.claims.rules import FAILS, HOLDS, IN_PART, UNTESTED, Judgement
from slfkit.records.store import project_root
from slfkit.reporting.rows import Row
from slfkit.reporting.tables import Table

# Heading -> key of a row
ALL = {
    "What the paper says": "claim",
    "Verdict": "verdict",
    "Where": "where",
    "Difference": "value",
    "At": "at",
    "Seeds": "seeds",
    "What we find": "explanation",
    "Shown on": "notebook",
    "Kind": "kind",
    "Claim": "id",
    "Note": "note",
}
ONE_PAGE = {
    heading: ALL[heading]
    for heading in ("What the paper says", "Where", "Verdict", "Difference", "What we find")
}
TESTS = {"Claim": "id", "Judged on": "rows", "Test": "why"}
LARGE = 1e4  # from here on differences are written in full
COUNTS = {"Verdict": "verdict", "Claims": "claims"}


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
    """Return the table of all claims, each with a link to the page, and figure, it rests on."""
    return Linked(list(map(_row, judged)), ALL, dict(filter(None, map(_link, judged))))


def verdicts(notebook: str, profile: str = "paper") -> Table:
    """Return the table of one notebook's claims, such as "02_channel".

    Raises:
        ParameterError: the profile is unknown.
    """
    return Table(list(map(_row, check(profile, notebook))), ONE_PAGE)


def tests_table(judged: Sequence[Verdict]) -> Table:
    """Return what each claim's test is and why; claims without one are left out."""
    return Table([asdict(verdict.claim) for verdict in judged if verdict.claim.judge], TESTS)


def counts_table(judged: Sequence[Verdict]) -> Table:
    """Return how many claims have each verdict."""
    given = counts(judged).items()
    return Table([{"verdict": name, "claims": count} for name, count in given], COUNTS)


def scoreboard(judged: Sequence[Verdict]) -> str:
    """Return the counts of the verdicts as a table in Markdown."""
    given = counts(judged)
    lines = (given, ["---"] * len(given), map(str, given.values()))
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def finding(judged: Sequence[Verdict]) -> str:
    """Say in two sentences how many claims have each verdict, and how firm the verdicts are."""
    given = [f"{count} {_verb(name, count)}" for name, count in counts(judged).items()]
    firm = [each.judgement for each in judged if each.judgement.verdict != UNTESTED]
    single = sum(judgement.seeds[1] == 1 for judgement in firm)
    waiting = sum(bool(each.missing) for each in judged if each.claim.judge)
    return (
        f"Of {len(judged)} claims, {', '.join(given)}. Of the {len(firm)} that are judged, "
        f"{single} rest on one seed; the studies of {waiting} claims still have cells without a "
        "record."
    )


def _verb(verdict: str, count: int) -> str:
    """Write a verdict as the verb of so many claims."""
    words = {HOLDS: "hold", IN_PART: "hold in part", FAILS: "do not hold"}
    return verdict if count == 1 else words.get(verdict, verdict)


def _row(verdict: Verdict) -> Row:
    claim, judgement = verdict.claim, verdict.judgement
    return {
        **asdict(claim),
        "verdict": judgement.verdict,
        "value": _value(judgement, claim.unit),
        "at": judgement.at,
        "seeds": _seeds(judgement),
        "explanation": explanation(verdict),
        "notebook": _page(claim),
    }


def _value(judgement: Judgement, unit: str) -> str:
    """Write the deciding difference with its interval; accuracies in percentage points."""
    if judgement.value is None:
        return ""
    scale = 100 if unit == "points" else 1
    value = scale * judgement.value
    large = abs(value) >= LARGE
    parts = [f"{value:+,.0f}" if large else f"{value:+.4g}"]
    if judgement.half is not None:
        half = scale * judgement.half
        parts.append(f"± {half:,.0f}" if large else f"± {half:.3g}")
    return " ".join([*parts, unit]).rstrip()


def _seeds(judgement: Judgement) -> str:
    least, most = judgement.seeds
    if most == 0:
        return "none needed" if judgement.cases else ""
    if most == 1:
        return "one seed"
    return str(most) if least == most else f"{least} to {most}"


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
