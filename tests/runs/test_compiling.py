"""Compiled steps: one run at a time, and one sentence where the compiler does not work."""

import json
import subprocess
import sys

import made_up
import pytest
import tiny
import torch

from slfkit.errors import TrainingError
from slfkit.runs import cluster, compiling, execution, local


@pytest.fixture
def events(monkeypatch):
    """Let steps be compiled and every run succeed at once; return what happens, in order."""
    happened = []

    def execute(spec, place):
        happened.append(spec)
        sha256 = place.store.save_weights(spec, b"weights")
        record = made_up.record(spec, weights_sha256=sha256)
        place.store.save(record)
        return record

    monkeypatch.setattr(compiling, "compiling", lambda: True)
    monkeypatch.setattr(torch.compiler, "reset", lambda: happened.append("forgotten"))
    monkeypatch.setattr(execution, "execute", execute)
    return happened


def test_a_worker_here_and_of_a_cluster_forgets_the_graphs_of_earlier_runs(
    events, store, monkeypatch
):
    monkeypatch.setattr(cluster, "_check_worker", lambda source: None)
    first, second, third = (tiny.transceiver(seed=seed) for seed in (0, 5, 6))
    local._timed(first, store, "cpu")
    local._timed(second, store, "cpu")
    threads = torch.get_num_threads()
    cluster.work("", json.dumps(third.canonical()), [], "smoke", "cpu", threads)
    assert events == ["forgotten", first, "forgotten", second, "forgotten", third]


def test_other_errors_pass(monkeypatch):
    monkeypatch.setattr(compiling, "compiling", lambda: False)
    with pytest.raises(ValueError, match="another"), compiling.one_run():
        raise ValueError("another")


FAILING = """
import torch
from slfkit.runs.compiling import one_run
with one_run():
    torch.compile(lambda x: (x + 1).sin().sum())(torch.ones(999))
"""


def test_a_compiler_that_does_not_work_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("CXX", "/bin/false")
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path))
    done = subprocess.run([sys.executable, "-c", FAILING], capture_output=True, text=True)
    said = done.stderr.splitlines()[-1]
    name = f"{TrainingError.__module__}.TrainingError"
    assert said.startswith(f"{name}: '/bin/false' cannot compile ")
    assert said.endswith(
        ": name another C++ compiler in CXX, or leave --compile and SLFKIT_COMPILE out"
    )
