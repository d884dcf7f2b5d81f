"""Checks what is stored: every record and its weights, how old their code is, a sample again.

A recomputed run gives the same numbers on the same kind of machine; all of them are compared then,
and elsewhere those that rounding cannot change (``sameness``). There sums round differently, and
training amplifies that: in the worst case it ends as far from the stored run as another seed would.
So ln of a recomputed test MSE must lie within X = t sqrt(2) s of the stored one: s is the standard
deviation of ln MSE between seeds, pooled over the stored runs of the same sort, and t Student's
quantile at ``LEVEL`` for the degrees of freedom s comes from.
"""

from __future__ import annotations

import dataclasses
import math
import random
import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from slfkit.errors import RecordError
from slfkit.records.lineage import is_current
from slfkit.records.spec import (
    PROFILES,
    AlignmentSpec,
    CeilingSpec,
    ClassifierSpec,
    PairSpec,
    Spec,
)
from slfkit.records.store import Record, Store, results_root
from slfkit.reporting.intervals import t_quantile
from slfkit.reporting.rows import draws_of, mean_of
from slfkit.runs.compute import compute
from slfkit.runs.sameness import first_difference

LEVEL = 0.99  # of honest runs pass, even where rounding acts like another seed
EXACT = 1e-9  # a relative difference that is none
Say = Callable[[str], None]


def verify(
    profile: str | None = None, sample: int = 0, strict: bool = False, say: Say = print
) -> bool:
    """Check the stored records of a profile, all profiles where none is named.

    Every record parses, matches its key and file name, and its weights are those it names; a
    folder without any record is a failure.
    Records of code that may give other numbers than today's (stale; see ``lineage``) are listed.
    All smoke records are computed again, of other profiles ``sample`` records drawn at random.

    Args:
        strict: stale records are a failure too.
        say: receives one line per finding.

    Returns:
        Whether all is well.

    Raises:
        ParameterError: an unknown profile.
        RecordError: there is no folder of records.
        DataError, TrainingError: as recomputed runs do.
    """
    if not results_root().is_dir():
        raise RecordError(
            f"{results_root()} is not a folder, so there is nothing to verify: correct "
            "SLFKIT_RESULTS or restore the folder"
        )
    well, found = True, 0
    for name in (profile,) if profile else PROFILES:
        store = Store(name)
        records, broken = read_all(store, say)
        stale = [record for record in records if not is_current(record)]
        say(f"{name}: {len(records)} records whole, {len(broken)} damaged, {len(stale)} stale")
        for record in stale:
            say(f"  stale: {record.spec.stem} is of source {record.provenance.get('source')}")
        chosen = records if name == "smoke" else _sample(records, sample)
        same = all(recompute(chosen, records, store, say))
        well = well and same and not broken and not (strict and stale)
        found += len(records) + len(broken)
    if not found:
        say(f"  FAILED: there is no record in {results_root()} to verify")
    return well and found > 0


def read_all(store: Store, say: Say = print) -> tuple[list[Record], list[str]]:
    """Return the records that are whole, and the errors of those that are not."""
    records, broken = [], []
    for path in store.record_files():
        try:
            record = store.read(path)
            if "weights_sha256" in record.results or store.weights_path(record.spec).is_file():
                store.load_weights(record.spec, record.results.get("weights_sha256", "none"))
            records.append(record)
        except RecordError as error:
            broken.append(str(error))
            say(f"  damaged: {error}")
    return records, broken


def _sample(records: list[Record], count: int) -> list[Record]:
    """Draw records at random, another sample at each call: with time all come up."""
    return random.sample(records, min(count, len(records)))


def recompute(
    chosen: Sequence[Record], records: Sequence[Record], store: Store, say: Say = print
) -> list[bool]:
    """Compute records again, away from the store; return for each whether it came out the same.

    Smoke runs start from nothing; others from the stored weights they need.

    Args:
        records: all of the profile, for the spread between seeds.
    """
    verdicts = []
    with tempfile.TemporaryDirectory() as scratch:
        for number, record in enumerate(chosen):
            shared = store.profile == "smoke"  # its runs share what they need
            elsewhere = Store(store.profile, Path(scratch) / ("all" if shared else str(number)))
            if not shared:
                copy_runs(record.spec.needs(), store, elsewhere)
            again = compute(record.spec, elsewhere)
            verdicts.append(_compare(record, again, allowed(records, record.spec), say))
    return verdicts


def copy_runs(specs: Iterable[Spec], store: Store, elsewhere: Store) -> None:
    """Copy the records and weights of runs from one store to another; missing ones are left out."""
    for spec in specs:
        for path in (store.record_path(spec), store.weights_path(spec)):
            if path.is_file():
                copy = elsewhere.folder / path.relative_to(store.folder)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, copy)


def _compare(record: Record, again: Record, limit: float | None, say: Say) -> bool:
    """Say how far a recomputed run is from the stored one; return whether that is near enough."""
    stored, now = measured(record), measured(again)
    apart = abs(math.log(now / stored))
    name, sizes = record.spec.stem, f"{now:.6g}, stored {stored:.6g}"
    same = apart <= EXACT
    # a share of errors can be the same by chance
    by_share = isinstance(record.spec, ClassifierSpec | CeilingSpec)
    same_code = record.provenance.get("source") == again.provenance.get("source")
    odd = first_difference(record.results, again.results, same_code, by_share or not same)
    if odd:
        return _report(say, False, f"{name}: {odd}")
    if same:
        return _report(say, True, f"{name}: the same, {sizes}")
    if limit is None:
        return _report(say, False, f"{name}: {sizes}, and no two seeds are stored to judge that by")
    well = apart <= limit
    word = "within" if well else "further apart than"
    return _report(say, well, f"{name}: {sizes}, {word} the {math.expm1(limit):.1%} seeds allow")


def _report(say: Say, well: bool, line: str) -> bool:
    say(f"  recomputed{'' if well else ', FAILED'}: {line}")
    return well


def measured(record: Record) -> float:
    """Return the number a record is judged by: mean test MSE; on clean images, share of errors.

    One error in a million is added to that share, so that it has a logarithm.
    """
    results = record.results
    if isinstance(record.spec, ClassifierSpec | CeilingSpec):
        return 1.0 - results["test"]["accuracy"] + 1e-6
    return mean_of(draws_of(results, "mse"), "mse")


def allowed(records: Iterable[Record], spec: Spec) -> float | None:
    """Return how far apart ln MSE of two runs of a specification may lie: X above.

    Sorts are classifiers (also on mixtures), transceivers, matched and unmatched pairs, and
    alignments with fresh or with downloaded weights. None where no run of the sort is stored for
    two seeds.
    """
    groups: dict[Spec, list[float]] = {}
    for record in records:
        if _sort(record.spec) == _sort(spec):
            groups.setdefault(_seedless(record.spec), []).append(math.log(measured(record)))
    several = [values for values in groups.values() if len(values) > 1]
    if not several:
        return None
    squares = sum(statistics.variance(values) * (len(values) - 1) for values in several)
    degrees = sum(len(values) - 1 for values in several)
    return t_quantile(degrees, LEVEL) * math.sqrt(2 * squares / degrees)


def _sort(spec: Spec) -> tuple[Any, ...]:
    """Return what runs of one spread have in common."""
    if isinstance(spec, PairSpec):
        return (spec.kind, spec.sender == spec.receiver)
    if isinstance(spec, AlignmentSpec):
        return (spec.kind, spec.fresh)
    return (spec.classifier.kind if isinstance(spec, CeilingSpec) else spec.kind,)


def _seedless(spec: Spec) -> Spec:
    """Return a specification with every seed in it set to 0."""
    changes: dict[str, Any] = {}
    for item in dataclasses.fields(spec):
        value = getattr(spec, item.name)
        if isinstance(value, Spec):
            changes[item.name] = _seedless(value)
        elif item.name == "seed":
            changes["seed"] = 0
    return dataclasses.replace(spec, **changes)
