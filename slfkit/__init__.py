"""slfkit: a reproducible companion to *Semantics Alignment via Split Learning* (SLF).

A user needs no more than the names below. Each loads what it uses when it is first asked for, so
that importing the package is light.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_NAMES = {
    "aligners.indices": ("IndexMap", "fit_index_map", "match_codebooks"),
    "aligners.linear": ("LinearMap", "fit_parseval", "fit_procrustes", "fit_ridge"),
    "aligners.link": ("grids", "translator"),
    "aligners.message": ("pilot_message", "read_pilots"),
    "aligners.start": ("with_last_layer",),
    "channel": ("SymmetricDMC",),
    "data.loading": ("load",),
    "evaluation": ("evaluate", "flops_per_image"),
    "images": ("Images", "mixture"),
    "models": ("Classifier", "Codebook", "Transceiver"),
    "records.store": ("Record", "Store"),
    "recovery": ("Link", "RecoveryTime", "recovery_time"),
    "rng": ("generator",),
    "slf": ("Alignment", "FineTuning", "align", "receive"),
    "training": ("Environment", "Schedule", "environment", "pre_train"),
}
PLACES = {name: place for place, names in _NAMES.items() for name in names}
__all__ = sorted(PLACES)


def __getattr__(name: str) -> Any:
    """Load a public name from its module (PEP 562)."""
    if name not in PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{PLACES[name]}"), name)
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return [*__all__, "__version__"]
