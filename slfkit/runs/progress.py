"""Progress bars on a terminal, of one run's epochs and of a sweep.

Elsewhere they are silent: that is what ``disable=None`` means to tqdm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

from slfkit.records.spec import Spec
from slfkit.runs.cost import Remaining, duration


@contextmanager
def bar(spec: Spec) -> Iterator[Callable[[dict[str, float]], None]]:
    """Yield a function to call after each epoch with its entry of the history."""
    total = getattr(spec, "epochs", None)
    with tqdm(total=total, desc=spec.stem, unit="epoch", leave=False, disable=None) as shown:

        def after(epoch: dict[str, float]) -> None:
            shown.set_postfix({name: f"{value:.4g}" for name, value in epoch.items()})
            shown.update()

        yield after


@contextmanager
def sweep_bar(remaining: Remaining, say: Callable[[str], None]) -> Iterator[Callable[..., None]]:
    """Yield a function to call often, with the lines to say: it shows how far a sweep has come.

    The bar grows with the estimated work done, not with the number of runs.
    """
    runs, work = len(remaining.left), sum(remaining.left.values())
    form = "{desc}{percentage:3.0f}%|{bar}| {elapsed}{postfix}"
    with tqdm(total=work, bar_format=form, leave=False, disable=None) as shown:

        def update(lines: Iterable[str] = ()) -> None:
            with tqdm.external_write_mode():
                for line in lines:
                    say(line)
            left = remaining.left
            shown.n = work - sum(left.values())
            shown.set_description_str(f"{runs - len(left)}/{runs} runs ", refresh=False)
            shown.set_postfix_str(f"about {duration(remaining.seconds())} left")

        update()
        yield update
