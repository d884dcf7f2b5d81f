"""Sweeps: what they say, how they end, and that a killed one goes on at any moment."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import made_up
import pytest

from slfkit.errors import Interrupted, ParameterError, SweepError, TrainingError
from slfkit.experiments.registry import plan
from slfkit.records.provenance import device_name
from slfkit.records.store import Store
from slfkit.runs import cluster, sweep
from slfkit.runs.compute import in_order
from slfkit.runs.cost import Speed, calibrate, duration, flops
from slfkit.runs.sweep import reproduce
from slfkit.runs.verify import read_all

STORE = Store("smoke", Path("nowhere"))
MISALIGNMENT = plan("smoke", ["misalignment"])
sweep_it = partial(reproduce, "smoke", MISALIGNMENT)
SIGNALS = [(signal.SIGINT, 130), pytest.param(signal.SIGTERM, 143, marks=pytest.mark.long)]


@pytest.fixture
def root(tmp_path, monkeypatch):
    """An empty folder of results, on a machine whose speed is known."""
    monkeypatch.setenv("SLFKIT_RESULTS", str(tmp_path))
    monkeypatch.setattr(sweep, "_speed", lambda *_: Speed({}, 1e9, "from nothing"))
    return tmp_path


def test_a_dry_run_says_what_is_missing_and_costs_and_computes_nothing(root):
    said = []
    count = sweep_it(dry_run=True, workers=2, say=said.append)
    assert count == 18  # two classifiers, three transceivers, nine pairs, four judged once more
    assert said[0] == "18 runs of profile smoke have no record" and len(said) == 20
    assert said[1].startswith("1/18 classifier glyphs-s0: at most ")
    assert said[18].startswith("18/18 pair ")
    total = sum(flops(spec) for spec in in_order(MISALIGNMENT, STORE))
    assert said[-1].startswith(
        f"together at most {duration(total / 1e9)}, {duration(total / 2e9)} by 2 at a time "
        "(estimated from nothing)"
    )
    assert list(root.iterdir()) == []


def finishes(monkeypatch, *batches):
    """Let the processes yield these batches; a batch that is an exception is raised."""

    def computed(missing, *_):
        for batch in batches:
            if isinstance(batch, BaseException):
                raise batch
            yield [(missing[index], seconds) for index, seconds in batch]

    monkeypatch.setattr(sweep.local, "computed", computed)


def test_a_line_per_run_as_it_ends(root, monkeypatch):
    finishes(monkeypatch, [(1, 2.4)], [], [(0, None), (2, 7.0)])
    said = []
    sweep_it(say=said.append)
    assert said[1].startswith("together at most ")
    ends = [(line.partition(" ")[0], line.rpartition(": ")[2]) for line in said[2:]]
    assert ends == [("2/18", "2 s"), ("1/18", "stored by another process"), ("3/18", "7 s")]


@pytest.mark.parametrize(("number", "status"), SIGNALS)
def test_a_signal_ends_a_sweep_with_what_is_stored(root, monkeypatch, number, status):
    first = in_order(MISALIGNMENT, STORE)[0]

    def computed(*_):
        Store("smoke").save(made_up.record(first))
        signal.raise_signal(number)
        yield []

    monkeypatch.setattr(sweep.local, "computed", computed)
    before = signal.getsignal(number)
    sentence = f"stopped by {number.name}: 1 of 18 runs are stored, and the same command goes on"
    with pytest.raises(Interrupted, match=f"^{sentence} there$") as caught:
        sweep_it(say=str)
    assert caught.value.status == status
    assert signal.getsignal(number) is before


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (SweepError("a worker died"), "^a worker died; 0 of 18 runs are stored"),
        (TrainingError("the loss is nan"), "^the loss is nan$"),
    ],
)
def test_an_error_ends_a_sweep_and_says_what_is_stored(root, monkeypatch, error, sentence):
    finishes(monkeypatch, [(0, 1.0)], error)
    with pytest.raises(type(error), match=sentence):
        sweep_it(say=str)


@pytest.mark.parametrize(("slots", "lines"), [(3, 3), (0, 4)])
def test_a_scheduler_computes_instead_of_processes(root, monkeypatch, slots, lines):
    asked = []

    @contextlib.contextmanager
    def connected(address):
        yield address

    def computed(missing, store, device, client, threads):
        asked.append((store, device, client, threads))
        yield [(missing[0], 3.0)]

    monkeypatch.setattr(cluster, "connected", connected)
    monkeypatch.setattr(cluster, "computed", computed)
    monkeypatch.setattr(cluster, "slots", lambda client: slots)
    said = []
    sweep_it(scheduler="tcp://host:8786", workers=2, say=said.append)
    assert asked == [(Store("smoke"), "cpu", "tcp://host:8786", 1)]
    assert said[-1].endswith(": 3 s") and len(said) == lines
    assert ("has no workers yet: waiting" in said[1]) == (slots == 0)
    assert ("by 3 at a time" in said[-2]) == (slots == 3)


def test_a_card_that_is_not_there_is_refused(root, monkeypatch):
    monkeypatch.setattr(sweep, "_card", lambda: "")
    with pytest.raises(ParameterError, match="torch finds no such card here: try cpu"):
        sweep_it(device="cuda", say=str)


def test_the_speed_is_that_of_this_machines_records_or_else_measured(tmp_path, monkeypatch):
    store, spec = Store("smoke", tmp_path), plan("smoke")[0]
    measured = []

    def in_process(function, *arguments, threads):
        measured.append((function, arguments, threads))
        return 5e9

    monkeypatch.setattr(sweep.local, "in_process", in_process)
    assert sweep._speed([spec], store, "cpu", 2).overall == 5e9
    assert measured == [(calibrate, ("cpu", 64), 2)]
    made = {**made_up.PROVENANCE, "device": device_name("cpu"), "threads": 2}
    path = store.save(made_up.record(spec, made, wall_seconds=flops(spec) / 1e9))
    assert sweep._speed([spec], store, "cpu", 2).overall == pytest.approx(1e9)
    path.write_text("{")  # a damaged record stops only a run that needs it
    assert sweep._speed([spec], store, "cpu", 2).overall == 5e9


@contextlib.contextmanager
def started(root):
    """Start a sweep of one study in a process group, and kill what is left of it at the end."""
    command = [sys.executable, "-B", "-m", "slfkit", "reproduce", "--profile", "smoke"]
    command += ["--study", "channel_dissimilarity", "--workers", "1", "--threads", "1"]
    environment = {**os.environ, "SLFKIT_RESULTS": str(root), "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        command,
        env=environment,
        start_new_session=True,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def wait_for(condition, process, seconds=400):  # long, for a crowded machine
    end = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, process.stdout.read()
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize(("number", "status"), SIGNALS)
def test_ctrl_c_and_sigterm_stop_a_sweep_cleanly(tmp_path, number, status):
    with started(tmp_path) as process:
        wait_for(lambda: list(tmp_path.rglob("*.json")), process)
        os.killpg(process.pid, number)  # a terminal and a batch system signal the whole group
        said = process.communicate(timeout=60)[0].splitlines()
    whole, broken = read_all(Store("smoke", tmp_path))
    assert process.returncode == status and not broken
    assert said[-1].startswith(f"slfkit: stopped by {number.name}: {len(whole)} of ")
    assert not any("Traceback" in line for line in said)


def test_a_bare_machine_needs_neither_jupyter_nor_matplotlib():
    """What the sweep imports must load where only torch, torchvision and light packages are."""
    absent = "matplotlib papermill jupytext nbformat IPython distributed sphinx jupyter_core"
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({absent.split()}))\n"
        "import slfkit.__main__, slfkit.runs.sweep, slfkit.runs.local, slfkit.runs.execution\n"
        "import slfkit.runs.workplace, slfkit.data.loading, slfkit.runs.verify\n"
        "import slfkit.data.torchvision_sets, slfkit.runs.progress"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_workers_that_leave_and_come_are_told_once_each():
    """All of them may die in mid-run: silence would look like work."""
    counts, lines, closed = iter([2, 2, 0, 0, 1]), [], []

    def runs():
        try:
            yield from ([number] for number in range(9))
        finally:
            closed.append(True)

    watched = sweep._watched(runs(), lambda: next(counts), lines.append)
    assert [next(watched) for _ in range(5)] == [[0], [1], [2], [3], [4]]
    assert lines == [
        "no worker is left: what was finished is stored, and the rest waits for one",
        "workers compute 1 at the same time now",
    ]
    watched.close()
    assert closed == [True]
