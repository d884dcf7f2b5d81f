"""Runs on the workers of a Dask scheduler: they return records, this side stores them."""

from __future__ import annotations

import concurrent.futures
import json
import logging
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from slfkit.errors import SweepError
from slfkit.records.provenance import source_hash
from slfkit.records.spec import Spec, from_canonical
from slfkit.records.store import Record, Store
from slfkit.runs.compiling import one_run
from slfkit.runs.compute import in_turn
from slfkit.runs.local import Finished
from slfkit.runs.reserve import Reservations

if TYPE_CHECKING:
    from distributed import Client, Future

PATIENCE = 6  # seconds to find the scheduler
GONE = "the scheduler is gone: start it again"
SILENCE = 30  # seconds it may take to answer
MOST_OF_A_GREETING = 2**20  # bytes; Dask's has some hundreds
Answer = tuple[str, bytes | None, float]  # the record's text, trained weights, seconds


def computed(
    missing: list[Spec], store: Store, device: str, client: Client, threads: int
) -> Iterator[Finished]:
    """Compute runs on a client's workers; store and yield those that end, every second at least.

    Every client gives a run the same key, so two that ask for it at the same time share it.

    Raises:
        SweepError: the scheduler is lost, a worker is unfit, or a run took several down.
        DataError, TrainingError: as a run itself does.
    """
    kept: list[Future] = []  # while they are held, a second client gets them without computing

    def start(spec: Spec) -> Future:
        if store.load(spec) is not None:
            stored = concurrent.futures.Future()
            stored.set_result(None)
            return stored
        key = f"slfkit-{store.profile}-{spec.key}"
        task = _task(spec, store, device, threads)
        kept.append(client.submit(work, *task, key=key, priority=-missing.index(spec)))
        return kept[-1]

    def room() -> int:  # more than are computed, so that no worker waits
        return max(4, 2 * slots(client))

    with _explained(), Reservations(store) as mine:
        for ended in in_turn(missing, start, room, _ended, mine.may_start):
            finished = [(spec, _keep(spec, store, future)) for spec, future in ended]
            mine.release(*(spec for spec, _ in ended))
            yield finished


def slots(client: Client) -> int:
    """Return how many runs the workers compute at the same time.

    Raises:
        SweepError: the scheduler is lost, or silent.
    """
    with _explained():
        return sum(client.sync(client.scheduler.ncores, callback_timeout=SILENCE).values())


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """Yield a client of the scheduler.

    Raises:
        SweepError: ``distributed`` is not installed, or nothing answers there.
    """
    if find_spec("distributed") is None:
        raise SweepError('a scheduler needs the package distributed: pip install "slfkit[cluster]"')
    try:
        _check_listening(address)
        from distributed import Client  # here, since it is an extra, and slow to load

        _quiet()
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise SweepError(
            f"no scheduler answers at {address}: start one there with 'dask scheduler', or correct "
            "the address"
        ) from error
    with client:
        yield client


def _quiet() -> None:
    """Keep Dask's own log off the terminal: ``_explained`` says what its tracebacks mean."""
    for name in ("asyncio", *logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("asyncio", "distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _check_listening(address: str) -> None:
    """Raise OSError or ValueError if none greets there: Dask waits without end for another server.

    A scheduler speaks first, and begins with how many bytes follow.
    """
    place = urlsplit(address)
    with (
        socket.create_connection((place.hostname, place.port), timeout=PATIENCE / 2) as line,
        line.makefile("rb") as greeting,
    ):
        size = int.from_bytes(greeting.read(8), "little")
    if not 0 < size < MOST_OF_A_GREETING:
        raise ValueError(f"{size} bytes are no greeting of Dask's")


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what Dask raises into one clear sentence."""
    from distributed import KilledWorker  # here, since it is an extra
    from distributed.comm import CommClosedError

    try:
        yield
    except KilledWorker as error:
        raise SweepError(
            f"{error.task} took its worker down {error.allowed_failures + 1} times, perhaps "
            "because memory ran out: give each worker more"
        ) from error
    except (concurrent.futures.CancelledError, CommClosedError) as error:
        raise SweepError(GONE) from error
    except TimeoutError as error:
        raise SweepError(
            f"the scheduler has not answered for {SILENCE} seconds: it is stopped or out of reach"
        ) from error
    except OSError as error:
        if error.errno is not None:  # the disk's; Dask's, of a connection it cannot make, has none
            raise
        raise SweepError(GONE) from error
    except ImportError as error:
        raise SweepError(f"a worker lacks what a run needs ({error}): install slfkit") from error


def _ended(futures: list[Future]) -> list[Future]:
    """Wait a second at most for one of the futures; return those that are done."""
    end = time.monotonic() + 1
    while True:
        done = [future for future in futures if future.done()]
        if done or time.monotonic() > end:
            return done
        time.sleep(0.05)


def _task(spec: Spec, store: Store, device: str, threads: int) -> tuple[Any, ...]:
    """Return the arguments of ``work``: all of it plain texts and bytes."""
    needed = []
    for record in map(store.load, spec.needs()):
        message = store.load_weights(record.spec, record.results["weights_sha256"])
        needed.append((record.to_text(), message))
    return (source_hash(), json.dumps(spec.canonical()), needed, store.profile, device, threads)


def work(
    source: str, spec: str, needed: list[tuple[str, bytes]], profile: str, device: str, threads: int
) -> Answer:
    """Compute one run on a worker, in a fresh store; only the worker's data is read.

    Args:
        source: the client's ``source_hash()``.
        spec: the run, as canonical JSON.
        needed: records and weights of the networks it needs.

    Raises:
        SweepError: this worker has another slfkit, or it computes several runs in one process.
    """
    _check_worker(source)
    import torch  # here, since a client needs none of it

    from slfkit.runs.execution import execute
    from slfkit.runs.workplace import Workplace

    torch.set_num_threads(threads)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(profile, Path(folder))
        for text, message in needed:
            record = Record.from_text(text)
            store.save_weights(record.spec, message)
            store.save(record)
        with one_run():
            record = execute(from_canonical(json.loads(spec)), Workplace(store, device))
        sha256 = record.results.get("weights_sha256")
        weights = store.load_weights(record.spec, sha256) if sha256 else None
    return record.to_text(), weights, time.perf_counter() - started


def _check_worker(source: str) -> None:
    """Raise SweepError if this worker must not compute for that client."""
    from distributed import get_worker  # here, since it is an extra

    worker = get_worker()
    if source != source_hash():
        raise SweepError(
            f"worker {worker.address} has other code than this machine (source {source_hash()}, "
            f"here {source}): install the same slfkit there and restart it"
        )
    if worker.state.nthreads > 1:
        raise SweepError(
            f"worker {worker.address} would compute {worker.state.nthreads} runs in one process: "
            "start it with --nthreads 1, and --nworkers for more"
        )


def _keep(spec: Spec, store: Store, future: Future) -> float | None:
    """Store what a run has returned, unless its record exists; return the seconds it took."""
    answer = future.result()
    if answer is None:  # the record has meanwhile come from elsewhere
        return None
    text, weights, seconds = answer
    record = Record.from_text(text)
    if record.spec != spec:
        raise SweepError(f"a worker returned {record.spec.stem} for {spec.stem}")
    if store.load(spec) is not None:
        return None
    if weights is not None:
        store.save_weights(spec, weights)
    store.save(record)
    return seconds
