"""A progress bar of one run's epochs on a terminal; silence elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .spec import Spec


@contextmanager
def bar(spec: Spec) -> Iterator[Callable[[dict[str, float]], None]]:
    """Yield a function to call after each epoch with its entry of the history."""
    from tqdm import tqdm

    total = getattr(spec, "epochs", None)
    silent = not sys.stderr.isatty()
    with tqdm(total=total, desc=spec.stem, unit="epoch", leave=False, disable=silent) as shown:

        def after(epoch: dict[str, float]) -> None:
            shown.set_postfix({name: f"{value:.4g}" for name, value in epoch.items()})
            shown.update()

        yield after
