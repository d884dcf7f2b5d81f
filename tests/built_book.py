"""The book as the tests see it, made once however many test files and workers ask for it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from filelock import FileLock

from slfkit.publish.build import render
from slfkit.records.store import project_root

RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))  # the same in all workers


@contextmanager
def building() -> Iterator[Path]:
    """Keep other workers from building in this checkout; give the folder of what is built."""
    folder = project_root() / "_build"
    folder.mkdir(exist_ok=True)
    with FileLock(folder / "tests.lock"):
        yield folder


@cache
def built_book() -> Path:
    """Return the folder of the book, made from the committed notebooks as they are.

    What `make book` or earlier tests built is kept where nothing has changed since.
    """
    with building() as folder:
        made = folder / "tests.run"
        if not made.exists() or made.read_text() != RUN:
            render(project_root())
            made.write_text(RUN)
    return folder / "html"
