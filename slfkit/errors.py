"""The errors slfkit raises: each message names the value, what was expected and how to fix it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class SlfkitError(Exception):
    """Base of all errors a user can mend; the command line prints the sentence, no traceback."""

    status = 2  # of the command


class ParameterError(SlfkitError, ValueError):
    """A parameter has an unknown name, a wrong type or a value out of range."""


class DataError(SlfkitError):
    """A data set is absent, corrupt or of another shape than expected."""


class MessageError(SlfkitError):
    """A message of exchanged weights is not what the receiver can accept."""


class WireError(SlfkitError):
    """A connection to the other side is lost, silent or cannot be opened."""


class RecordError(SlfkitError):
    """A stored record or weight file is damaged or does not belong to its key."""


class TrainingError(SlfkitError):
    """A training run cannot go on, for instance because its loss is no longer finite."""


class NotebookError(SlfkitError):
    """A notebook is not found, breaks the notebook contract or fails while it runs."""


class BookError(SlfkitError):
    """The book cannot be built or printed."""


class SweepError(SlfkitError):
    """A sweep cannot go on: a worker process or the scheduler is lost, unfit or out of reach."""


class Interrupted(SweepError):
    """A signal ended a sweep; the command's status is 128 and the signal's number."""

    def __init__(self, message: str, number: int) -> None:
        super().__init__(message)
        self.status = 128 + number


def one_line(text: str) -> str:
    """Return a text as one line that a terminal only prints: control characters are escaped."""
    line = " ".join(text.split())
    escaped = (c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
    return "".join(escaped)


def brief(value: object, most: int = 40) -> str:
    """Return a value as a text that a sentence can hold, cut where it is long."""
    text = str(value) if isinstance(value, Exception) else repr(value)
    return text if len(text) <= most else f"{text[: most - 3]}..."


def of_system(error: OSError) -> str:
    """Return a sentence on what the operating system refused and what to do."""
    where = f"{error.filename}: " if error.filename is not None else ""
    return (
        f"{where}{error.strerror or error}: what was finished before is kept; mend the folder or "
        "the disk, or name another folder, and run the same command again"
    )


def nearest(name: str, names: Iterable[str]) -> str:
    """Return the end of a sentence that names the nearest of these names, or all of them."""
    close = difflib.get_close_matches(name, list(names), n=1)
    if close:
        return f": did you mean '{close[0]}'?"
    return f": expected one of {', '.join(names)}" if names else ": there are none"
