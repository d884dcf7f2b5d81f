"""Threads against processes: the same cores as one wide process or as many narrow ones."""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from threading import Barrier

import torch

from benchmarks import ours
from benchmarks.scene import Scene
from benchmarks.timing import Row, measuring, require, seconds


def splits(cores: int) -> list[tuple[int, int]]:
    """Return (processes, threads each) that fill the cores, processes in powers of two."""
    return [(2**power, cores // 2**power) for power in range(cores.bit_length())]


def rows(scene: Scene) -> list[Row]:
    """Measure fine-tuning at f = 0 with all splits, in turns."""
    table = {split: _row(scene, *split) for split in splits(os.cpu_count() or 1)}
    with measuring(*table.values()):
        require(scene)
        for _ in range(scene.brief().rounds):
            for split, row in table.items():
                row.values.append(together(scene, *split))
    return list(table.values())


def _row(scene: Scene, processes: int, threads: int) -> Row:
    name = f"{processes} process{'es' * (processes > 1)} x {threads} thread{'s' * (threads > 1)}"
    return Row(f"processes-{processes}x{threads}", name, scene.images)


def together(scene: Scene, processes: int, threads: int) -> float:
    """Return the images per second of several processes at once; the slowest one counts."""
    context = get_context("spawn")
    start = (context.Barrier(processes, timeout=600),)
    with ProcessPoolExecutor(processes, context, initializer=_share, initargs=start) as pool:
        futures = [pool.submit(epoch_seconds, scene, threads) for _ in range(processes)]
        slowest = max(future.result() for future in futures)
    return processes * scene.images / slowest


def _share(barrier: Barrier) -> None:
    """Keep in a new process the barrier at which all processes start."""
    global start
    start = barrier


def epoch_seconds(scene: Scene, threads: int) -> float:
    """Return the seconds of an epoch that starts once every process has made one untimed."""
    torch.set_num_threads(threads)
    turn = ours.epoch(ours.pretrained(scene), scene)
    turn()
    start.wait()
    return seconds(turn, scene)
