"""The ledger of claims (``claims.toml``): what is said, how it is judged, and the verdict.

Most claims are the paper's; some are the book's own, on what the paper leaves out, and judged
apart. Importing this module loads no torch, and no verdict is written by hand anywhere.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from slfkit.claims import judges, own_judges, rival_judges
from slfkit.claims.rules import (
    MOST_FURTHER,
    UNDECIDED,
    UNTESTABLE,
    VERDICTS,
    Judgement,
    further_seeds,
)
from slfkit.errors import RecordError
from slfkit.experiments import registry
from slfkit.experiments.results import Results

FILE = Path(__file__).with_name("claims.toml")
PAPERS, OURS = SOURCES = ("paper", "ours")  # who says it
JUDGES: dict[str, Callable[..., Judgement]] = {
    name: function
    for module in (judges, own_judges, rival_judges)
    for name, function in vars(module).items()
    if getattr(function, "__module__", "") == module.__name__
    and function.__annotations__.get("return") == "Judgement"
}
"""Every function of these modules that returns a judgement is a judge."""


@dataclass(frozen=True)
class Claim:
    """One claim; the fields are those of ``claims.toml``, ``options`` is its "with".

    Raises:
        RecordError: the source, judge or study is unknown, or neither a judge nor a reason given.
    """

    id: str
    claim: str
    notebook: str
    where: str = ""
    figure: str = ""
    study: str = ""
    rows: str = ""
    judge: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    unit: str = ""
    why: str = ""
    note: str = ""
    untestable: str = ""
    source: str = PAPERS
    over: str = "seed"  # what varies in a case, and is counted

    def __post_init__(self) -> None:
        if bool(self.judge) == bool(self.untestable):
            raise RecordError(f"claim {self.id}: give either a judge or why it is untestable")
        allowed = {"source": SOURCES, "judge": JUDGES, "study": registry.experiments()}
        for name, names in allowed.items():
            value = getattr(self, name)
            if value and value not in names:
                choices = ", ".join(names)
                raise RecordError(f"claim {self.id}: {name} {value!r} is unknown: choose {choices}")


@dataclass(frozen=True)
class Verdict:
    """A claim with its judgement, which leaves out what is missing."""

    claim: Claim
    judgement: Judgement
    missing: int = 0  # cells of its study that are still to be computed
    command: str = ""  # computes what is missing


def ledger(path: Path | None = None) -> tuple[Claim, ...]:
    """Return the claims in their order.

    Raises:
        RecordError: the file is damaged, or two claims have one id.
    """
    path = path or FILE
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))["claim"]
        claims = tuple(Claim(options=entry.pop("with", {}), **entry) for entry in entries)
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise RecordError(f"{path.name} is damaged ({error}): restore it from git") from error
    twice = [name for name, count in Counter(claim.id for claim in claims).items() if count > 1]
    if twice:
        raise RecordError(f"{path.name}: two claims have the id {twice[0]}: rename one")
    return claims


def check(
    profile: str = "paper", notebook: str = "", path: Path | None = None, source: str = PAPERS
) -> list[Verdict]:
    """Judge the claims of a source, "paper" or "ours", all or one notebook's; no run is computed.

    Raises:
        ParameterError: the profile is unknown.
        RecordError: a record or the ledger is damaged.
    """
    said = [claim for claim in ledger(path) if claim.source == source]
    chosen = [claim for claim in said if notebook in ("", claim.notebook)]
    needed = {claim.study for claim in chosen if claim.study}
    results = {name: registry.get(name).study(profile, compute="none").run() for name in needed}
    return [judge(claim, results.get(claim.study)) for claim in chosen]


def judge(claim: Claim, results: Results | None) -> Verdict:
    """Return the verdict on a claim from its study's results (None for one without a study)."""
    if claim.untestable:
        return Verdict(claim, Judgement(UNTESTABLE, reason=claim.untestable))
    judgement = JUDGES[claim.judge](results.rows if results else [], **claim.options)
    missing = results.missing if results else []
    command = registry.command(claim.study, missing, results.profile) if missing else ""
    return Verdict(claim, judgement, len(missing), command)


def counts(judged: Sequence[Verdict], arithmetic: bool = False) -> dict[str, int]:
    """Return how many claims that are arithmetic, or how many others, have each verdict."""
    chosen = [one.judgement for one in judged if one.judgement.arithmetic == arithmetic]
    given = Counter(judgement.verdict for judgement in chosen)
    return {name: given[name] for name in VERDICTS}


def explanation(verdict: Verdict) -> str:
    """Say what the records show, case by case, or why there is nothing to show."""
    judgement = verdict.judgement
    if not judgement.cases:
        more = f"; {verdict.command} computes what is missing" if verdict.command else ""
        return f"{judgement.reason}{more}"
    labels: dict[int, list[str]] = {1: [], -1: [], 0: []}
    for case, sign in zip(judgement.cases, judgement.signs, strict=True):
        labels[sign].append(case.label)
    parts = [f"{len(labels[1])} of {len(judgement.cases)} cases decided for it"]
    parts += [*_listed("against", labels[-1]), *_listed("undecided", labels[0])]
    if judgement.verdict == UNDECIDED:
        parts.append(outlook(judgement, verdict.claim.over))
    if verdict.missing:
        parts.append(f"{verdict.missing} cells of its study are still to be computed")
    return "; ".join(parts)


def outlook(judgement: Judgement, over: str = "seed") -> str:
    """Say how many seeds, or whatever varies, more would decide a claim that is undecided."""
    single = sum(len(case.differences) == 1 for case in judgement.cases)
    found = further_seeds(judgement.cases)
    if found is None and single:
        return f"{single} with one {over}, which shows no spread: a second {over} comes first"
    if found is None:
        return f"more than {MOST_FURTHER} further {over}s would decide it"
    number, verdict = found
    return (
        f"at today's means and spreads {number} further {over}{'s' * (number > 1)} would decide "
        f"it: {verdict}"
    )


def _listed(name: str, labels: Sequence[str], most: int = 4) -> list[str]:
    """Return "name: labels", cut after a few; nothing if there is none."""
    more = f" and {len(labels) - most} more" if len(labels) > most else ""
    return [f"{name}: {' | '.join(labels[:most])}{more}"] if labels else []
