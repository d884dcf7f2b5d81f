"""Two processes in one folder: each run is computed by one, and a dead one's run is taken over."""

import contextlib
import errno
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import made_up
import pytest
import tiny

from slfkit.experiments.registry import plan
from slfkit.records import manifest
from slfkit.records.store import Store
from slfkit.runs import compute, execution, reserve
from slfkit.runs.reserve import Reservations, reserved

SPEC, OTHER = tiny.pair(0), tiny.pair(1)


@pytest.fixture
def both(store):
    """Two that compute into one store, as two processes would."""
    with Reservations(store) as one, Reservations(store) as other:
        yield one, other


HOLD = """
import sys, time
from filelock import FileLock
lock = FileLock(sys.argv[1])  # without a name it would be given back at once
lock.acquire()
print("held", flush=True)
time.sleep(100)
"""


@pytest.fixture
def holder(store):
    """Another process that computes a run, and computes on until it is killed."""
    path = Reservations(store).path(SPEC)
    path.parent.mkdir(parents=True)
    with subprocess.Popen([sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        yield process
        process.kill()


def test_a_run_is_of_the_first_that_takes_it_until_it_is_given_back(both):
    one, other = both
    assert one.may_start(SPEC) and one.may_start(SPEC) and not other.may_start(SPEC)
    assert other.may_start(OTHER)
    one.release(SPEC)
    assert other.may_start(SPEC) and not one.may_start(SPEC)


@pytest.mark.parametrize("number", reserve.LOCKLESS)
def test_a_folder_that_knows_no_locks_computes_without_sharing(both, store, monkeypatch, number):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fcntl.flock", refuse)
    assert both[0].may_start(SPEC) and both[1].may_start(SPEC)
    number = errno.ENOSPC
    with pytest.raises(OSError, match=os.strerror(number)):
        both[0].may_start(OTHER)


def test_all_are_given_back_at_the_end_and_no_file_stays(store):
    with contextlib.suppress(KeyboardInterrupt), Reservations(store) as mine:
        assert mine.may_start(SPEC) and mine.may_start(OTHER)
        assert manifest.files(store.folder) == {} and store.record_files() == []
        raise KeyboardInterrupt
    assert list(store.folder.iterdir()) == []


def test_a_run_that_is_stored_may_go_on_everywhere(both, store):
    store.save(made_up.record(SPEC))
    assert both[0].may_start(SPEC) and both[1].may_start(SPEC)
    assert not (store.folder / reserve.FOLDER).exists()


def test_a_run_is_free_once_the_process_that_computed_it_is_killed(holder, store):
    with Reservations(store) as mine:
        assert not mine.may_start(SPEC)
        holder.kill()
        holder.wait()
        assert mine.path(SPEC).is_file() and mine.may_start(SPEC)


def test_the_file_of_a_killed_process_is_removed(holder, store):
    with Reservations(store) as mine:
        assert mine.path(SPEC).is_file()
    holder.kill()
    holder.wait()
    with Reservations(store):
        assert list(store.folder.iterdir()) == []


def test_what_a_killed_process_was_writing_is_removed_once_it_is_old(store):
    path = store.save(made_up.record(SPEC))
    old, new = (path.with_name(f".{name}.tmp") for name in "ab")
    for each in (old, new):
        each.touch()
    os.utime(old, (1, 1))
    with Reservations(store):
        assert sorted(path.parent.iterdir()) == [new, path]


def test_who_comes_second_waits_and_reads_what_the_first_has_stored(store, monkeypatch):
    monkeypatch.setattr(reserve, "PAUSE", 0.01)
    done, go = [], threading.Event()

    def execute(spec, place):
        done.append(spec)
        go.wait(20)
        place.store.save(made_up.record(spec, wall_seconds=len(done)))

    monkeypatch.setattr(execution, "execute", execute)
    with ThreadPoolExecutor() as pool:
        answers = [pool.submit(compute.compute, tiny.transceiver(), store) for _ in range(2)]
        time.sleep(0.2)
        go.set()
        records = [answer.result(20) for answer in answers]
    assert len(done) == len(set(done)) == 2 and records[0] == records[1]


def test_runs_that_others_compute_come_last_and_are_not_started(both, store):
    one, other = both
    specs = [tiny.transceiver(seed=seed) for seed in range(3)]
    assert other.may_start(specs[0])
    started, turns = [], []

    def ended(futures):
        turns.append(list(futures))
        if len(turns) == 3:
            store.save(made_up.record(specs[0]))
        return futures

    def start(spec):
        started.append(spec)
        return spec.stem

    batches = list(compute.in_turn(specs, start, lambda: 1, ended, one.may_start))
    assert started == [specs[1], specs[2], specs[0]]
    assert [len(batch) for batch in batches] == [1, 1, 0, 1]


def test_waiting_ends_when_the_other_gives_up(holder, store, monkeypatch):
    monkeypatch.setattr(reserve, "PAUSE", 0.01)
    threading.Timer(0.1, holder.kill).start()
    with reserved(SPEC, store), Reservations(store) as another:
        assert holder.poll() is not None and not another.may_start(SPEC)
    assert store.record_files() == []


SWEEP = """
import sys, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import made_up
from slfkit.experiments.registry import plan
from slfkit.records.store import Store
from slfkit.runs import compute, local

def timed(spec, store, device):
    if store.load(spec) is None:
        time.sleep(0.03)
        store.save(made_up.record(spec, wall_seconds=float(sys.argv[2])))
        return 0.0

local._timed, local._pool = timed, lambda workers, threads: ThreadPoolExecutor(workers)
store = Store("smoke", Path(sys.argv[1]))
for some in local.computed(compute.in_order(plan("smoke"), store), store, "cpu", 2, 1):
    print(*(spec.key for spec, seconds in some if seconds is not None))
"""


def test_two_sweeps_at_once_share_the_runs_of_the_smoke_profile(tmp_path):
    """Two real processes with made-up runs: none is computed twice, both do their part."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    sweeps = [
        subprocess.Popen(
            [sys.executable, "-c", SWEEP, tmp_path, str(number)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(2)
    ]
    keys = [sweep.communicate(timeout=200)[0].split() for sweep in sweeps]
    assert [sweep.returncode for sweep in sweeps] == [0, 0]
    store = Store("smoke", tmp_path)
    assert not compute.in_order(plan("smoke"), store)
    assert len(store.record_files()) == len(keys[0]) + len(keys[1])
    assert not set(keys[0]) & set(keys[1]) and all(len(some) > 20 for some in keys)
    assert not list(tmp_path.rglob(".*"))
