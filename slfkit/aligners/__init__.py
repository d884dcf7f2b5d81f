"""Alignment without training: maps fitted on pilots that Alice and David have both encoded.

The public names of this room, as ``slfkit`` has them and as late: each loads when it is asked for.
"""

from typing import Any

import slfkit

__all__ = sorted(name for name, place in slfkit.PLACES.items() if place.startswith("aligners."))


def __getattr__(name: str) -> Any:
    """Load a public name by the package's own face (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(slfkit, name)
