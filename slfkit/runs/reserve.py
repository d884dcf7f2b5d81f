"""Runs under way: a file for each, so that two sweeps in one folder share their work.

A file names the process that computes the run, which touches it every few seconds. It no longer
counts once that process has died on this machine, or has been silent for a while on any. Should two
processes take the same stale file over in the same instant, both compute the run and store the same
record.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from slfkit.records.spec import Spec
from slfkit.records.store import Store

FOLDER = ".running"  # hidden: neither records nor what a manifest enters
BEAT = 10.0  # seconds between two touches
SILENT = 60.0  # seconds without one after which a file no longer counts
LINKLESS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS)  # where sweeps cannot share their runs
PAUSE = 0.5  # seconds between two looks at another process's run


class Reservations:
    """The runs that this process computes of a store; all are given back at the end.

    Args:
        store: whose folder other processes may compute into at the same time.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._taken: dict[Spec, Path] = {}
        self._ended = threading.Event()
        self._beating = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Reservations:
        self._tidy()
        self._beating.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.release(*self._taken)

    def may_start(self, spec: Spec) -> bool:
        """Tell whether to go on with a run here: its record is there, or nobody computes it.

        In the second case it is taken, and others let it be.
        """
        if spec in self._taken or self.store.record_path(spec).is_file():
            return True
        path = self.path(spec)
        if _stale(path):
            path.unlink(missing_ok=True)
        if not _created(path):
            return False
        self._taken[spec] = path
        return True

    def release(self, *specs: Spec) -> None:
        """Give runs back, stored or not."""
        for path in [self._taken.pop(spec) for spec in specs if spec in self._taken]:
            path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # not empty: others compute
                path.parent.rmdir()

    def path(self, spec: Spec) -> Path:
        """Return the file that says who computes a run."""
        return self.store.folder / FOLDER / f"{spec.stem}-{spec.key}"

    def _tidy(self) -> None:
        """Remove what killed processes have left: reservations, and half-written files."""
        folder = self.store.folder
        with contextlib.suppress(OSError):  # another process tidies up too, or works on
            for path in folder.glob("*/.*.tmp"):
                if time.time() - path.stat().st_mtime > SILENT:
                    path.unlink()
            for path in folder.glob(f"{FOLDER}/*"):
                if _stale(path):
                    path.unlink()
            (folder / FOLDER).rmdir()

    def _beat(self) -> None:
        """Touch the files of this process until its end."""
        while not self._ended.wait(BEAT):
            for path in list(self._taken.values()):
                with contextlib.suppress(OSError):
                    os.utime(path)


@contextmanager
def reserved(spec: Spec, store: Store) -> Iterator[None]:
    """Wait until a run is stored, or until nobody else computes it; then keep others from it."""
    with Reservations(store) as mine:
        while not mine.may_start(spec):
            time.sleep(PAUSE)
        yield


def _created(path: Path) -> bool:
    """Create a file with this process's name in it, unless it exists; tell whether it was made."""
    if path.exists():
        return False
    scratch = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch.write_text(f"{os.getpid()} {socket.gethostname()}\n")
        os.link(scratch, path)  # at once with what it says, or not at all
    except (FileExistsError, FileNotFoundError):  # the folder may be gone again
        return False
    except OSError as error:
        if error.errno not in LINKLESS:
            raise
    finally:
        scratch.unlink(missing_ok=True)
    return True


def _stale(path: Path) -> bool:
    """Tell whether a file is there whose process has died or long been silent."""
    try:
        silent = time.time() - path.stat().st_mtime > SILENT
        pid, _, host = path.read_text(errors="replace").partition(" ")
    except OSError:
        return False
    here = host.strip() == socket.gethostname() and pid.isdigit()
    return silent or (here and not _alive(int(pid)))


def _alive(pid: int) -> bool:
    """Tell whether a process of this machine lives."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):  # another user's
        return True
    return True
