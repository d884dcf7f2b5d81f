"""The cells of the experiments' grids: which run each one is, and how its row is labelled.

Importing this module loads no torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .rows import Cell
from .scales import Scale
from .spec import AlignmentSpec, PairSpec, TransceiverSpec


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
