"""The ledger of claims (``claims.toml``): what the paper says, how it is judged, what comes of it.

Importing this module loads no torch, and no verdict is written by hand anywhere.
"""

from __future__ import annotations

import statistics
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from slfkit.claims.judges import JUDGES
from slfkit.claims.rules import UNTESTED, VERDICTS, Judgement, untested
from slfkit.errors import RecordError
from slfkit.experiments import registry
from slfkit.experiments.results import Results
from slfkit.records.store import Record
from slfkit.reporting.rows import Row, draws_of

FILE = Path(__file__).with_name("claims.toml")
METRICS = ("mse", "accuracy")  # that have a spread over the draws
KINDS = ("value", "ordering", "trend", "existence")


@dataclass(frozen=True)
class Claim:
    """One claim of the paper; the fields are those of ``claims.toml``, ``options`` is its "with".

    Raises:
        RecordError: the kind, judge or study is unknown, or neither a judge nor a reason is given.
    """

    id: str
    claim: str
    where: str
    kind: str
    notebook: str
    figure: str = ""
    study: str = ""
    rows: str = ""
    judge: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    unit: str = ""
    why: str = ""
    note: str = ""
    untestable: str = ""

    def __post_init__(self) -> None:
        if bool(self.judge) == bool(self.untestable):
            raise RecordError(f"claim {self.id}: give either a judge or why it is untestable")
        allowed = {"kind": KINDS, "judge": JUDGES, "study": registry.experiments()}
        for name, names in allowed.items():
            value = getattr(self, name)
            if value and value not in names:
                choices = ", ".join(names)
                raise RecordError(f"claim {self.id}: {name} {value!r} is unknown: choose {choices}")


@dataclass(frozen=True)
class Verdict:
    """A claim with its judgement.

    Attributes:
        missing: how many cells of its study have no record; the judgement leaves them out.
        command: what computes them; empty if none is missing.
    """

    claim: Claim
    judgement: Judgement
    missing: int = 0
    command: str = ""


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


def check(profile: str = "paper", notebook: str = "", path: Path = FILE) -> list[Verdict]:
    """Judge all claims, or those of one notebook, on the records there are; computes no run.

    Args:
        path: the file of the claims.

    Raises:
        ParameterError: the profile is unknown.
        RecordError: a record or the ledger is damaged.
    """
    chosen = [claim for claim in ledger(path) if notebook in ("", claim.notebook)]
    needed = {claim.study for claim in chosen if claim.study}
    results = {name: _results(name, profile) for name in needed}
    return [judge(claim, results.get(claim.study)) for claim in chosen]


def _results(study: str, profile: str) -> Results:
    """Return a study's results, its rows with their spreads."""
    results = registry.get(study).study(profile, compute="none").run()
    return replace(results, rows=with_spreads(results.rows, results.records))


def judge(claim: Claim, results: Results | None) -> Verdict:
    """Return the verdict on a claim from its study's results (None for one without a study)."""
    if claim.untestable:
        return Verdict(claim, untested(claim.untestable))
    judgement = JUDGES[claim.judge](results.rows if results else [], **claim.options)
    missing = results.missing if results else []
    command = registry.command(claim.study, missing, results.profile) if missing else ""
    return Verdict(claim, judgement, len(missing), command)


def with_spreads(rows: Sequence[Row], records: Sequence[Record]) -> list[Row]:
    """Return the rows with ``spreads``: each metric's standard deviation over the test draws."""
    return [
        {**row, "spreads": _spreads(record.results)}
        for row, record in zip(rows, records, strict=True)
    ]


def _spreads(results: dict[str, Any]) -> dict[str, float]:
    spreads = {}
    for metric in METRICS:
        values = [draw[metric] for draw in draws_of(results, metric)]
        spreads[metric] = statistics.stdev(values) if len(values) > 1 else 0.0
    return spreads


def counts(judged: Sequence[Verdict]) -> dict[str, int]:
    """Return how many claims have each verdict, none left out."""
    given = Counter(verdict.judgement.verdict for verdict in judged)
    return {name: given[name] for name in VERDICTS}


def explanation(verdict: Verdict) -> str:
    """Say what the records show, case by case, or why a claim cannot be tested."""
    judgement = verdict.judgement
    if judgement.verdict == UNTESTED:
        more = f"; {verdict.command} computes what is missing" if verdict.command else ""
        return f"{judgement.reason}{more}"
    speak = f"{judgement.count(1)} of {len(judgement.cases)} comparisons speak for it"
    against = [case.label for case in judgement.cases if case.sign < 0]
    unclear = [case.label for case in judgement.cases if case.sign == 0]
    parts = [speak, *_listed("against", against), *_listed("within the spread", unclear)]
    if verdict.missing:
        parts.append(f"{verdict.missing} cells of its study have no record yet")
    return "; ".join(parts)


def _listed(name: str, labels: Sequence[str], most: int = 4) -> list[str]:
    """Return "name: labels", cut after a few; nothing if there is none."""
    more = f" and {len(labels) - most} more" if len(labels) > most else ""
    return [f"{name}: {' | '.join(labels[:most])}{more}"] if labels else []
