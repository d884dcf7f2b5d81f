"""The ledger of claims as the book shows it: its claims, and counts of their verdicts."""

from __future__ import annotations

from collections.abc import Sequence

from slfkit.claims.ledger import PAPERS, Verdict, check, counts
from slfkit.claims.rules import FAILS, HOLDS, MIXED, UNDECIDED, VERDICTS
from slfkit.claims.shown import Claims
from slfkit.reporting.tables import Table

COUNTS = {"Verdict": "verdict", "Over seeds": "measured", "Arithmetic": "arithmetic"}
VERBS = {HOLDS: "hold", MIXED: "are mixed", FAILS: "do not hold", UNDECIDED: "are undecided"}
VERB = {MIXED: "is mixed", UNDECIDED: "is undecided"}


def verdicts(notebook: str, profile: str = "paper", source: str = PAPERS) -> Claims:
    """Return the claims, of the paper or "ours", of one notebook, such as "02_channel".

    Raises:
        ParameterError: the profile is unknown.
    """
    return Claims(check(profile, notebook, source=source))


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
