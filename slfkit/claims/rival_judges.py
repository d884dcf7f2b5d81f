"""Judges of what the paper says of the alternatives to SLF that this book runs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from slfkit.claims.rules import BySeed, Case, Judgement, every
from slfkit.experiments.rival_prices import epochs_of
from slfkit.reporting.metrics import SIGNS
from slfkit.reporting.rows import Row, pairs

NONE: Mapping[str, Any] = MappingProxyType({})
AGAINST = "averaging from a common start against f = 0 alone"


def no_sooner(rows: Sequence[Row], share: float) -> Judgement:
    """Judge whether averaging spares less than a share of the epochs that re-training alone takes.

    Both begin with new weights and end by the same stopping rule; an epoch is one of each user.
    """
    spared = _paired(rows, lambda new, old: epochs_of(new) - (1 - share) * epochs_of(old))
    return every([Case(AGAINST, spared)])


def no_better(rows: Sequence[Row], margin: float) -> Judgement:
    """Judge whether averaging raises the accuracy of re-training by less than a margin, a share."""
    gains = _paired(rows, lambda new, old: margin - (new["accuracy"] - old["accuracy"]))
    return every([Case(AGAINST, gains)])


def errs_less(
    rows: Sequence[Row],
    label: str,
    old: str,
    new: str,
    apart: Sequence[str] = (),
    where: Mapping[str, Any] = NONE,
) -> Judgement:
    """Judge whether rows with one value of a label have the lower MSE than with another.

    A case is the logarithm of the quotient.

    Args:
        apart: labels by whose values the rows are cases of their own.
        where: labels with values that the rows must have.
    """
    own = [row for row in rows if where.items() <= row.items()]
    compared = pairs(own, label, old, new, *apart, "seed")
    groups: dict[str, BySeed] = {}
    for before, after in compared:
        name = ", ".join(f"{SIGNS.get(key, key)} = {before[key]}" for key in apart)
        gain = math.log(before["mse"] / after["mse"])
        groups.setdefault(name or f"{new} against {old}", {})[before["seed"]] = gain
    return every([Case(name, gains) for name, gains in groups.items()])


def _paired(rows: Sequence[Row], difference: Callable[[Row, Row], float]) -> BySeed:
    """Return a difference of averaging from a common start and re-training alone, by seed."""
    averaged = {row["seed"]: row for row in rows if row.get("variant") == "common"}
    alone = {row["seed"]: row for row in rows if row["way"] == "SLF, f = 0"}
    both = sorted(averaged.keys() & alone.keys())
    return {seed: difference(averaged[seed], alone[seed]) for seed in both}
