"""Computes every run of the book that has no record yet: resumable, best first."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from threading import Thread

from .errors import ParameterError
from .runs import compute, in_order
from .spec import AlignmentSpec, Spec, needs
from .store import Store
from .studies import STUDIES

# the cells the pages need first: Table I's column, then the ends of the sweep
_FIRST = (0.3, 0.1, 0.5)


def plan(profile: str, studies: Sequence[str] = (), seeds: Sequence[int] = ()) -> list[Spec]:
    """Return the runs of the named studies, all where none is named, in the order to compute.

    Seed by seed, so that every experiment is there once before any is there twice; within a seed
    the cells the pages need come first.

    Raises:
        ParameterError: an unknown profile or study, or a seed below 0.
    """
    for name in studies:
        if name not in STUDIES:
            raise ParameterError(f"study {name!r} is unknown: choose {', '.join(STUDIES)}")
    chosen = [STUDIES[name](profile, seeds=seeds) for name in studies or STUDIES]
    cells = [cell for study in chosen for cell in study.cells]
    cells.sort(key=lambda cell: (cell.labels["seed"], _rank(cell.spec)))
    return list(dict.fromkeys(cell.spec for cell in cells))


def _rank(spec: Spec) -> tuple[int, float]:
    """Return where a run stands within its seed: tests of pairs cost little and come first."""
    if not isinstance(spec, AlignmentSpec):
        return (-1, 0.0)
    if spec.crossover in _FIRST:
        return (_FIRST.index(spec.crossover), 0.0)
    return (len(_FIRST), spec.crossover)


def reproduce(
    profile: str = "paper",
    studies: Sequence[str] = (),
    seeds: Sequence[int] = (),
    device: str = "cpu",
    dry_run: bool = False,
    workers: int = 1,
    threads: int = 0,
    say: Callable[[str], None] = print,
) -> int:
    """Compute what is missing and store each run as it ends; return how many runs were missing.

    Args:
        dry_run: only say which runs are missing.
        workers: processes that compute at the same time.
        threads: processor threads of each; 0 shares the cores out.
        say: receives one line a run.
    """
    store = Store(profile)
    missing = list(in_order(plan(profile, studies, seeds), store))
    say(f"{len(missing)} runs of profile {profile} have no record")
    labels = {
        spec: f"{number}/{len(missing)} {spec.kind.removesuffix('s')} {spec.stem}"
        for number, spec in enumerate(missing, start=1)
    }
    if dry_run:
        for label in labels.values():
            say(label)
        return len(missing)
    share = threads or max(1, (os.cpu_count() or 1) // workers)
    for spec, seconds in _computed(missing, store, device, workers, share):
        say(f"{labels[spec]}: {seconds:.0f} s")
    return len(missing)


def _computed(
    missing: list[Spec], store: Store, device: str, workers: int, threads: int
) -> Iterator[tuple[Spec, float]]:
    """Compute runs in processes of their own, each after those it needs; yield each as it ends."""
    fresh = multiprocessing.get_context("spawn")  # a forked torch hangs on its thread pool
    with ProcessPoolExecutor(workers, fresh, _start_worker, (threads,)) as pool:
        waiting, running = list(missing), {}
        while waiting or running:
            unfinished = {*waiting, *running.values()}
            for spec in [one for one in waiting if unfinished.isdisjoint(needs(one))]:
                if len(running) == workers:
                    break
                waiting.remove(spec)
                running[pool.submit(_timed, spec, store, device)] = spec
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield running.pop(future), future.result()


def _start_worker(threads: int) -> None:
    import torch

    torch.set_num_threads(threads)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process with its parent: a killed one cannot tell it, and it would wait for ever."""
    multiprocessing.parent_process().join()
    os._exit(1)


def _timed(spec: Spec, store: Store, device: str) -> float:
    """Compute one run; return the seconds it took."""
    started = time.perf_counter()
    compute(spec, store, device)
    return time.perf_counter() - started
