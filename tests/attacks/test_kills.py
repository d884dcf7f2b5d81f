"""Sweeps that are killed at random moments lose no record and leave nothing behind."""

import contextlib
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import made_up
import pytest

from slfkit.experiments.registry import plan
from slfkit.records.store import Store
from slfkit.runs import compute, local, reserve

KILLS = 20  # of sweeps of made-up runs
WANTED = plan("smoke")


def sweep(root):
    """Sweep the smoke profile with made-up runs, two at a time; a fork's whole life."""

    def timed(spec, store, device):
        time.sleep(0.001)
        if hasattr(spec, "epochs"):
            store.save_weights(spec, spec.key.encode() * 2_000)
        store.save(made_up.record(spec))
        return 0.0

    local._timed, local._pool = timed, lambda workers, threads: ThreadPoolExecutor(workers)
    store = Store("smoke", root)
    for _ in local.computed(compute.in_order(WANTED, store), store, "cpu", 2, 1):
        pass
    os._exit(0)


def files(root):
    """Return what lies there, without what is being written or computed."""
    found = [path for path in root.glob("smoke/[!.]*/[!.]*") if path.is_file()]
    return {path: path.read_bytes() for path in found}


def test_random_kills_lose_no_record(tmp_path):
    root, draw, kept, lives = tmp_path / "results", random.Random(0), {}, []
    root.mkdir()
    fork = multiprocessing.get_context("fork")
    for _ in range(KILLS):
        child = fork.Process(target=sweep, args=(root,))
        child.start()
        end = time.monotonic() + 20
        while child.is_alive() and len(files(root)) == len(kept) and time.monotonic() < end:
            time.sleep(0.001)
        time.sleep(draw.uniform(0.0, 0.03))
        child.kill()
        child.join()
        lives.append(child.exitcode)
        now = files(root)
        assert kept.items() <= now.items()  # what was stored is as it was
        for path in now.keys() - kept.keys():
            assert path.suffix == ".safetensors" or Store("smoke", root).read(path)
        kept = now
    assert lives.count(-signal.SIGKILL) > KILLS / 2 and len(kept) > KILLS
    last = fork.Process(target=sweep, args=(root,))
    last.start()
    last.join(100)
    assert last.exitcode == 0 and kept.items() <= files(root).items()
    store = Store("smoke", root)
    assert not compute.in_order(WANTED, store)
    named = {store.weights_path(record.spec) for record in store.records()}
    assert {path for path in files(root) if path.suffix == ".safetensors"} <= named
    assert not list(root.glob(f"smoke/{reserve.FOLDER}/[!.]*"))  # stale ones were taken over


def test_a_real_sweep_survives_kills(tmp_path, kills):
    """The same with trained networks and worker processes; --long or --kills asks for it."""
    if not kills:
        pytest.skip("--long kills a real sweep 20 times, --kills N as often; some seconds each")
    command = [sys.executable, "-B", "-m", "slfkit", "reproduce", "--profile", "smoke"]
    command += ["--study", "misalignment", "--workers", "1"]
    environment = {**os.environ, "SLFKIT_RESULTS": str(tmp_path), "OMP_NUM_THREADS": "1"}
    draw, kept = random.Random(0), {}
    for _ in range(kills):
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(draw.uniform(1, 12))
        process.kill()
        process.stdout.read()  # ends once no worker holds the pipe: none is an orphan
        process.wait()
        now = files(tmp_path)
        assert kept.items() <= now.items()
        for record in Store("smoke", tmp_path).records():
            if "weights_sha256" in record.results:
                Store("smoke", tmp_path).load_weights(record.spec, record.results["weights_sha256"])
        kept = now
