"""Verification: damage is found, stale records listed, recomputed runs judged by the seeds."""

import dataclasses
import shutil
from functools import partial

import made_up
import pytest
import tiny
from click.testing import CliRunner

from slfkit.__main__ import main
from slfkit.errors import RecordError
from slfkit.experiments.sweeps import channel_dissimilarity
from slfkit.records import lineage
from slfkit.records.provenance import source_hash
from slfkit.records.spec import AlignmentSpec, PairSpec
from slfkit.records.store import Record, Store, project_root
from slfkit.runs import verify
from slfkit.runs.compute import compute
from slfkit.runs.tolerance import allowed

NOW = {"source": source_hash()}
PAIRS = [dataclasses.replace(tiny.pair(seed), test=32) for seed in (0, 1)]


@pytest.fixture(scope="module")
def computed(tmp_path_factory):
    """Return a folder of results with two pairs, two seeds, and all that they need."""
    root = tmp_path_factory.mktemp("results")
    for pair in PAIRS:
        compute(pair, Store("quick", root))
    return root


@pytest.fixture
def results(computed, tmp_path, monkeypatch):
    root = tmp_path / "results"
    shutil.copytree(computed, root)
    monkeypatch.setenv("SLFKIT_RESULTS", str(root))
    return root


def changed(record, factor):
    """Return a record whose test MSE is another by this factor."""
    draws = [{**draw, "mse": draw["mse"] * factor} for draw in record.results["test"]]
    return Record(record.spec, {**record.results, "test": draws}, record.provenance)


def told(task, *arguments, **options):
    """Return what a task returns (of most: whether all is well), and what it says."""
    lines = []
    return task(*arguments, **options, say=lines.append), lines


said, sealed = partial(told, verify.verify), partial(told, verify.seal)


def recomputed(record, known):
    """Return whether a record comes out as it is stored, and the line that says so."""
    (well,), (line,) = told(verify.recompute, [record], known, Store("quick"))
    return well, line


def test_all_is_well(results):
    records = len(list(Store("quick").records()))
    well, (line, unsealed) = said("quick")
    assert well and line == f"quick: {records} records whole, 0 damaged, 0 stale"
    assert unsealed.endswith("so changes go unseen: slfkit verify --seal writes one")
    assert sealed("quick")[0] and said("quick", strict=True) == (True, [line])


def test_what_is_not_as_it_was_entered_fails_by_name(results):
    """A record whose checksum was made right again, and records that are gone."""
    store = Store("quick")
    count = len([path for path in store.folder.rglob("*") if path.is_file()])
    assert sealed() == (True, [f"quick: MANIFEST names {count} files, {count} of them new"])
    store.save(changed(store.load(PAIRS[0]), 0.5))
    gone = store.record_path(PAIRS[1])
    gone.unlink()
    well, lines = said("quick")
    assert not well and lines[1:] == [
        f"  FAILED: {store.record_path(PAIRS[0])} is not as MANIFEST says: it was changed since",
        f"  FAILED: {gone} is missing, and MANIFEST names it",
    ]
    well, lines = sealed("quick")
    assert well and lines[0].endswith("it was changed since; entered as it is now")
    assert lines[-1] == f"quick: MANIFEST names {count - 1} files, 0 of them new"
    assert said("quick")[0]


def test_what_is_new_is_told_and_fails_only_when_strict(results):
    sealed("quick")
    path = Store("quick").save(made_up.record(tiny.pair(7), made_up.PROVENANCE | NOW))
    well, lines = said("quick")
    assert well and "1 files are not in MANIFEST yet: slfkit verify --seal" in lines[1]
    assert lines[2] == f"  new: pairs/{path.name}" and not said("quick", strict=True)[0]


def test_nothing_is_entered_over_a_damaged_record_nor_in_an_empty_folder(results):
    Store("quick").record_path(PAIRS[0]).write_text("{}")
    well, lines = sealed("quick")
    assert not well and lines[-1].endswith("nothing is entered as long as a record is damaged")
    assert not (results / "quick" / "MANIFEST").exists()
    assert sealed("paper") == (False, [f"  FAILED: there is no record in {results} to enter"])


def test_a_folder_without_records_is_a_failure(tmp_path, monkeypatch):
    """A mistyped folder would otherwise pass."""
    monkeypatch.setenv("SLFKIT_RESULTS", str(tmp_path))
    none = "0 records whole, 0 damaged, 0 stale"
    failed = f"  FAILED: there is no record in {tmp_path} to verify"
    assert said() == (False, [f"smoke: {none}", f"quick: {none}", f"paper: {none}", failed])
    assert said("smoke") == (False, [f"smoke: {none}", failed])
    (tmp_path / "file").touch()
    for missing in ("file", "typo"):
        monkeypatch.setenv("SLFKIT_RESULTS", str(tmp_path / missing))
        with pytest.raises(RecordError, match=f"{missing} is not a folder, so there is nothing to"):
            verify.verify()


def test_damaged_records_and_weights_are_all_named(results):
    store = Store("quick")
    digit = store.record_path(PAIRS[0])
    digit.write_text(digit.read_text().replace('"mse": 0.', '"mse": 1.', 1))
    moved = store.record_path(PAIRS[1])
    moved = moved.rename(moved.with_name("another.json"))
    weights = store.weights_path(PAIRS[0].sender)
    weights.write_bytes(weights.read_bytes()[:-1])
    gone = store.weights_path(PAIRS[0].receiver)
    gone.unlink()
    record = store.load(PAIRS[1].sender)
    unnamed = {key: record.results[key] for key in record.results if key != "weights_sha256"}
    path = store.save(dataclasses.replace(record, results=unnamed))
    well, lines = said("quick")
    assert not well and "5 damaged" in lines[5]
    assert all(str(path) in "\n".join(lines) for path in (digit, moved, weights, gone, path))
    assert sum("results.weights_sha256 is missing" in line for line in lines) == 1


def test_stale_records_are_listed_and_fail_only_when_strict(results, monkeypatch):
    store = Store("quick")
    record = store.load(PAIRS[0])
    store.save(dataclasses.replace(record, provenance={**record.provenance, "source": "old"}))
    sealed("quick")
    well, lines = said("quick")
    assert well and lines[1] == f"  stale: {PAIRS[0].stem} is of source old"
    assert "1 stale" in lines[0] and not said("quick", strict=True)[0]
    same = {NOW["source"], "old"}  # code with the same numbers
    monkeypatch.setattr(lineage, "equal_to", lambda source, spec=None: same)
    well, lines = said("quick", strict=True)
    assert well and lines[0].endswith(" 0 stale")


def test_a_recomputed_pair_is_the_same(results):
    store = Store("quick")
    before = {path: path.stat().st_mtime_ns for path in results.rglob("*")}
    well, line = recomputed(store.load(PAIRS[0]), list(store.records()))
    assert well and f"recomputed: pairs, {PAIRS[0].stem}: the same" in line
    assert {path: path.stat().st_mtime_ns for path in results.rglob("*")} == before


ELSEWHERE = {"device": "another processor"}


def elsewhere(record):
    """Return a record as if it had been computed on another machine."""
    return dataclasses.replace(record, provenance={**record.provenance, **ELSEWHERE})


@pytest.mark.parametrize(
    ("factor", "seeds", "well", "sentence"),
    [
        (1 + 1e-12, 2, True, "the same, but for rounding, on another machine"),
        (1.001, 5, True, "within what seeds allow, on another machine"),
        (10.0, 5, False, "further apart than seeds allow"),
        (1.001, 1, False, "no two other seeds to judge them by"),
    ],
)
def test_elsewhere_a_result_is_judged_by_other_seeds(results, factor, seeds, well, sentence):
    known = [elsewhere(Store("quick").load(pair)) for pair in PAIRS]
    for seed in (2, 3, 4):
        spec = dataclasses.replace(tiny.pair(seed), test=32)
        known.append(dataclasses.replace(changed(known[1], 1 + seed / 10), spec=spec))
    same, line = recomputed(changed(known[0], factor), known[:seeds])
    assert same == well and sentence in line
    assert ("recomputed, FAILED" in line) != well


def test_other_images_are_named_before_other_numbers(results):
    record = Store("quick").load(PAIRS[0])
    data = dict.fromkeys(record.provenance["data"], "0" * 64)
    record = dataclasses.replace(record, provenance={**record.provenance, "data": data})
    well, line = recomputed(record, [record])
    assert not well and "the images glyphs/test are not those of the record" in line


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda r: r["test"][0].update(mse=r["test"][0]["mse"] * (1 + 1e-12)), "test.0.mse is "),
        (lambda r: r["test"][0].update(accuracy=0.999), "test.0.accuracy is 0.999 in the record"),
        (lambda r: r["examples"].update(labels=[9]), "examples.labels.length is 1 in the record"),
        (lambda r: r.update(pixel_variance=1.0), "pixel_variance is 1.0 in the record and 0."),
        (
            lambda r: r["examples"].update(original=r["examples"]["reconstruction"]),
            "examples.original.zlib is 'eN",
        ),
    ],
)
def test_on_a_like_machine_every_number_counts_to_its_last_bit(results, spoil, sentence):
    record = Store("quick").load(PAIRS[0])
    spoil(record.results)
    well, line = recomputed(record, [record])
    assert not well and f"recomputed, FAILED: pairs, {PAIRS[0].stem}: {sentence}" in line
    assert line.endswith("on a machine like the record's")


def test_the_sample_is_drawn_from_what_is_stored_and_smoke_records_are_all(results, monkeypatch):
    counts = []
    monkeypatch.setattr(verify, "recompute", lambda some, *_: counts.append(len(some)) or [])
    stored = len(list(Store("quick").records()))
    assert said("quick", sample=2)[0] and said("quick", sample=1000)[0]
    assert counts == [2, stored]
    Store("smoke").save(made_up.record(tiny.pair()))
    assert said()[0] and counts[2:] == [1, 0, 0]
    records = list(Store("quick").records())  # every kind comes before a second of any
    kinds = {record.spec.kind for record in records}
    for count in (len(kinds), len(kinds) - 1):
        drawn = verify._sample(records, count)
        assert len({record.spec.kind for record in drawn}) == len(drawn) == count
    assert len(verify._sample(records, 99)) == len(records) and verify._sample(records, 0) == []


def test_the_command_exits_with_1_when_a_record_is_damaged(results):
    arguments = ["verify", "--profile", "quick"]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    path = Store("quick").record_path(PAIRS[0])
    path.write_text("{}")
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1 and path.name in result.stdout
    result = CliRunner().invoke(main, ["verify", "--profile", "huge"])
    assert result.exit_code == 2 and result.stderr.startswith("slfkit: profile 'huge' is unknown")


@pytest.fixture
def committed(monkeypatch):
    monkeypatch.delenv("SLFKIT_RESULTS", raising=False)
    return Store("smoke")


def test_the_committed_smoke_records_are_whole_small_and_of_two_seeds(committed):
    (records, broken), lines = told(verify.read_all, committed)
    assert not broken and not lines
    for kind in (PairSpec, AlignmentSpec):
        some = [record for record in records if isinstance(record.spec, kind)]
        assert some and all(allowed(records, record.spec) for record in some)
    assert committed.folder.parent == project_root() / "results"


def test_the_committed_smoke_records_stand_in_the_papers_order(committed):
    """Alignment closes most of the gap between the unaligned and the matched line (Fig. 3)."""
    asked = {"crossovers": [0.3], "frozen": [2, 4], "seeds": [0, 1]}
    rows = channel_dissimilarity("smoke", **asked, compute="none").run(committed).rows
    for seed in (0, 1):
        mine = [row for row in rows if row["seed"] == seed]
        mse = {(row["line"], row.get("frozen")): row["mse"] for row in mine}
        halfway = (mse["unaligned", None] + mse["matched", None]) / 2
        assert mse["slf", 2] < halfway and mse["slf", 4] < halfway


@pytest.mark.slow
def test_one_committed_smoke_record_is_reproduced(committed):
    records = list(committed.records())
    chosen = [r for r in records if isinstance(r.spec, AlignmentSpec) and r.spec.frozen == 4][:1]
    assert verify.recompute(chosen, records, committed, print) == [True]
