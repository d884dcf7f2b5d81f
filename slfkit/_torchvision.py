"""torchvision, also beside a torch that was built for the CPU alone.

The usual torchvision for Linux is a CUDA build. Beside a CPU-only torch its C++ operators cannot
load, and its import stops where it describes the first of them. Data sets need no operator, so
declaring the two it describes is enough.
"""

import importlib
from types import ModuleType

from slfkit.errors import DataError

_NOT_LOADED = "operator torchvision::nms does not exist"
_SIGNATURE = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_declarations = []  # torch forgets an operator as soon as its Library object is collected


def import_torchvision() -> ModuleType:
    """Return the torchvision module, declaring its missing operators only if that import needs it.

    Raises DataError, with what to install, when torchvision is absent or fails in any other way.
    """
    try:
        try:
            return importlib.import_module("torchvision")
        except RuntimeError as error:
            if _NOT_LOADED not in str(error):
                raise
        _declare_operators()
        return importlib.import_module("torchvision")
    except (ImportError, OSError, RuntimeError) as error:
        reason = " ".join(str(error).split())
        raise DataError(
            f"torchvision cannot be imported ({reason}): install a torchvision that belongs to the "
            "installed torch, as torchvision 0.28.0 does to torch 2.13.0."
        ) from error


def _declare_operators() -> None:
    """Name torchvision::nms and torchvision::qnms without an implementation: a call still fails."""
    from torch import library

    operators = library.Library("torchvision", "FRAGMENT")
    _declarations.append(operators)
    for name in ("nms", "qnms"):
        operators.define(name + _SIGNATURE)
