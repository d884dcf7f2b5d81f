"""Processes that compute: in order, each with its threads, and one clear error when one dies."""

import contextlib
import os
import signal
import subprocess
from concurrent.futures import Future
from unittest import mock

import made_up
import pytest
import tiny
import torch

from slfkit.errors import SweepError, TrainingError
from slfkit.experiments.registry import plan
from slfkit.records.spec import PairSpec
from slfkit.runs import local
from slfkit.runs.compute import in_order
from slfkit.runs.local import default_workers
from slfkit.runs.reserve import Reservations


@pytest.fixture
def here(monkeypatch):
    """Let what is submitted to a pool of processes run at once, in this process."""

    class Pool(contextlib.nullcontext):
        def submit(self, function, *arguments, **options):
            future = Future()
            try:
                future.set_result(function(*arguments, **options))
            except Exception as error:
                future.set_exception(error)
            return future

    monkeypatch.setattr(local, "_pool", lambda workers, threads: Pool(Pool()))


@pytest.fixture
def missing(store):
    pairs = [one for one in plan("smoke", ["misalignment"]) if isinstance(one, PairSpec)]
    return in_order(pairs, store)


def test_no_run_starts_before_those_it_needs_have_ended(store, missing, here, monkeypatch):
    ended = []

    def timed(spec, store, device):
        assert set(spec.needs()) <= set(ended)
        return 0.0

    monkeypatch.setattr(local, "_timed", timed)
    for some in local.computed(missing, store, "cpu", 4, 1):
        ended += [spec for spec, _ in some]
    assert sorted(one.key for one in ended) == sorted(one.key for one in missing)


def test_a_run_that_fails_ends_it_with_its_error(store, missing, here, monkeypatch):
    monkeypatch.setattr(local, "_timed", mock.Mock(side_effect=TrainingError("the loss is nan")))
    with pytest.raises(TrainingError, match="the loss is nan"):
        list(local.computed(missing, store, "cpu", 1, 1))


def test_waiting_for_another_sweep_is_said_once(store, missing, here, monkeypatch):
    monkeypatch.setattr(local.time, "sleep", lambda seconds: None)
    with Reservations(store) as other:
        assert all(map(other.may_start, missing))
        lines = []
        runs = local.computed(missing, store, "cpu", 1, 1, lines.append)
        assert [next(runs) for _ in range(3)] == [[], [], []]
        assert lines == [local.ELSEWHERE]
        for spec in missing:
            store.save(made_up.record(spec))
        ended = [spec for some in runs for spec, seconds in some if seconds is None]
    assert len(ended) == len(missing) and lines == [local.ELSEWHERE]


def test_a_run_that_is_stored_meanwhile_is_left_alone(store, missing):
    store.save(made_up.record(missing[0], wall_seconds=7))
    assert local._timed(missing[0], store, "cpu") is None
    assert store.load(missing[0]).results["wall_seconds"] == 7


@pytest.mark.slow
def test_a_process_has_its_threads_and_leaves_ctrl_c_to_its_parent():
    with local._pool(1, threads=3) as pool:
        assert pool.submit(torch.get_num_threads).result() == 3
        assert pool.submit(signal.getsignal, signal.SIGINT).result() is signal.SIG_IGN


@pytest.mark.slow
def test_a_process_keeps_freed_memory_unless_the_user_says_otherwise(monkeypatch):
    for name in local._ALLOCATOR:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MALLOC_TOP_PAD_", "4096")
    before = dict(os.environ)
    lines = local.in_process(subprocess.getoutput, "env", threads=1).splitlines()
    assert {line for line in lines if line.startswith("MALLOC_")} == {
        f"MALLOC_MMAP_THRESHOLD_={2**32}",
        f"MALLOC_TRIM_THRESHOLD_={2**32}",
        "MALLOC_TOP_PAD_=4096",
    }
    assert dict(os.environ) == before


@pytest.mark.slow
def test_a_process_that_dies_is_one_clear_error(store, missing, monkeypatch):
    monkeypatch.setattr(local, "_timed", tiny.die)
    with pytest.raises(SweepError, match="a worker process died, perhaps because memory ran out"):
        list(local.computed(missing, store, "cpu", 1, 1))
    with pytest.raises(SweepError, match="a worker process died"):  # as during a calibration
        local.in_process(tiny.die, None, None, None, threads=1)


def test_cores_and_memory_of_this_machine_are_plausible():
    memory = local.total_memory()
    assert local.usable_cores() >= 1 and (memory is None or memory > 2**28)


@pytest.mark.parametrize(
    ("device", "cores", "gib", "workers"),
    [
        ("cpu", 2, 24, 2),
        ("cpu", 16, 64, 16),
        ("cpu", 16, 24, 8),  # half of it, 1.5 GiB each
        ("cpu", 4, 1, 1),
        ("cpu", 4, None, 4),
        ("cuda", 16, 64, 1),
    ],
)
def test_the_default_is_a_process_per_core_as_far_as_memory_goes(
    monkeypatch, device, cores, gib, workers
):
    monkeypatch.setattr(local, "usable_cores", lambda: cores)
    monkeypatch.setattr(local, "total_memory", lambda: gib and gib * 2**30)
    assert default_workers(device) == workers
