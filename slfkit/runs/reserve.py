"""Runs under way: a locked file for each, so that two sweeps in one folder share their work.

The operating system gives a lock back when its process ends, however it ends. Over a network file
system this holds where the system shares its locks.
"""

from __future__ import annotations

import contextlib
import errno
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from slfkit.records.spec import Spec
from slfkit.records.store import Store

FOLDER = ".running"  # hidden: neither records nor what a manifest enters
OLD = 60.0  # seconds after which a half-written file is one that a killed process has left
LOCKLESS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOLCK)  # where sweeps cannot share their runs
PAUSE = 0.5  # seconds between two looks at another process's run


class Reservations:
    """The runs that this process computes into a store's folder; all are given back at the end."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._taken: dict[Spec, FileLock] = {}

    def __enter__(self) -> Reservations:
        self._tidy()
        return self

    def __exit__(self, *_: object) -> None:
        self.release(*self._taken)

    def may_start(self, spec: Spec) -> bool:
        """Tell whether to go on with a run here: its record is there, or nobody computes it.

        In the second case it is taken, and others let it be.
        """
        if spec in self._taken or self.store.record_path(spec).is_file():
            return True
        path = self.path(spec)
        lock = FileLock(path, thread_local=False)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire(blocking=False)
        except (Timeout, FileNotFoundError):  # the folder may be gone again
            return False
        except OSError as error:
            if error.errno not in LOCKLESS:
                raise
        self._taken[spec] = lock
        return True

    def release(self, *specs: Spec) -> None:
        """Give runs back, stored or not."""
        for spec in specs:
            if lock := self._taken.pop(spec, None):
                _give_back(lock)

    def path(self, spec: Spec) -> Path:
        """Return the file that is locked by who computes a run."""
        return self.store.folder / FOLDER / f"{spec.stem}-{spec.key}"

    def _tidy(self) -> None:
        """Remove what killed processes have left: files without a lock, and half-written ones."""
        folder = self.store.folder
        with contextlib.suppress(OSError):  # another process tidies up too
            for path in folder.glob("*/.*.tmp"):
                if time.time() - path.stat().st_mtime > OLD:
                    path.unlink()
            for path in folder.glob(f"{FOLDER}/*"):
                lock = FileLock(path, thread_local=False)
                with contextlib.suppress(Timeout):
                    lock.acquire(blocking=False)
                    _give_back(lock)


def _give_back(lock: FileLock) -> None:
    """Remove a locked file, then give back its lock: who locks a removed file tries again."""
    path = Path(lock.lock_file)
    path.unlink(missing_ok=True)
    lock.release()
    with contextlib.suppress(OSError):  # not empty: others compute
        path.parent.rmdir()


@contextmanager
def reserved(spec: Spec, store: Store) -> Iterator[None]:
    """Wait until a run is stored, or until nobody else computes it; then keep others from it."""
    with Reservations(store) as mine:
        while not mine.may_start(spec):
            time.sleep(PAUSE)
        yield
