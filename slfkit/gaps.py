"""The command that computes what an experiment has no record of yet."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from .rows import Cell
from .studies import STUDIES


def command(study: str, missing: Sequence[Cell], profile: str = "paper") -> str:
    """Return the command that computes a study's cells without a record; "" where none is missing.

    Seeds are named only where a cell lies outside the profile's own grid: with seeds, the whole
    grid is computed at each of them.

    Args:
        study: a name of ``studies.STUDIES``.
        missing: the cells, as ``rows.Results`` has them.
    """
    if not missing:
        return ""
    words = ["slfkit", "reproduce", "--profile", profile, "--study", study]
    own = {cell.spec for cell in STUDIES[study](profile).cells}
    if not own.issuperset(cell.spec for cell in missing):
        words += ["--seeds", ",".join(map(str, seeds(missing)))]
    return shlex.join(words)


def seeds(cells: Sequence[Cell]) -> list[int]:
    """Return the seeds of these cells, ascending, none twice."""
    return sorted({cell.labels["seed"] for cell in cells})
