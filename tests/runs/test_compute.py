"""From a list of runs to their records: the order, what is missing and what may be computed."""

import made_up
import pytest
import torch

from slfkit.errors import RecordError
from slfkit.records.spec import PairSpec, TransceiverSpec, classifier_for
from slfkit.runs import compiling, compute, execution

T1, T2 = TransceiverSpec("glyphs", 0.1), TransceiverSpec("glyphs", 0.3)
PAIR = PairSpec(T1, T2, 0.3, "glyphs")
CLASSIFIER = classifier_for(PAIR)


@pytest.fixture
def executed(monkeypatch):
    """Let every run succeed at once; return the list of those that were executed."""
    done = []

    def execute(spec, place):
        done.append(spec)
        record = made_up.record(spec, wall_seconds=len(done))
        place.store.save(record)
        return record

    monkeypatch.setattr(execution, "execute", execute)
    return done


def test_every_run_comes_once_after_those_it_needs_and_none_that_is_not_needed(store):
    assert compute.in_order([PAIR], store) == [CLASSIFIER, T1, T2, PAIR]
    store.save(made_up.record(T1))
    assert compute.in_order([PAIR, T2, PAIR], store) == [CLASSIFIER, T2, PAIR]
    store.save(made_up.record(PAIR))
    assert compute.in_order([PAIR], store) == []  # what it needed is no longer needed


def test_each_compiled_run_starts_without_the_graphs_of_earlier_ones(store, executed, monkeypatch):
    """Torch keeps eight graphs of a function, and beyond them compiles no more."""
    monkeypatch.setattr(torch.compiler, "reset", lambda: executed.append("forgotten"))
    monkeypatch.setattr(compiling, "compiling", lambda: False)
    compute.compute(T1, store)
    assert executed == [CLASSIFIER, T1]
    monkeypatch.setattr(compiling, "compiling", lambda: True)
    compute.compute(PAIR, store)
    assert executed[2:] == ["forgotten", T2, "forgotten", PAIR]


def test_missing_ones_are_computed_with_what_they_need(store, executed):
    records, computed = compute.load_or_run([PAIR, T2], store)
    assert executed == [CLASSIFIER, T1, T2, PAIR]
    assert records == {PAIR: store.load(PAIR), T2: store.load(T2)}
    assert computed == 1  # T2 was there by the time it was asked for
    assert compute.load_or_run([PAIR, T2], store) == (records, 0)


def test_only_what_may_be_computed_is(store, executed):
    records, _ = compute.load_or_run([PAIR, T1], store, may_compute=lambda spec: spec == T1)
    assert list(records) == [T1]
    assert executed == [CLASSIFIER, T1]


def test_a_record_that_is_there_is_read_and_a_damaged_one_is_not_computed_over(store, executed):
    store.save(made_up.record(PAIR, wall_seconds=7))
    records, computed = compute.load_or_run([PAIR], store)
    assert (computed, records[PAIR]) == (0, compute.compute(PAIR, store))
    assert records[PAIR].results["wall_seconds"] == 7
    store.record_path(PAIR).unlink()
    path = store.save(made_up.record(T1))
    path.write_text("{")
    with pytest.raises(RecordError, match=path.name):
        compute.load_or_run([PAIR], store)
    assert executed == []


def test_runs_start_in_order_within_the_room_there_is_and_after_those_they_need():
    started, batches = [], []

    def start(spec):
        started.append(spec)
        return spec.stem

    def ended(futures):
        assert 0 < len(futures) <= 2
        batches.append(futures)
        return futures[:1]

    done = list(compute.in_turn([CLASSIFIER, T1, T2, PAIR], start, lambda: 2, ended))
    assert started == [CLASSIFIER, T1, T2, PAIR]
    assert done == [[(spec, spec.stem)] for spec in started]
    assert list(map(len, batches)) == [1, 2, 1, 1]  # both transceivers at once, the others alone
    # waiting in vain yields nothing and goes on
    answers = iter([[], ["x"]])
    done = list(compute.in_turn([CLASSIFIER], lambda spec: "x", lambda: 1, lambda _: next(answers)))
    assert done == [[], [(CLASSIFIER, "x")]]


def test_runs_start_best_first_where_room_grows_and_none_where_it_shrinks():
    runs, started = [TransceiverSpec("glyphs", 0.1, seed) for seed in range(5)], []

    def start(spec):
        started.append(spec)
        return spec

    rooms, ended = iter([1, 3, 0]), iter([[], runs[:1], []])
    steps = compute.in_turn(runs, start, lambda: next(rooms), lambda _: next(ended))
    counts = [len(started) for _ in zip(range(3), steps, strict=False)]
    assert counts == [1, 3, 3] and started == runs[:3]
