"""Environment variables that hold for a while: for processes and kernels started meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


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
