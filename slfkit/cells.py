"""The cells of the experiments' grids: which run each one is, and how its row is labelled.

Importing this module loads no torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .rows import Cell
from .scales import Scale
from .spec import PARTS, AlignmentSpec, PairSpec, TransceiverSpec

# how the codebook starts fine-tuning
DOWNLOADED, K_MEANS, NEW = "as downloaded", "set by k-means", "with new weights"


def channel_cells(scale: Scale, seed: int, crossover: float, frozen: Sequence[int]) -> list[Cell]:
    """Return the unaligned and the matched line and SLF at each f, for one eps and seed."""
    alice, david = scale.users(seed)["T1"], scale.users(seed)["T2"]
    at = {"crossover": float(crossover), "seed": seed}
    return _lines(scale, alice, david, float(crossover), frozen, at, {})


def source_cells(
    scale: Scale, seed: int, alpha: float, frozen: Sequence[int], mixing: str
) -> list[Cell]:
    """Return the unaligned and the matched line and SLF at each f, for one alpha and seed."""
    alice, david = scale.users(seed)["T1"], scale.users(seed)["T3"]
    at = {"alpha": alpha, "seed": seed}
    mixed = {"other": david.source, "alpha": alpha, "mixing": mixing}
    return _lines(scale, alice, david, alice.crossover, frozen, at, mixed)


def _lines(
    scale: Scale,
    alice: TransceiverSpec,
    david: TransceiverSpec,
    crossover: float,
    frozen: Sequence[int],
    at: dict[str, Any],
    images: dict[str, Any],
) -> list[Cell]:
    """Return the unaligned and the matched line and SLF at each f, on images of Alice's.

    Args:
        at: labels of all cells.
        images: what else than Alice's source she sends: fields of the specifications.
    """
    pairs = {"unaligned": alice, "matched": david}
    return [
        *(
            Cell({"line": line, **at}, pair_spec(scale, sender, david, crossover, alice, images))
            for line, sender in pairs.items()
        ),
        *(
            Cell(
                {"line": "slf", "frozen": f, **at},
                _alignment(scale, alice, david, crossover, f, at["seed"], **images),
            )
            for f in frozen
        ),
    ]


def variant(scale: Scale, seed: int, crossover: float, f: int, varied: dict[str, Any]) -> Cell:
    """Return one run of Alice (T1) to David (T2); what is varied also labels its row."""
    alice, david = scale.users(seed)["T1"], scale.users(seed)["T2"]
    labels = {"line": "slf", "frozen": f, "crossover": float(crossover), "seed": seed, **varied}
    spec = _alignment(scale, alice, david, float(crossover), f, seed, **varied)
    return Cell(labels, spec)


def rate_cells(
    scale: Scale, seed: int, crossover: float, frozen: Sequence[int], rates: Sequence[float]
) -> list[Cell]:
    """Return the runs at each learning rate of fine-tuning; f = 0 has its own, so one run."""
    whole = variant(scale, seed, crossover, 0, {})
    labels = {**whole.labels, "learning_rate": whole.spec.rate}
    return [Cell(labels, whole.spec)] * (0 in frozen) + [
        variant(scale, seed, crossover, f, {"learning_rate": float(rate)})
        for rate in rates
        for f in frozen
        if f != 0
    ]


def start_cells(scale: Scale, seed: int, crossover: float, f: int) -> list[Cell]:
    """Return the runs of one f that differ in how the codebook starts; ``start`` labels them."""
    cells = []
    for start, fields in _starts(f).items():
        cell = variant(scale, seed, crossover, f, fields)
        labels = {name: cell.labels[name] for name in cell.labels if name not in fields}
        cells.append(Cell({**labels, "start": start}, cell.spec))
    return cells


def _starts(f: int) -> dict[str, dict[str, bool]]:
    """Return the starts there are at an f, and the fields of a specification that make them."""
    kept = {} if f else {"reinitialise": False}
    starts = {DOWNLOADED: kept} | ({} if f == PARTS else {K_MEANS: {**kept, "refit": True}})
    return starts if f else {NEW: {}, **starts}


def _alignment(
    scale: Scale,
    alice: TransceiverSpec,
    david: TransceiverSpec,
    crossover: float,
    f: int,
    seed: int,
    **fields: Any,
) -> AlignmentSpec:
    """Return a run of SLF at a scale."""
    shared = {**scale.shared, **scale.fine_tuning}
    return AlignmentSpec(
        alice, david, crossover, f, alice.source, seed=seed, **shared, **fields
    )  # fmt: skip


def pair_spec(
    scale: Scale,
    sender: TransceiverSpec,
    receiver: TransceiverSpec,
    crossover: float,
    owner: TransceiverSpec,
    images: dict[str, Any] | None = None,
) -> PairSpec:
    """Return the test of a pair on the images of their owner."""
    shared = {name: scale.shared[name] for name in ("test", "draws") if name in scale.shared}
    return PairSpec(sender, receiver, crossover, owner.source, **shared, **(images or {}))
