"""Every command on the page *Rerun and extend* is executed, in the order of the page."""

import os
import re
import socket
import subprocess
import sys
import time

import numpy as np
import pytest
from own_command import own_command
from own_images import idx

from slfkit.records.store import project_root

PAGE = (project_root() / "book" / "rerun.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(bash|python)\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
PORT = "8786"  # of the page; the test takes a free one
KEPT_OUT = ("runs", "results", "_build", ".git")  # what commands write must not land in the project
SAID = {  # what a block must print, by its beginning
    "slfkit run 02_channel -p crossovers": r"f = 4, ε = 0.2 +MSE +(no record|0\.\d{4}) +0\.\d{4}",
    "slfkit run 02_channel -p settings": r"settings that differ from the book's: codewords 64 ins",
    "slfkit run 04_recovery": r"f = 1, ε = 0.3 +time, reconstruction \(s\) +[\d.]+ +[\d.]+ +\+",
    "from slfkit.experiments.sweeps": r"3 of 3 records read.*\n(.*\n)*slf 0\.\d+ 0\.\d+",
    "slfkit source torchvision": r"FashionMNIST: 10 classes, 800 train(.*\n)*.*sources \['Fashion",
    "slfkit source scenes": r"folder-[0-9a-f]{12}: 10 classes, 320 train and 80 test images",
    "slfkit run 02_channel -p sources": r"sources \['folder-(.*\n)*The images differ: glyphs",
    "slfkit reproduce --profile smoke --study misalignment": r"together at most",
    "slfkit reproduce --profile smoke --study reinitialisation \\\n  --sche": r"2/2",
    "slfkit reproduce --profile smoke --study reinitialisation \\\n  --set": r"together at most",
    "slfkit reproduce --profile smoke --study freezing_order": r"together at most",
}
# what takes longest, and all but one dry run
LONG = ("02_channel", "channel_dissimilarity", "tcp://", "dask ", "freezing_order", "cuda")


def lay_out_fashion(folder):
    """Write a made-up FashionMNIST, so that the test needs neither network nor data."""
    folder.mkdir(parents=True)
    for prefix, count in (("train", 800), ("t10k", 160)):
        labels = (np.arange(count) % 10).astype(np.uint8)
        pixels = np.zeros((count, 28, 28), np.uint8)
        pixels[np.arange(count), 2 + labels * 2] = 220  # a bar whose height tells the class
        (folder / f"{prefix}-images-idx3-ubyte").write_bytes(idx(pixels))
        (folder / f"{prefix}-labels-idx1-ubyte").write_bytes(idx(labels))


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    """Yield a function that starts a block in a copy of the project's folder; all end with it."""
    root = tmp_path_factory.mktemp("rerun")
    here = root / "project"
    here.mkdir()
    for path in project_root().iterdir():
        if path.name not in KEPT_OUT:
            (here / path.name).symlink_to(path)
    lay_out_fashion(root / "data" / "FashionMNIST" / "raw")
    (root / "results").mkdir()
    (root / "results" / "paper").symlink_to(project_root() / "results" / "paper")
    environment = {
        **own_command(root / "bin"),
        "SLFKIT_DATA": str(root / "data"),
        "SLFKIT_RESULTS": str(root / "results"),
        "XDG_CACHE_HOME": str(root / "cache"),
        "OMP_NUM_THREADS": "1",
        "DASK_DISTRIBUTED__DASHBOARD__ENABLED": "false",
    }
    started = []

    def start(language, block):
        command = [sys.executable, "-c"] if language == "python" else ["bash", "-ec"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        process = subprocess.Popen(
            [*command, block], cwd=here, env=environment, start_new_session=True, **pipes
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, 15)
            process.communicate(timeout=60)


@pytest.fixture(scope="module")
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def wait_for(port, process):
    """Wait until the scheduler answers."""
    for _ in range(300):
        assert process.poll() is None, process.stdout.read()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", int(port))) == 0:
                return
        time.sleep(0.2)
    raise AssertionError("the scheduler does not answer")


COMMANDS = [
    pytest.param(
        language,
        block,
        id=block.split("\n")[0],
        marks=[pytest.mark.long] * any(word in block for word in LONG),
    )
    for language, block in BLOCKS
]


@pytest.mark.parametrize(("language", "block"), COMMANDS)
def test_a_block_of_the_page_runs(language, block, shell, port):
    process = shell(language, block.replace(PORT, port))
    if block.startswith("dask "):  # goes on until the end of this file
        wait_for(port, process)
        return
    printed, _ = process.communicate(timeout=300)
    assert process.returncode == 0, printed
    for beginning, said in SAID.items():
        if block.startswith(beginning):
            assert re.search(said, printed), printed


def test_what_is_looked_for_is_on_the_page():
    for beginning in SAID:
        assert any(block.startswith(beginning) for _, block in BLOCKS), beginning
    assert len(BLOCKS) == PAGE.count("\n```") // 2  # no block of another kind
