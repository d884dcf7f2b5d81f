"""Ctrl-C and SIGTERM while a notebook runs: one sentence, the signal's status, nothing left."""

import os
import signal
import subprocess
import sys

import pytest

SLEEPY = """\
# %% tags=["parameters"]
seconds: int = 60  # how long it sleeps

# %%
import sys
import time

print("under way", file=sys.stderr, flush=True)
time.sleep(seconds)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_is_one_sentence_and_leaves_nothing(tmp_path, number):
    (tmp_path / "sleepy.py").write_text(SLEEPY)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    command = [sys.executable, "-m", "slfkit", "run", tmp_path / "sleepy.py", "--output", tmp_path]
    run = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "TMPDIR": str(scratch)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert "under way" in run.stderr.readline()
    os.killpg(run.pid, number)  # as a terminal does
    said = run.communicate(timeout=60)[1]
    assert run.returncode == 128 + number
    assert said == (
        f"slfkit: stopped by {number.name}: what was computed is stored, and the same command goes "
        "on there\n"
    )
    assert list(scratch.iterdir()) == []
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".ipynb"] == []
