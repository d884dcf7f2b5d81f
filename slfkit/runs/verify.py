"""Checks what is stored: every record and its weights, how old their code is, a sample again.

The files are held against the manifest (``slfkit.records.manifest``). A recomputed run gives the
same numbers on a like machine, to the last bit; all of them are compared then (``sameness``), and
elsewhere within what other records allow (``tolerance``).
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from itertools import islice, zip_longest
from pathlib import Path

from slfkit.errors import RecordError
from slfkit.records import manifest
from slfkit.records.lineage import is_current
from slfkit.records.spec import PROFILES, Spec
from slfkit.records.store import Record, Store, results_root
from slfkit.runs.compute import compute
from slfkit.runs.sameness import alike, first_difference, other_data
from slfkit.runs.tolerance import further_apart

WITHIN = "within what seeds allow, on another machine"
Say = Callable[[str], None]


def verify(
    profile: str | None = None, sample: int = 0, strict: bool = False, say: Say = print
) -> bool:
    """Check the stored records of a profile, all profiles where none is named.

    Every record parses, holds what it must, matches its key and file name, and its weights are
    those it names; no file is another than the manifest says, and none of it is missing. A folder
    without any record is a failure.
    Records of code that may give other numbers than today's (stale; see ``lineage``) are listed.
    All smoke records are computed again, of other profiles ``sample`` records drawn at random, of
    every kind before a second of any.

    Args:
        strict: stale records, and files that the manifest does not name, are a failure too.
        say: receives one line per finding.

    Returns:
        Whether all is well.

    Raises:
        ParameterError: an unknown profile.
        RecordError: there is no folder of records, or a manifest is damaged.
        DataError, TrainingError: as recomputed runs do.
    """
    checked = [_checked(store, sample, strict, say) for store in _stores(profile)]
    found = sum(count for _, count in checked)
    if not found:
        say(f"  FAILED: there is no record in {results_root()} to verify")
    return found > 0 and all(well for well, _ in checked)


def seal(profile: str | None = None, say: Say = print) -> bool:
    """Write the manifest of a profile again, of all that have records where none is named.

    Every file that is entered with another content than before, or no longer, is said by name.

    Returns:
        Whether it was written, which it is not over a damaged record.

    Raises:
        ParameterError: an unknown profile.
        RecordError: there is no folder of records, or a manifest is damaged.
    """
    stores = [store for store in _stores(profile) if store.record_files()]
    if not stores:
        say(f"  FAILED: there is no record in {results_root()} to enter")
    written = [_sealed(store, say) for store in stores]
    return bool(written) and all(written)


def _sealed(store: Store, say: Say) -> bool:
    if read_all(store, say)[1]:
        say(f"{store.profile}: nothing is entered as long as a record is damaged")
        return False
    before = manifest.held(store.folder)
    for line in before.faults():
        say(f"  {line}; entered as it is now")
    count = manifest.seal(store.folder)
    say(f"{store.profile}: {manifest.NAME} names {count} files, {len(before.new)} of them new")
    return True


def _stores(profile: str | None) -> list[Store]:
    """Return the store of a profile, of all where none is named; RecordError without a folder."""
    if not results_root().is_dir():
        raise RecordError(
            f"{results_root()} is not a folder, so there is nothing to verify: correct "
            "SLFKIT_RESULTS or restore the folder"
        )
    return [Store(name) for name in ((profile,) if profile else PROFILES)]


def _checked(store: Store, sample: int, strict: bool, say: Say) -> tuple[bool, int]:
    """Check one profile; return whether all is well, and how many records there are."""
    records, broken = read_all(store, say)
    stale = [record for record in records if not is_current(record)]
    say(f"{store.profile}: {len(records)} records whole, {len(broken)} damaged, {len(stale)} stale")
    for record in stale:
        say(f"  stale: {record.spec.stem} is of source {record.provenance.get('source')}")
    entered = _held(store, strict, say)
    chosen = records if store.profile == "smoke" else _sample(records, sample)
    same = all(recompute(chosen, records, store, say))
    well = same and entered and not broken and not (strict and stale)
    return well, len(records) + len(broken)


def _held(store: Store, strict: bool, say: Say) -> bool:
    """Hold a folder against its manifest; return whether it passes."""
    if not store.folder.is_dir():
        return True
    found = manifest.held(store.folder)
    for line in found.faults():
        say(f"  FAILED: {line}")
    if found.told() and store.record_files():
        say(f"  {found.told()}")
        for name in found.new if found.sealed else ():
            say(f"  new: {name}")
    return not found.faults() and not (strict and found.new)


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
    """Draw records at random, of every kind before a second of any; with time all come up."""
    kinds: dict[str, list[Record]] = {}
    for record in random.sample(records, len(records)):
        kinds.setdefault(record.spec.kind, []).append(record)
    turns = (record for turn in zip_longest(*kinds.values()) for record in turn if record)
    return list(islice(turns, count))


def recompute(
    chosen: Sequence[Record], records: Sequence[Record], store: Store, say: Say = print
) -> list[bool]:
    """Compute records again, away from the store; return for each whether it came out the same.

    Smoke runs start from nothing; others from the stored weights they need. All records of the
    profile tell the spread between seeds elsewhere.
    """
    verdicts = []
    with tempfile.TemporaryDirectory() as scratch:
        for number, record in enumerate(chosen):
            shared = store.profile == "smoke"  # its runs share what they need
            elsewhere = Store(store.profile, Path(scratch) / ("all" if shared else str(number)))
            if not shared:
                copy_runs(record.spec.needs(), store, elsewhere)
            well, told = _verdict(record, compute(record.spec, elsewhere), records)
            said = f"recomputed{'' if well else ', FAILED'}: {record.spec.kind}"
            say(f"  {said}, {record.spec.stem}: {told}")
            verdicts.append(well)
    return verdicts


def copy_runs(specs: Iterable[Spec], store: Store, elsewhere: Store) -> None:
    """Copy the records and weights of runs from one store to another; missing ones are left out."""
    for spec in specs:
        for path in (store.record_path(spec), store.weights_path(spec)):
            if path.is_file():
                copy = elsewhere.folder / path.relative_to(store.folder)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, copy)


def _verdict(record: Record, again: Record, records: Sequence[Record]) -> tuple[bool, str]:
    """Return whether a recomputed run is the stored one, and in what way."""
    if odd := other_data(record, again):
        return False, odd
    like = alike(record, again) and is_current(record)
    same_code = record.provenance.get("source") == again.provenance.get("source")
    results = record.results, again.results, same_code
    odd = first_difference(*results, exact=like)
    if like or not odd:
        where = "on a machine like the record's" if like else "but for rounding, on another machine"
        return not odd, f"{odd}, {where}" if odd else f"the same, {where}"
    if odd := first_difference(*results, settled_only=True):
        return False, f"{odd}, which rounding cannot change"
    odd = further_apart(record, again, records)
    if odd is None:
        return False, "other numbers on another machine, and no two other seeds to judge them by"
    return not odd, f"{odd}, further apart than seeds allow" if odd else WITHIN
