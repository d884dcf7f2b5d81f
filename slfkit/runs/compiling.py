"""Whether training steps are compiled: asked for by SLFKIT_COMPILE, and possible only with C++."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from slfkit.errors import TrainingError, brief, one_line

ASKED = "SLFKIT_COMPILE"
NO_COMPILER = "no C++ compiler was found (CXX, c++, g++ or clang++): steps are not compiled"


def compiler() -> str | None:
    """Return the C++ compiler that torch would use; None if there is none."""
    named = os.environ.get("CXX")
    known = map(shutil.which, [named] if named else ["c++", "g++", "clang++"])
    return next(filter(None, known), None)


def compiling() -> bool:
    """Tell whether training steps are to be compiled, and can be."""
    return os.environ.get(ASKED, "") not in ("", "0") and compiler() is not None


@contextmanager
def one_run() -> Iterator[None]:
    """Compute one run inside, and no second one, so that all its steps are compiled if any are.

    Torch keeps eight graphs of a function, two or three for each run, and then silently goes on
    without compiling: what earlier runs of this process left is forgotten.

    Raises:
        TrainingError: the compiler that was found does not work; torch says so on many lines.
    """
    if compiling():
        import torch  # here, since reading records needs no torch

        torch.compiler.reset()
    try:
        yield
    except Exception as error:
        if not type(error).__module__.startswith(("torch._dynamo", "torch._inductor")):
            raise
        raise TrainingError(
            f"'{compiler()}' cannot compile a training step ({brief(one_line(str(error)), 200)}): "
            f"name another C++ compiler in CXX, or leave --compile and {ASKED} out"
        ) from error
