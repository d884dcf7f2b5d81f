"""The ledger of claims as the book shows it: tables, and the scoreboard of the first page."""

from __future__ import annotations

import math
from collections.abc import Sequence

from slfkit.claims.ledger import PAPERS, Claim, Verdict, check, counts, explanation
from slfkit.claims.rules import FAILS, HOLDS, MIXED, UNDECIDED, VERDICTS, Case, Judgement
from slfkit.claims.shown import Claims, Entry
from slfkit.records.store import project_root
from slfkit.reporting.intervals import factor
from slfkit.reporting.tables import Table

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


def claims(judged: Sequence[Verdict]) -> Claims:
    """Return claims as a page shows them, each with its test and a link to what it rests on."""
    return Claims(list(map(_entry, judged)))


def verdicts(notebook: str, profile: str = "paper", source: str = PAPERS) -> Claims:
    """Return the claims of one notebook, such as "02_channel".

    Args:
        source: whose claims, "paper" or "ours".

    Raises:
        ParameterError: the profile is unknown.
    """
    return claims(check(profile, notebook, source=source))


def _entry(verdict: Verdict) -> Entry:
    claim, judgement = verdict.claim, verdict.judgement
    case = judgement.deciding
    return Entry(
        claim=claim.claim,
        where=claim.where,
        judgement=judgement,
        value=_value(case, claim.unit) if case else "",
        at=case.label if case else "",
        seeds=_seeds(judgement) + f" {claim.over}s" * (claim.over != "seed"),
        test=_test(verdict) if claim.judge else explanation(verdict).capitalize() + ".",
        cases=_cases(verdict) if claim.judge else None,
        page=f"{claim.notebook}, {claim.figure}" if claim.figure else claim.notebook,
        target=_target(claim),
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
        "to be computed."
    )


def _arithmetic(judged: Sequence[Verdict]) -> str:
    return _verbs(counts(judged, arithmetic=True), "arithmetic claims")


def _verbs(given: dict[str, int], which: str) -> str:
    """Say how many claims have each verdict; verdicts that none has are left out."""
    verbs = [
        f"{count} {(VERB if count == 1 else VERBS).get(verdict, verdict)}"
        for verdict, count in given.items()
        if count
    ]
    return ", ".join([f"{sum(given.values())} {which}", *verbs])


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
