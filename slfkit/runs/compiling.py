"""Whether training steps are compiled: asked for by SLFKIT_COMPILE, and possible only with C++."""

from __future__ import annotations

import os
import shutil

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


def forget() -> None:
    """Forget the steps compiled for earlier runs of this process.

    Torch keeps eight graphs of a function, two or three for each run, and then silently goes on
    without compiling.
    """
    if compiling():
        import torch  # here, since reading records needs no torch

        torch.compiler.reset()
