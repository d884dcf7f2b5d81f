"""Ctrl-C, and SIGTERM as a batch system sends it: a sweep ends at once, and in order."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
Handler = Callable[[int, FrameType | None], None] | signal.Handlers


class Stopped(KeyboardInterrupt):
    """A signal asks to stop."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.signal = signal.Signals(number)


def stoppable() -> AbstractContextManager[None]:
    """Raise Stopped inside when a signal asks to stop, after killing this process's children.

    A second signal ends the process itself at once. Only the main thread can be asked.
    """
    return _handling(SIGNALS, _stop)


def ignoring_ctrl_c() -> AbstractContextManager[None]:
    """Let processes started inside ignore Ctrl-C, which reaches all of a terminal's processes."""
    return _handling((signal.SIGINT,), signal.SIG_IGN)


@contextmanager
def _handling(numbers: Sequence[signal.Signals], handler: Handler) -> Iterator[None]:
    """Handle these signals inside with this handler."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


def _stop(number: int, frame: FrameType | None) -> None:
    for each in SIGNALS:
        signal.signal(each, signal.SIG_DFL)
    for child in multiprocessing.active_children():
        child.kill()  # a run that is killed leaves a whole record or none
    raise Stopped(number)
