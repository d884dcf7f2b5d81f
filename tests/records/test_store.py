"""Records and weights: whole or not there, and refused by name when damaged."""

import hashlib
import json
import os
from pathlib import Path

import made_up
import pytest

from slfkit.errors import ParameterError, RecordError
from slfkit.records import store as module
from slfkit.records.spec import TransceiverSpec
from slfkit.records.store import Record, Store, project_root, results_root, write_atomic

SPEC = TransceiverSpec("glyphs", 0.1)
OTHER = TransceiverSpec("glyphs", 0.1, seed=1)
RECORD = made_up.record(SPEC, best_epoch=2, provenance={**made_up.PROVENANCE, "device": "é"})


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_round_trip(store):
    assert store.load(SPEC) is None
    path = store.save(RECORD)
    assert path == store.record_path(SPEC) and path.name == f"{SPEC.stem}-{SPEC.key}.json"
    assert store.load(SPEC) == RECORD
    (path.parent / ".abc.tmp").write_text(path.read_text()[:10])  # left over from a kill
    assert list(store.records()) == [RECORD]
    assert store.load(OTHER) is None


def test_the_same_record_is_the_same_bytes(store):
    first = store.save(RECORD).read_bytes()
    assert store.save(RECORD).read_bytes() == first
    assert Record.from_text(first.decode()).to_text().encode() == first


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_file_has_the_rights_that_the_user_grants(tmp_path, umask, mode):
    before = os.umask(umask)
    try:
        write_atomic(tmp_path / "a", b"content")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_values_that_are_not_finite_are_refused(store, value):
    broken = Record(SPEC, {"test": [{"mse": value}]}, {})
    with pytest.raises(RecordError, match="glyphs-eps0.1-s0 hold a value that is not finite"):
        store.save(broken)
    assert files(store.folder) == []


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("failure", [KeyboardInterrupt, OSError])
def test_a_failure_while_writing_leaves_what_was_there(store, monkeypatch, step, failure):
    def fail(*_):
        raise failure("no space left")

    path = store.save(RECORD)
    before = path.read_bytes()
    monkeypatch.setattr(os, step, fail)
    for write in (
        lambda: store.save(Record(SPEC, {"test": []}, {})),
        lambda: store.save(Record(OTHER, {}, {})),
        lambda: store.save_weights(SPEC, b"weights"),
    ):
        with pytest.raises(failure, match="no space"):
            write()
        assert files(store.folder) == [path] and path.read_bytes() == before


def test_nothing_has_the_files_name_before_all_of_it_is_on_the_disk(tmp_path, monkeypatch):
    path, seen = tmp_path / "a" / "record.json", []
    flushed = os.fsync

    def watch(handle):
        seen.append((path.exists(), os.fstat(handle).st_size))
        flushed(handle)

    monkeypatch.setattr(os, "fsync", watch)
    write_atomic(path, b"12345")
    assert seen == [(False, 5)] and path.read_bytes() == b"12345"


def resigned(**changes):
    """Return a damage: some entries of the body are others, None: gone, and its checksum right."""

    def damage(text):
        body = {**json.loads(text), **changes}
        body = {name: value for name, value in body.items() if value is not None}
        del body["sha256"]
        text = json.dumps(body, sort_keys=True, separators=(",", ":"))
        return json.dumps({**body, "sha256": hashlib.sha256(text.encode()).hexdigest()})

    return damage


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda text: text.replace('"mse": 0.1,', '"mse": 0.2,'), "its checksum is wrong"),
        (lambda text: text.replace('"abcdef"', '"abcdee"'), "its checksum is wrong"),
        (lambda text: text[: len(text) // 2], "it does not parse"),
        (lambda text: "[1, 2]", "it does not parse"),
        (lambda text: "", "it does not parse"),
        (resigned(results=None), "it does not parse"),
        (resigned(spec={**SPEC.canonical(), "colour": 3}), "it does not parse"),
        (resigned(key=OTHER.key), "is not that of its specification"),
        (resigned(format=99), "format 99, expected 1"),
    ],
)
def test_a_damaged_record_is_refused_by_name(store, damage, reason):
    path = store.save(RECORD)
    path.write_text(damage(path.read_text()))
    for read in (lambda: store.load(SPEC), lambda: list(store.records())):
        with pytest.raises(RecordError) as caught:
            read()
        assert str(path) in str(caught.value) and reason in str(caught.value)


def test_bytes_that_are_no_text_are_refused_by_name(store):
    path = store.save(RECORD)
    path.write_bytes(b"\xff\xfe" + path.read_bytes())
    with pytest.raises(RecordError, match="is refused"):
        store.load(SPEC)


def test_a_record_under_another_name_is_refused(store):
    wrong = store.save(RECORD).rename(store.record_path(OTHER))
    for read in (lambda: store.load(OTHER), lambda: list(store.records())):
        with pytest.raises(RecordError, match=f"{wrong.name} holds another run"):
            read()


def test_weights_are_read_whole_or_refused(store):
    with pytest.raises(RecordError, match="is absent: delete the run's record"):
        store.load_weights(SPEC, "0" * 64)
    sha256 = store.save_weights(SPEC, b"some weights")
    assert store.load_weights(SPEC, sha256) == b"some weights"
    store.weights_path(SPEC).write_bytes(b"some weightz")
    with pytest.raises(RecordError, match="safetensors is damaged"):
        store.load_weights(SPEC, sha256)


def test_an_unknown_profile_is_refused():
    with pytest.raises(ParameterError, match="profile 'huge' is unknown: choose smoke, quick, pap"):
        Store("huge")


def test_where_results_lie(monkeypatch, tmp_path):
    monkeypatch.delenv("SLFKIT_RESULTS", raising=False)
    assert results_root() == project_root() / "results"
    assert project_root() == Path(module.__file__).parents[2]
    monkeypatch.setenv("SLFKIT_RESULTS", str(tmp_path))
    assert Store("smoke").folder == tmp_path / "smoke"
    assert Store("smoke", tmp_path / "other").folder == tmp_path / "other" / "smoke"
