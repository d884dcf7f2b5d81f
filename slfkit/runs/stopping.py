"""Ctrl-C, and SIGTERM as a batch system sends it: a sweep ends at once, and in order."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(KeyboardInterrupt):
    """A signal asks to stop."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.signal = signal.Signals(number)


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise Stopped inside when a signal asks to stop, after killing this process's children.

    A second signal ends the process itself at once. Only the main thread can be asked.
    """
    with _handling(SIGNALS, _stop):
        yield


@contextmanager
def deaf() -> Iterator[None]:
    """Let processes started inside ignore Ctrl-C, which reaches all of a terminal's processes."""
    with _handling((signal.SIGINT,), signal.SIG_IGN):
        yield


@contextmanager
def _handling(numbers, handler) -> Iterator[None]:
    """Handle these signals in a way of its own inside."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


def _stop(number: int, frame) -> None:
    for each in SIGNALS:
        signal.signal(each, signal.SIG_DFL)
    for child in multiprocessing.active_children():
        child.kill()  # a run that is killed leaves a whole record or none
    raise Stopped(number)


@contextmanager
def variables(given: Mapping[str, object]) -> Iterator[None]:
    """Set environment variables inside; afterwards each is as it was before, or not there."""
    before = {name: os.environ.pop(name, None) for name in given}
    os.environ.update({name: str(value) for name, value in given.items()})
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
