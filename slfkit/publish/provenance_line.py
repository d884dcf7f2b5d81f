"""The line under each experiment: which records its numbers are, and the command that made it.

All of it follows from the parameters and the records, so the line is the same whenever the page is
made again.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

from slfkit.experiments import registry
from slfkit.experiments.results import Results
from slfkit.publish.parameters import parameters
from slfkit.records.lineage import is_current
from slfkit.records.store import Record, project_root
from slfkit.recovery import Link


@dataclass(frozen=True)
class Line:
    """A line of (name, value) parts: folded in a page, and as text in a terminal.

    A value in backticks is code.
    """

    parts: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        """Return the parts as one line of text."""
        return "; ".join(f"{name}: {value.replace('`', '')}" for name, value in self.parts) + "."

    def _repr_html_(self) -> str:
        """Return the parts as a paragraph that opens, muted by the style sheet."""
        parts = (
            f"{escape(name)}: " + re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(value))
            for name, value in self.parts
        )
        return (
            '<details class="provenance"><summary>Where these numbers come from</summary>'
            f"<p>{'; '.join(parts)}.</p></details>"
        )


def line(*results: Results, link: Link | None = None) -> Line:
    """Return the provenance of a notebook's page.

    Args:
        results: of its studies.
        link: at which its times are modelled, where it has any.
    """
    studies = [one.study for one in results]
    given = {name: value for study in studies for name, value in study.parameters.items()}
    records = [record for one in results for record in one.records]
    missing = sum(len(one.missing) for one in results)
    read, computed = (sum(getattr(one, name) for one in results) for name in ("read", "computed"))
    seeds = sorted({row["seed"] for one in results for row in one.rows})
    parts = [
        ("Profile", studies[0].profile),
        ("seeds", ", ".join(map(str, seeds)) or "none yet"),
        ("records", f"{read} read, {computed} computed, {missing} missing"),
        *(_origin(records) if records else ()),
        ("made by", f"`{command(studies[0].notebook, given | (asdict(link) if link else {}))}`"),
    ]
    return Line((*parts, *_missing(results)))


def command(notebook: str, given: Mapping[str, Any]) -> str:
    """Return the command that makes a notebook's page: its profile, and what is not a default.

    Raises:
        NotebookError: there is no such notebook.
    """
    words = ["slfkit", "run", notebook]
    declared = parameters(project_root() / "notebooks" / f"{notebook}.py")
    for name, parameter in declared.items():
        value = given.get(name, parameter.default)
        value = list(value) if isinstance(value, tuple) else value
        if name == "profile":
            words += ["--profile", value]
        elif value != parameter.default:
            words += ["-p", name, str(value)]
    return shlex.join(words)


def _origin(records: Sequence[Record]) -> list[tuple[str, str]]:
    """Return where, when, by which code and from which data the records were computed."""
    origins = [record.provenance for record in records]
    dates = sorted({origin["date"][:10] for origin in origins})
    data = sorted({pair for origin in origins for pair in origin.get("data", {}).items()})
    images = ", ".join(f"{name} {sha}" for name, sha in data)
    parts = [
        ("computed on", origin_of(records, "device")),
        ("date", dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]} (UTC)"),
        ("code", f"{origin_of(records, 'source')} ({_standing(records)})"),
    ]
    return parts + ([("data", images)] if data else [])


def _standing(records: Sequence[Record]) -> str:
    """Say whether today's code gives the same numbers as that of the records."""
    stale = [record for record in records if not is_current(record)]
    if not stale:
        return "gives the same numbers as today's"
    which = f": {origin_of(stale, 'source')}" if len(stale) < len(records) else ""
    return f"older than today's{which}"


def origin_of(records: Iterable[Record], name: str) -> str:
    """Return the values of an entry of the records' provenance, each once, sorted."""
    return ", ".join(sorted({record.provenance[name] for record in records}))


def _missing(results: Sequence[Results]) -> list[tuple[str, str]]:
    """Return the commands that compute the cells without a record, one per study."""
    commands = [
        f"`{registry.command(one.study.name, one.missing, one.profile, one.study.settings)}`"
        for one in results
        if one.missing
    ]
    return [("what is missing", ", ".join(commands))] if commands else []
