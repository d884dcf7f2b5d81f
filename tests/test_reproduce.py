"""Sweeps: best first, refused by name, and resumed after a kill at any moment."""

import contextlib
import os
import signal
import subprocess
import sys
import time

import pytest

from slfkit import reproduce as module
from slfkit import studies
from slfkit.errors import ParameterError, TrainingError
from slfkit.reproduce import plan, reproduce
from slfkit.spec import AlignmentSpec, PairSpec, classifier_for
from slfkit.store import Store


def test_seed_by_seed_and_the_pages_cells_first():
    specs = plan("paper", ["channel_dissimilarity"])
    seeds = [one.seed if isinstance(one, AlignmentSpec) else one.sender.seed for one in specs]
    assert seeds == sorted(seeds) and set(seeds) == {0, 1, 2, 3, 4}
    first = [one for one in specs[: len(specs) // 5] if isinstance(one, AlignmentSpec)]
    assert [one.crossover for one in first[::5]] == [0.3, 0.1, 0.5, 0.05, 0.2, 0.4]
    assert [one.frozen for one in first[:5]] == [0, 1, 2, 3, 4]


def test_tests_of_pairs_come_before_alignments():
    kinds = [type(one) for one in plan("paper", seeds=[0])]
    assert kinds == sorted(kinds, key=lambda kind: kind is AlignmentSpec)


def test_the_plan_is_every_study_once():
    specs = plan("paper", seeds=[0, 1])
    wanted = {
        one for study in studies.STUDIES.values() for one in study("paper", seeds=[0, 1]).specs()
    }
    assert len(specs) == len(set(specs)) and set(specs) == wanted
    assert set(plan("paper", ["misalignment"], [0])) < wanted


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("paper", ["misalignmint"]), "study 'misalignmint' is unknown: choose misalignment, chan"),
        (("huge",), "profile 'huge' is unknown"),
        (("paper", [], [-1]), "seeds holds -1"),
    ],
)
def test_unknown_names_are_refused(arguments, message):
    with pytest.raises(ParameterError, match=message):
        plan(*arguments)


def test_a_dry_run_says_what_is_missing_and_computes_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("SLFKIT_RESULTS", str(tmp_path))
    said = []
    count = reproduce("smoke", ["misalignment"], dry_run=True, say=said.append)
    assert count == 14  # two classifiers, three transceivers, nine pairs
    assert said[0] == "14 runs of profile smoke have no record" and len(said) == 15
    assert said[1].startswith("1/14 classifier glyphs-s0")
    assert said[-1].startswith("14/14 pair ")
    assert list(tmp_path.iterdir()) == []


class Here:
    """Stands in for a pool of processes: what is submitted runs at once, in this process."""

    def __init__(self, workers, context, start, arguments):
        self.workers, self.threads = workers, arguments[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def submit(self, function, *arguments):
        from concurrent.futures import Future

        future = Future()
        try:
            future.set_result(function(*arguments))
        except Exception as error:
            future.set_exception(error)
        return future


def test_no_run_starts_before_those_it_needs_have_ended(tmp_path, monkeypatch):
    pairs = [one for one in plan("smoke", ["misalignment"]) if isinstance(one, PairSpec)]
    missing = list(module.in_order(pairs, Store("smoke", tmp_path)))
    ended = []

    def timed(spec, store, device):
        assert set(module.needs(spec)) <= set(ended)
        return 0.0

    monkeypatch.setattr(module, "ProcessPoolExecutor", Here)
    monkeypatch.setattr(module, "_timed", timed)
    for spec, _ in module._computed(missing, Store("smoke", tmp_path), "cpu", 4, 1):
        ended.append(spec)
    assert sorted(one.key for one in ended) == sorted(one.key for one in missing)


def test_a_run_that_fails_ends_the_sweep_with_its_error(tmp_path, monkeypatch):
    monkeypatch.setenv("SLFKIT_RESULTS", str(tmp_path))
    monkeypatch.setattr(module, "ProcessPoolExecutor", Here)

    def timed(spec, store, device):
        raise TrainingError("the loss is nan")

    monkeypatch.setattr(module, "_timed", timed)
    with pytest.raises(TrainingError, match="the loss is nan"):
        reproduce("smoke", ["misalignment"], say=lambda line: None)


def start(root):
    """Start a sweep of one study in a process group of its own."""
    command = [sys.executable, "-B", "-m", "slfkit", "reproduce", "--profile", "smoke",
               "--study", "channel_dissimilarity", "--workers", "1", "--threads", "1"]  # fmt: skip
    environment = {**os.environ, "SLFKIT_RESULTS": str(root), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, env=environment, start_new_session=True, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip


def wait_for(condition, process, seconds=400):  # long, for a crowded machine
    end = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, process.stdout.read()
        assert time.monotonic() < end
        time.sleep(0.02)


def check_whole(root):
    """Read every record and its weights; return {path: time of writing}."""
    store = Store("smoke", root)
    for record in store.records():
        if "weights_sha256" in record.results:
            store.load_weights(record.spec, record.results["weights_sha256"])
    return {path: path.stat().st_mtime_ns for path in store.record_files()}


def records(root):
    return list(root.rglob("*.json"))


@pytest.mark.slow
def test_a_killed_sweep_goes_on_where_it_was(tmp_path):
    wanted = plan("smoke", ["channel_dissimilarity"])
    total = len(list(module.in_order(wanted, Store("smoke", tmp_path))))
    first = start(tmp_path)
    try:
        wait_for(lambda: len(records(tmp_path)) >= 2, first)
    finally:
        os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    before = check_whole(tmp_path)
    assert 2 <= len(before) < total

    second = start(tmp_path)
    try:
        wait_for(lambda: len(records(tmp_path)) > len(before), second)
        os.kill(second.pid, signal.SIGKILL)  # the parent alone: its worker must end with it
        second.communicate(timeout=100)  # returns once the worker has let go of the pipe
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(second.pid, signal.SIGKILL)
    after = check_whole(tmp_path)
    assert {path: after[path] for path in before} == before  # the finished ones were left alone
    missing = list(module.in_order(wanted, Store("smoke", tmp_path)))
    assert len(missing) == total - len(after)  # so only the runs in hand were lost


def test_the_classifier_is_computed_once_for_all_seeds(tmp_path):
    specs = list(module.in_order(plan("smoke", seeds=[0, 1]), Store("smoke", tmp_path)))
    shared = classifier_for(studies.users("smoke", 0)["T1"])
    assert specs.count(shared) == 1
