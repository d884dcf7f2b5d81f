"""Threads against processes: the same cores as one wide process or as many narrow ones.

Run as ``python -m benchmarks.processes`` it is one of the processes: it prints ``ready``, waits for
a line, makes its epochs and prints how long they took.
"""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys

import torch

from . import ours
from .scene import Scene
from .timing import NotMeasured, Row, require, seconds


def splits(cores: int) -> list[tuple[int, int]]:
    """Return (processes, threads each) that fill the cores, processes in powers of two."""
    return [(2**power, cores // 2**power) for power in range(cores.bit_length())]


def rows(scene: Scene, cores: int | None = None) -> list[Row]:
    """Measure all splits in turns; the processes of a split run at the same time."""
    found = [_row(scene, *split) for split in splits(cores or os.cpu_count() or 1)]
    try:
        require(scene.device)
    except NotMeasured as reason:
        for row, _, _ in found:
            row.missing = str(reason)
        return [row for row, _, _ in found]
    for _ in range(max(1, scene.rounds // 3)):
        for row, processes, threads in found:
            row.values.append(together(scene, processes, threads))
    return [row for row, _, _ in found]


def _row(scene: Scene, processes: int, threads: int) -> tuple[Row, int, int]:
    name = f"{processes} process{'es' * (processes > 1)} x {threads} thread{'s' * (threads > 1)}"
    key = f"processes-{processes}x{threads}"
    note = "fine-tuning at f = 0, all processes together"
    return Row(key, name, "images/s", images=scene.images, note=note), processes, threads


def together(scene: Scene, processes: int, threads: int) -> float:
    """Return the images per second of several processes at once; the slowest one counts."""
    crew = [_start(scene, threads) for _ in range(processes)]
    try:
        for one in crew:
            one.stdout.readline()  # "ready"
        for one in crew:
            one.stdin.write("go\n")
            one.stdin.flush()
        slowest = max(float(one.stdout.readline()) for one in crew)
    finally:
        for one in crew:
            one.communicate()
    return processes * scene.images / slowest


def _start(scene: Scene, threads: int) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", __name__, json.dumps(dataclasses.asdict(scene)), str(threads)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "OMP_NUM_THREADS": str(threads)},
    )  # fmt: skip


def main(scene: str, threads: str) -> None:
    """Be one of the processes."""
    torch.set_num_threads(int(threads))
    here = Scene(**json.loads(scene))
    turn = ours.epoch(ours.pretrained(here), here)
    turn()
    print("ready", flush=True)
    sys.stdin.readline()
    print(seconds(turn, here.device), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
