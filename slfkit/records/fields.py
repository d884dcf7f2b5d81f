"""Fields of specifications: each checks its values, and says what the constants table shows.

The functions below ``declare`` declare the fields that several kinds of run have.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

Check = Callable[[Any], str]  # a value -> what is wrong with it, "" if nothing is


def at_least(least: int) -> Check:
    """Return a check for numbers with a smallest value."""
    return lambda value: "" if value >= least else f"must be at least {least}"


def one_of(choices: Sequence[str]) -> Check:
    """Return a check for names."""
    return lambda value: "" if value in choices else f"is unknown: choose {' or '.join(choices)}"


def parts_of(most: int) -> Check:
    """Return a check for a number of parts, from none to all."""
    wrong = f"is not a number of parts: choose 0 to {most}"
    return lambda value: "" if type(value) is int and 0 <= value <= most else wrong


def share(value: float) -> str:
    """Check a probability or a share."""
    return "" if 0.0 <= value <= 1.0 else "is outside [0, 1]"


def factor(value: float) -> str:
    """Check a learning rate or the weight of a term."""
    return "" if value > 0 and math.isfinite(value) else "must be above zero and finite"


def declare(
    meaning: str, default: Any = dataclasses.MISSING, check: Check | None = None, **known: str
) -> Any:
    """Declare a field of a dataclass; known are its symbol and unit, and whose choice it is."""
    shown = {"meaning": meaning, "symbol": "", "unit": "", "whose": "ours", **known}
    return dataclasses.field(default=default, metadata={**shown, "check": check})


crossover = partial(declare, check=share, symbol="eps", unit="probability")
alpha = partial(declare, "share of the second source (eq. 8)", check=share, symbol="alpha")
MIXING = ("images", "pixels")
_READING = "reading of eq. 8: images are mixed, or their pixels"
mixing = partial(declare, _READING, "images", one_of(MIXING))
other = partial(declare, "second source of a mixture; empty: none", "")
seed = partial(declare, "fixes weights, order of the images and noise", 0, at_least(0))
_images = partial(declare, unit="images")
train = partial(_images, "training images used, held-out ones included; 0: all", 0, at_least(0))
test = partial(_images, "test images used; 0: all", 0, at_least(0))
_KEPT = "training images kept for the stopping rule, never trained on"
held_out = partial(_images, _KEPT, 5_000, at_least(1))
epochs = partial(declare, check=at_least(1))
batch = partial(_images, "images per step", 64, at_least(1))
learning_rate = partial(declare, check=factor)
beta = partial(declare, "weight of the commitment term", 0.25, factor, symbol="beta")
_WARM_UP = "fresh weights: steps before the codebook is set by k-means"
warm_up = partial(declare, _WARM_UP, 100, at_least(0))
patience = partial(declare, "epochs without improvement after which training stops", 2, at_least(1))
PRECISIONS = ("float32", "bfloat16")
precision = partial(declare, "of the products in a training step", "float32", one_of(PRECISIONS))
draws = partial(declare, "draws of the test channel", 5, at_least(1))
