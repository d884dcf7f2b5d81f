"""How far from its record a run may come out on another machine, by what other records say.

There sums round differently, and training amplifies that: in the worst case it ends as far from
the stored run as another seed would. So each number of a recomputed run, on a scale where seeds
spread alike, must lie within X = t sqrt(2) s of the stored one: s is the standard deviation between
seeds, pooled over the stored runs of the same sort except the one under test, and t Student's
quantile for the degrees of freedom that s comes from. A record holds six to over two hundred
numbers, and one too far fails it: the quantile's level is such that ``LEVEL`` of honest records
pass with all of theirs (Bonferroni). With a handful of seeds, as in the smoke profile, that allows
nearly anything; there only bytes, operations and pictures are held. What no seed moves may differ
by ``ROUNDING``.

Of classifiers and ceilings no second seed may be stored. Their accuracy may differ by what the
number of test images allows: arcsin sqrt p has the variance 1 / 4n.
"""

from __future__ import annotations

import dataclasses
import math
import statistics
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from slfkit.records.spec import AlignmentSpec, CeilingSpec, ClassifierSpec, PairSpec, Spec
from slfkit.records.store import Record
from slfkit.reporting.intervals import t_quantile
from slfkit.runs.cost import SIZES
from slfkit.runs.sameness import ASIDE, SETTLED

LEVEL = 0.99  # of honest records pass, even where rounding acts like another seed
ROUNDING = 1e-6  # on the scale of ``scaled``: cards add in single precision in another order
AVERAGED = ("test", "before", "after", "history", "start", "matched")  # lists of like entries
PICTURES = ("examples", "old_examples")
MANY = 10_000  # degrees of freedom where t is the normal quantile


def further_apart(record: Record, again: Record, records: Iterable[Record]) -> str | None:
    """Return which number came out too far from its record, "" where none did.

    None where too little is stored to judge by.

    Args:
        record: the one under test; its own numbers do not widen what is allowed.
        again: the same run, recomputed.
        records: all of the profile.
    """
    stored, now = numbers(record.results), numbers(again.results)
    others = [each for each in records if each.spec != record.spec]
    limits = allowed(others, record.spec, stored)
    if not limits and isinstance(record.spec, ClassifierSpec | CeilingSpec):
        limits = {("test", "accuracy"): by_chance(record.spec)}
    if not limits:
        return None
    for path, limit in limits.items():
        if path in stored and path in now and abs(now[path] - stored[path]) > limit:
            told = [f"{shown(path, each[path]):.6g}" for each in (stored, now)]
            return f"{'.'.join(path)} is {told[0]} in the record and {told[1]} now"
    return ""


def numbers(results: Mapping[str, Any]) -> dict[tuple[str, ...], float]:
    """Return the numbers that rounding can change, by their path, on a scale that seeds spread on.

    Draws and epochs are averaged, so that their number may differ; it is a number of its own.
    """
    found: dict[tuple[str, ...], list[float]] = {}
    for path, value in _leaves(results, ()):
        found.setdefault(path, []).append(value)
    return {path: scaled(path, statistics.fmean(values)) for path, values in found.items()}


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], float]]:
    """Yield all numbers with their paths; entries of an averaged list have one path."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            if name not in (*ASIDE, *PICTURES, *SETTLED):
                yield from _leaves(each, (*path, name))
    elif isinstance(value, list):
        if path[-1] in AVERAGED:
            yield (*path, "length"), len(value)
        for number, each in enumerate(value):
            yield from _leaves(each, path if path[-1] in AVERAGED else (*path, str(number)))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path, float(value)


def scaled(path: tuple[str, ...], value: float) -> float:
    """Return arcsin sqrt of a share, dB as they are, and ln of an amount."""
    if path[-1].endswith("accuracy"):
        return math.asin(math.sqrt(min(max(value, 0.0), 1.0)))
    return value if path[-1] == "psnr" else math.log(value + 1e-12)


def shown(path: tuple[str, ...], value: float) -> float:
    """Return what ``scaled`` was given."""
    if path[-1].endswith("accuracy"):
        return math.sin(value) ** 2
    return value if path[-1] == "psnr" else math.exp(value)


def allowed(
    records: Iterable[Record], spec: Spec, held: Container[tuple[str, ...]] | None = None
) -> dict[tuple[str, ...], float]:
    """Return how far apart each number of two runs of a specification may lie: X above, by path.

    Sorts are classifiers (also on mixtures), transceivers, matched and unmatched pairs, and
    alignments with fresh or with downloaded weights. Empty where no run of the sort is stored for
    two seeds.

    Args:
        held: the paths that the record under test holds; None: all that are stored.
    """
    groups: dict[Spec, list[dict[tuple[str, ...], float]]] = {}
    for record in records:
        if _sort(record.spec) == _sort(spec):
            groups.setdefault(_seedless(record.spec), []).append(numbers(record.results))
    several = [group for group in groups.values() if len(group) > 1]
    paths = {path for group in several for path in group[0] if held is None or path in held}
    level = 1 - (1 - LEVEL) / max(1, len(paths))
    values = {path: [[n[path] for n in g if path in n] for g in several] for path in paths}
    return {path: _limit(values[path], level) for path in sorted(paths)}


def _limit(groups: Iterable[list[float]], level: float) -> float:
    """Return X at a level for values in groups that differ in their seeds alone."""
    several = [values for values in groups if len(values) > 1]
    degrees = sum(len(values) - 1 for values in several)
    if not degrees:
        return math.inf
    squares = sum(statistics.variance(values) * (len(values) - 1) for values in several)
    return t_quantile(degrees, level) * math.sqrt(2 * squares / degrees) + ROUNDING


def by_chance(spec: ClassifierSpec | CeilingSpec) -> float:
    """Return how far apart arcsin sqrt of two accuracies on this many test images may lie."""
    images = spec.test or min(SIZES.get(name, SIZES["mnist"])[1] for name in spec.sources)
    return t_quantile(MANY, LEVEL) * math.sqrt(2 / (4 * images))


def _sort(spec: Spec) -> tuple[Any, ...]:
    """Return what runs of one spread have in common."""
    if isinstance(spec, PairSpec):
        return (spec.kind, spec.sender == spec.receiver)
    if isinstance(spec, AlignmentSpec):
        return (spec.kind, spec.fresh)
    return (spec.kind,)


def _seedless(spec: Spec) -> Spec:
    """Return a specification with every seed in it set to 0."""
    changes: dict[str, Any] = {}
    for item in dataclasses.fields(spec):
        value = getattr(spec, item.name)
        if isinstance(value, Spec):
            changes[item.name] = _seedless(value)
        elif isinstance(value, tuple) and value and isinstance(value[0], Spec):
            changes[item.name] = tuple(map(_seedless, value))
        elif item.name == "seed":
            changes["seed"] = 0
    return dataclasses.replace(spec, **changes)
