"""Sweeps over a real scheduler and two real worker processes on loopback."""

import collections
import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from types import SimpleNamespace

import made_up
import pytest
import tiny
from distributed.comm import CommClosedError

from slfkit.errors import SweepError
from slfkit.records.provenance import source_hash
from slfkit.records.store import Store, project_root
from slfkit.runs import cluster
from slfkit.runs.compute import compute, in_order

HERE = ("--host", "127.0.0.1", "--no-dashboard")
ENDED = ("processing", "memory")
SWEEP = [sys.executable, "-m", "slfkit", "reproduce", "--profile", "smoke"]
SWEEP += ["--study", "misalignment", "--scheduler"]
WANTED = [tiny.alignment(frozen) for frozen in (0, 4)] + [tiny.pair()]


def free_address():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture(scope="module")
def launch(tmp_path_factory):
    """Yield a function that starts one of Dask's commands; all end with the module."""
    folder, started = tmp_path_factory.mktemp("dask"), []
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "DASK_LOGGING__DISTRIBUTED": "warning"}
    environment["PYTHONPATH"] = str(project_root())

    def start(command, *arguments):
        module = f"distributed.cli.dask_{command}"
        with (folder / f"{len(started)}.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-B", "-m", module, *arguments, *HERE],
                env=environment,
                cwd=folder,
                stdout=log,
                stderr=log,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


@contextlib.contextmanager
def connect(address, seconds=200):  # long, for a crowded machine
    """Yield a client of a scheduler that may still be starting."""
    end = time.monotonic() + seconds
    with contextlib.ExitStack() as stack:
        client = None
        while client is None:
            with contextlib.suppress(SweepError):
                client = stack.enter_context(cluster.connected(address))
            assert client or time.monotonic() < end
        yield client


def scheduler(launch):
    """Start a scheduler; return its process and address."""
    address = free_address()
    return launch("scheduler", "--port", address.rpartition(":")[2]), address


def worker(launch, address, threads=1):
    return launch("worker", address, "--nthreads", str(threads), "--no-nanny", "--nworkers", "1")


@pytest.fixture(scope="module")
def address(launch):
    """A scheduler with two workers."""
    _, address = scheduler(launch)
    workers = [worker(launch, address) for _ in range(2)]
    with connect(address) as client:
        client.wait_for_workers(len(workers), timeout=200)
    return address


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """The records of the wanted runs, computed in this process."""
    store = Store("smoke", tmp_path_factory.mktemp("here"))
    for spec in WANTED:
        compute(spec, store)
    return {record.spec: record for record in store.records()}


def sweep(client, store):
    """Compute the wanted runs; return how often each ended."""
    missing, ended = in_order(WANTED, store), collections.Counter()
    for some in cluster.computed(missing, store, "cpu", client, 1):
        for spec, _ in some:
            assert store.load(spec) is not None
            assert all(map(store.load, spec.needs()))
            ended[spec] += 1
    assert set(ended.values()) == {1} and set(ended) == set(missing)


def check_same(store, here):
    """The store holds the records computed in-process, times apart, and whole weights."""
    records = {record.spec: record for record in store.records()}
    assert set(records) == set(here)
    for spec, record in records.items():
        apart = {"wall_seconds": None}
        assert record.results | apart == here[spec].results | apart
        assert record.provenance["threads"] == 1
        if "weights_sha256" in record.results:
            store.load_weights(spec, record.results["weights_sha256"])


def computed_runs(client):
    """Return how often each run was computed to its end, as the scheduler saw it."""

    def log(dask_scheduler):
        return [entry[0] for entry in dask_scheduler.transition_log if entry[1:3] == ENDED]

    return collections.Counter(client.run_on_scheduler(log))


@pytest.mark.slow
def test_two_clients_at_once_get_the_records_of_one_process_and_compute_nothing_twice(
    address, here, tmp_path
):
    stores = [Store("smoke", tmp_path / name) for name in ("one", "other")]
    with connect(address) as one, connect(address) as other:
        assert cluster.slots(one) == 2
        before = computed_runs(one)
        with ThreadPoolExecutor() as pool:
            assert list(pool.map(sweep, (one, other), stores)) == [None, None]
        counted = computed_runs(one) - before
    assert {f"slfkit-smoke-{spec.key}": 1 for spec in here} == counted
    for store in stores:
        check_same(store, here)
    texts = [sorted(path.read_text() for path in store.record_files()) for store in stores]
    assert texts[0] == texts[1]  # times and dates as well


@pytest.mark.slow
def test_a_worker_killed_in_mid_run_costs_no_record(launch, address, here, store):
    with connect(address) as client:
        pids = client.run(os.getpid)
        killed = []

        def kill_one():
            while not killed:
                busy = [name for name, keys in client.processing().items() if keys]
                if busy and store.record_files():
                    os.kill(pids[busy[0]], signal.SIGKILL)
                    killed.append(busy[0])
                time.sleep(0.01)

        threading.Thread(target=kill_one, daemon=True).start()
        sweep(client, store)
        assert killed and killed[0] not in client.nthreads()
    check_same(store, here)
    worker(launch, address)  # in its place


@pytest.mark.slow
def test_a_worker_with_several_threads_is_refused(launch, store):
    _, address = scheduler(launch)
    worker(launch, address, threads=2)
    with connect(address) as client, pytest.raises(SweepError, match="2 runs in one process: st"):
        sweep(client, store)


@pytest.mark.slow
def test_a_worker_with_other_code_is_refused(address, store, monkeypatch):
    monkeypatch.setattr(cluster, "source_hash", lambda: "0123456789ab")
    message = rf"has other code than this machine \(source {source_hash()}, here 0123456789ab\)"
    with connect(address) as client, pytest.raises(SweepError, match=message):
        sweep(client, store)


def test_no_scheduler_is_one_clear_error_within_ten_seconds():
    address = free_address()
    started = time.monotonic()
    done = subprocess.run([*SWEEP, address], capture_output=True, text=True, timeout=60)
    assert time.monotonic() - started < 10
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"slfkit: no scheduler answers at {address}: start one")


@pytest.mark.parametrize("greeting", [b"", b"SSH-2.0-OpenSSH_9.6\r\n", bytes(8), b"short"])
def test_another_server_is_no_scheduler(greeting, monkeypatch):
    """A silent one, such as Dask's own dashboard, would be waited for without end."""
    monkeypatch.setattr(cluster, "PATIENCE", 0.4)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        accepted = []

        def greet():
            accepted.append(server.accept()[0])
            accepted[0].sendall(greeting)

        other = threading.Thread(target=greet)
        other.start()
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(SweepError, match="no scheduler answers at"), cluster.connected(address):
            pass
        other.join()
        accepted[0].close()


@pytest.mark.long
def test_a_scheduler_that_is_killed_is_one_sentence_and_no_traceback(launch, tmp_path):
    """Dask's own log showed 38 lines of them."""
    process, address = scheduler(launch)
    with connect(address):
        pass
    sweep = subprocess.Popen(
        [*SWEEP, address],
        env={**os.environ, "SLFKIT_RESULTS": str(tmp_path), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    first = [sweep.stdout.readline() for _ in range(3)]  # the sweep waits for workers
    assert "has no workers yet" in first[1]
    process.kill()
    said = sweep.communicate(timeout=100)[1]
    assert sweep.returncode == 2 and said.count("\n") == 1
    assert said.startswith("slfkit: the scheduler is gone: start it again; 0 of 18 runs are stored")


def test_without_distributed_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SweepError, match=r'pip install "slfkit\[cluster\]"'):
        cluster.connected("tcp://127.0.0.1:1").__enter__()


def test_runs_that_others_have_stored_are_each_counted_once(store):
    specs = [tiny.transceiver(seed=seed) for seed in range(3)]
    for spec in specs:
        store.save(made_up.record(spec))
    (ended,) = cluster.computed(specs, store, "cpu", client_that(lambda: {}), 1)
    assert ended == [(spec, None) for spec in specs]


def client_that(answers):
    """Return what stands for a client whose scheduler answers a question so."""
    scheduler = SimpleNamespace(ncores="how many threads")
    return SimpleNamespace(scheduler=scheduler, sync=lambda *_, callback_timeout: answers())


@pytest.mark.parametrize(
    ("error", "raised", "sentence"),
    [
        (TimeoutError(), SweepError, "the scheduler has not answered for 30 seconds: it is stop"),
        (CommClosedError(), SweepError, "the scheduler is gone: start it again"),
        (OSError("Timed out trying to connect"), SweepError, "the scheduler is gone: start it"),
        (OSError(errno.ENOSPC, "No space left on device"), OSError, "No space left"),
    ],
)
def test_a_scheduler_that_falls_silent_is_told_and_no_fault_of_the_disk(error, raised, sentence):
    def fail():
        raise error

    with pytest.raises(raised, match=sentence):
        cluster.slots(client_that(fail))


def answer(record, weights):
    future = Future()
    future.set_result((record.to_text(), weights, 2.0))
    return future


def test_an_answer_is_stored_once_and_only_for_its_run(store):
    spec = tiny.transceiver()
    record = made_up.record(spec, wall_seconds=1)
    future = answer(record, b"weights")
    assert cluster._keep(spec, store, future) == 2.0
    later = answer(made_up.record(spec, wall_seconds=2), b"others")
    assert cluster._keep(spec, store, later) is None
    assert store.load(spec) == record and store.weights_path(spec).read_bytes() == b"weights"
    with pytest.raises(SweepError, match="a worker returned"):
        cluster._keep(tiny.transceiver(seed=5), store, future)
