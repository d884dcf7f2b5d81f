"""What records must hold: the stored ones do, and each kind of damage is named in one sentence."""

import copy
import math

import made_up
import pytest
import whole

from slfkit.errors import RecordError
from slfkit.records.results import RESULTS, check
from slfkit.records.shapes import Fault, Fields, each, named, number, text, truth
from slfkit.records.spec import KINDS
from slfkit.records.store import Record, Store


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_run_has_its_entry_and_a_whole_record_of_it_passes(kind):
    record = made_up.record(whole.SPECS[kind])
    assert Record.from_text(record.to_text()) == record
    assert set(RESULTS) == set(KINDS)


@pytest.mark.parametrize("profile", ["smoke", "paper"])
def test_all_stored_records_pass(profile, monkeypatch):
    monkeypatch.delenv("SLFKIT_RESULTS", raising=False)
    assert len(list(Store(profile).records())) >= 16


TASK = ("tasks", "mse")
BROKEN = [
    ("pairs", ("test", 0, "mse"), -1e-9, "test.0.mse is -1e-09: expected a finite number of at"),
    ("pairs", ("test", 1, "mse"), math.nan, "test.1.mse is nan: expected a finite number"),
    ("pairs", ("test", 0, "psnr"), math.inf, "test.0.psnr is inf: expected a finite number"),
    ("pairs", ("test", 0, "accuracy"), 1.01, "accuracy is 1.01: expected a finite number from 0"),
    ("pairs", ("test", 0, "accuracy"), True, "accuracy is True: expected a finite number from 0"),
    ("pairs", ("test", 0, "accuracy"), "0.5", "accuracy is '0.5': expected a finite number"),
    ("pairs", ("test", 0, "accuracy"), None, "accuracy is missing: expected a finite number"),
    ("pairs", ("test", 0), {}, "test.0.mse is missing: expected a finite number of at least 0"),
    ("pairs", ("test", 0), [], "test.0 is []: expected mse, psnr, accuracy, perplexity by name"),
    ("pairs", ("test",), [], "test is []: expected a list of at least one entry"),
    ("pairs", ("test",), made_up.draws(1)[:1], "test is 1 draws: expected 2, as the run was asked"),
    ("pairs", ("test", 0, "mean"), 0.5, "test.0.mean is no field of it: expected only mse, psnr"),
    ("pairs", ("test", 0, "shares"), {"": {}}, "shares. is a name: expected one that is not emp"),
    ("pairs", ("test", 0, "shares"), {"a": {"mse": 1}}, "shares.a.psnr is missing: expected a fi"),
    ("pairs", ("more",), 0, "results.more is no field of it: expected only test, pixel_variance"),
    ("pairs", ("wall_seconds",), -1, "wall_seconds is -1: expected a finite number of at least 0"),
    ("pairs", ("pixel_variance",), 10**400, "pixel_variance is 1000"),
    ("pairs", ("examples", "labels"), [1], "examples.original is of 2 images: expected 1, one for"),
    ("pairs", ("examples", "labels", 0), -1, "labels.0 is -1: expected a whole number of at lea"),
    ("pairs", ("examples", "original", "zlib"), "", "zlib is '': expected a text that is not em"),
    ("pairs", ("examples", "original", "shape"), 4, "shape is 4: expected a list of at least one"),
    ("ceilings", ("test", "shares"), [], "shares is []: expected names and values"),
    ("ceilings", ("test", "shares", "a"), 0.5, "shares.a is 0.5: expected accuracy by name"),
    ("classifiers", ("best_epoch",), 3, "best_epoch is 3: expected at most 2, as epochs"),
    ("classifiers", ("best_epoch",), 0, "best_epoch is 0: expected a whole number of at least 1"),
    ("classifiers", ("weights_sha256",), "0" * 63, "expected 64 hexadecimal digits"),
    ("classifiers", ("weights_sha256",), None, "weights_sha256 is missing: expected 64 hexadec"),
    ("classifiers", ("history",), [], "history is []: expected a list of at least one entry"),
    ("transceivers", ("flops_per_image",), 0, "flops_per_image is 0: expected a whole number of"),
    ("transceivers", ("training_images",), 1.5, "training_images is 1.5: expected a whole numb"),
    ("transceivers", ("history", 0, "loss"), -1, "history.0.loss is -1: expected a finite number"),
    ("transceivers", ("history",), [made_up.entry("mse", "perplexity")] * 2, "at most 1 epochs"),
    ("alignments", (*TASK, "epochs"), 3, "tasks.mse.epochs is 3: expected at most 2, as in hist"),
    ("alignments", (*TASK, "best_epoch"), 2, "tasks.mse.best_epoch is 2: expected at most 1, as"),
    ("alignments", ("tasks", "accuracy", "epochs"), 1, "history is of 2 entries: expected one for"),
    ("alignments", ("history",), made_up.history(1), "epochs is 2: expected at most 1, as in hi"),
    ("alignments", ("tasks", "accuracy"), None, "tasks.accuracy is missing: expected epochs, bes"),
    ("alignments", ("old_link", "after", 0, "mse"), -1, "old_link.after.0.mse is -1: expected a"),
    ("alignments", ("bytes_down",), 0, "bytes_down is 0: expected a whole number of at least 1"),
    ("rounds", ("bytes_up",), -1, "bytes_up is -1: expected a whole number of at least 0"),
    ("rounds", ("history", 1, "flops"), 1.0, "history.1.flops is 1.0: expected a whole number"),
    ("rounds", ("own_link", "before"), None, "own_link.before is missing: expected a list of at"),
    ("bounds", ("words",), 1, "words is 1: expected a whole number of at least 2"),
    ("pilots", ("aligners", 0, "method"), "", "aligners.0.method is '': expected a text that is"),
    ("pilots", ("aligners", 0, "payload"), 7, "aligners.0.payload is 7: expected a text"),
    ("pilots", ("aligners", 0, "bytes_down"), 0, "aligners.0.bytes_down is 0: expected a whole"),
    ("pilots", ("aligners", 0, "test"), made_up.draws(1)[:1], "aligners.0.test is 1 draws: exp"),
    ("starts", ("start",), None, "results.start is missing: expected a list of at least one entr"),
    ("meetings", ("links", 0, "receiver"), -1, "links.0.receiver is -1: expected a whole number"),
    ("meetings", ("message_bytes",), 0, "message_bytes is 0: expected a whole number of at least"),
    ("repairs", ("old_held_out", "after"), -0.1, "old_held_out.after is -0.1: expected a finite"),
    ("airs", ("flip",), 1.5, "flip is 1.5: expected a finite number from 0 to 1"),
]


@pytest.mark.parametrize(("kind", "path", "value", "sentence"), BROKEN)
def test_a_result_that_is_not_as_it_must_be_is_named(kind, path, value, sentence):
    record = made_up.record(whole.SPECS[kind])
    results = copy.deepcopy(record.results)
    place = results
    for name in path[:-1]:
        place = place[name]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    with pytest.raises(RecordError) as caught:
        check(record.spec, results, record.provenance)
    assert str(caught.value).startswith("results.") and sentence in str(caught.value)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"source": None}, "provenance.source is missing: expected a text that is not empty"),
        ({"date": "2026-01-02"}, "provenance.date is '2026-01-02': expected a UTC date"),
        ({"threads": 0}, "provenance.threads is 0: expected a whole number of at least 1"),
        ({"compiled": 1}, "provenance.compiled is 1: expected true or false"),
        ({"data": {"a/test": "abc"}}, "provenance.data.a/test is 'abc': expected 16 hexadecimal"),
    ],
)
def test_where_a_record_comes_from_is_checked_too(changes, sentence):
    origin = {**made_up.PROVENANCE, **changes}
    origin = {name: value for name, value in origin.items() if value is not None}
    record = made_up.record(whole.T1, origin)
    with pytest.raises(RecordError, match=sentence):
        Record.from_text(record.to_text())


def test_the_file_is_named_and_the_sentence_says_what_to_do(store):
    path = store.save(made_up.record(whole.T1, best_epoch=9))
    with pytest.raises(RecordError) as caught:
        store.load(whole.T1)
    assert str(caught.value) == (
        f"{path} is refused: results.best_epoch is 9: expected at most 1, as epochs; delete it and "
        "run again"
    )


def test_shapes_say_what_they_expect():
    pair = Fields({"a": number(1, 2)}, {"b": truth})
    assert pair({"a": 1.5}) is pair({"a": 2, "b": False}) is None
    assert str(pair({"a": 2, "b": 0})) == "b is 0: expected true or false"
    assert str(each(pair)([{"a": 1}, {}])) == (
        "1.a is missing: expected a finite number from 1 to 2"
    )
    assert named(text("x+", "x"))({"n": "xx"}) is None
    assert named(text("x+", "x"))({"n": "xy"}) == Fault("'xy'", "x", ("n",))
    assert (pair | Fields({"b": text()}))({"a": 1, "b": "c"}) is None
