"""Which studies a notebook's parameters ask for: refuses values out of range before all else."""

from __future__ import annotations

from collections.abc import Sequence

from .errors import ParameterError
from .studies import (
    FROZEN,
    TABLE_CROSSOVER,
    Study,
    channel_dissimilarity,
    codebook_start,
    fine_tuning_rate,
    freezing_order,
    misalignment,
    recovery,
    reinitialisation,
    source_dissimilarity,
)  # fmt: skip


def recovery_at_a_link(
    profile: str = "paper",
    crossover: float = TABLE_CROSSOVER,
    frozen: Sequence[int] = FROZEN,
    seeds: Sequence[int] = (),
    downlink: float = 2e6,
    uplink: float = 2e6,
    power: float = 30e12,
    compute: str = "new",
    sources: Sequence[str] = (),
) -> Study:
    """Return the study of 04; rates in bit/s and power in FLOP/s play no part in its runs.

    Raises:
        ParameterError: a value is unknown or out of range.
    """
    for name, value in (("downlink", downlink), ("uplink", uplink), ("power", power)):
        if not value > 0:  # said here too, so that a wrong value is refused without torch
            raise ParameterError(f"{name} {value!r} must be above zero")
    return recovery(profile, crossover, frozen, seeds, compute, sources)


def unshown(
    profile: str = "paper",
    crossover: float = TABLE_CROSSOVER,
    frozen: Sequence[int] = FROZEN[1:-1],
    seeds: Sequence[int] = (),
    compute: str = "new",
    sources: Sequence[str] = (),
) -> tuple[Study, Study]:
    """Return the two studies of 05: the order of freezing, and re-initialisation at f = 0."""
    return (
        freezing_order(profile, crossover, frozen, seeds, compute, sources),
        reinitialisation(profile, crossover, seeds, compute, sources),
    )


BY_NOTEBOOK = {
    "01_misalignment": misalignment,
    "02_channel": channel_dissimilarity,
    "03_source": source_dissimilarity,
    "04_recovery": recovery_at_a_link,
    "05_unshown": unshown,
    "06_rate": fine_tuning_rate,
    "07_codebook": codebook_start,
}


def studies_of(notebook: str, **parameters) -> tuple[Study, ...]:
    """Return the studies a notebook runs with these parameters; none for one that runs nothing.

    Raises:
        ParameterError: a value is unknown or out of range.
    """
    if notebook not in BY_NOTEBOOK:
        return ()
    return several(BY_NOTEBOOK[notebook](**parameters))


def several(found: Study | tuple[Study, ...]) -> tuple[Study, ...]:
    """Return one or several studies as a tuple."""
    return found if isinstance(found, tuple) else (found,)
