"""Runs in processes on this machine."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache, partial
from threading import Thread
from typing import Any

from slfkit.errors import SweepError
from slfkit.records.spec import Spec
from slfkit.records.store import Store
from slfkit.runs.compiling import one_run
from slfkit.runs.compute import in_turn
from slfkit.runs.reserve import Reservations
from slfkit.runs.stopping import ignoring_ctrl_c

RUN_BYTES = 1.5 * 2**30  # a paper-scale run peaks at some 1.3 GiB, both data sets in memory
# glibc hands large freed blocks back to the system, which must clear them again for the next batch:
# kept instead, tests of 500 images at a time ran about a quarter faster
_ALLOCATOR = {
    "MALLOC_MMAP_THRESHOLD_": str(2**32),
    "MALLOC_TRIM_THRESHOLD_": str(2**32),
    "MALLOC_TOP_PAD_": str(2**28),
}
ELSEWHERE = "another sweep computes what is left or what it needs: waiting for it"
Finished = list[tuple[Spec, float | None]]  # with seconds; None where the record existed already


def default_workers(device: str) -> int:
    """Return how many processes of one thread compute at a time: one per core, one on a GPU.

    No more than fit in half of the memory, so that the rest of the machine goes on.
    """
    if device == "cuda":
        return 1
    cores, memory = usable_cores(), total_memory()
    return cores if memory is None else max(1, min(cores, int(memory / 2 / RUN_BYTES)))


def usable_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def total_memory() -> float | None:
    """Return the main memory in bytes, None where the system does not say."""
    try:
        return float(os.sysconf("SC_PHYS_PAGES")) * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return None


def computed(
    missing: list[Spec],
    store: Store,
    device: str,
    workers: int,
    threads: int,
    say: Callable[[str], None] = lambda line: None,
) -> Iterator[Finished]:
    """Compute runs, each after those it needs; yield those that have ended, every second at least.

    What another process computes into the same store at the same time is left to it.

    Args:
        workers: processes that compute at the same time.
        threads: processor threads of each.
        say: is told once if all that is left is computed elsewhere.

    Raises:
        SweepError: a process died.
        DataError, TrainingError: as a run itself does.
    """
    told = cache(say)  # once
    waiting = partial(_ended, idle=lambda: told(ELSEWHERE))
    with _pool(workers, threads) as pool, Reservations(store) as mine, _explained():
        start = partial(pool.submit, _timed, store=store, device=device)
        for ended in in_turn(missing, start, lambda: workers, waiting, mine.may_start):
            finished = [(spec, future.result()) for spec, future in ended]
            mine.release(*(spec for spec, _ in ended))
            yield finished


@contextmanager
def _explained() -> Iterator[None]:
    """Turn the death of a process into one clear sentence."""
    try:
        yield
    except BrokenProcessPool as error:
        raise SweepError(
            "a worker process died, perhaps because memory ran out (then try fewer --workers)"
        ) from error


def in_process(function: Callable, *arguments: Any, threads: int) -> Any:
    """Return what a function returns in another process, so that this one stays light.

    Raises:
        SweepError: that process died.
    """
    with _explained(), _pool(1, threads) as pool:
        return pool.submit(function, *arguments).result()


def _pool(workers: int, threads: int) -> ProcessPoolExecutor:
    from unittest.mock import patch  # here, since it loads asyncio

    fresh = multiprocessing.get_context("spawn")  # a forked torch hangs on its thread pool
    pool = ProcessPoolExecutor(workers, fresh, _start_worker, (threads,))
    with ignoring_ctrl_c(), patch.dict(os.environ, _ALLOCATOR | os.environ):
        pool.submit(int)  # the first call starts all processes
    return pool


def _ended(running: list[Future], idle: Callable[[], None]) -> set[Future]:
    if not running:
        idle()
        time.sleep(1)
    return wait(running, timeout=1, return_when=FIRST_COMPLETED).done


def _start_worker(threads: int) -> None:
    import torch  # here, since the parent needs none of it

    torch.set_num_threads(threads)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process with its parent: a killed one cannot tell it, and it would wait for ever."""
    multiprocessing.parent_process().join()
    os._exit(1)


def _timed(spec: Spec, store: Store, device: str) -> float | None:
    """Compute and store one run; return the seconds it took, None if its record exists."""
    from slfkit.runs.execution import execute  # here, since the parent needs no torch
    from slfkit.runs.workplace import Workplace

    if store.load(spec) is not None:
        return None
    started = time.perf_counter()
    with one_run():
        execute(spec, Workplace(store, device))
    return time.perf_counter() - started
