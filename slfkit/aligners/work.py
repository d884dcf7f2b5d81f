"""Operations of a fit, counted by formula: what it adds to the recovery time."""

from __future__ import annotations

import torch
from torch.utils.flop_counter import FlopCounterMode

from slfkit.aligners.linear import GROUPS, PENALTIES
from slfkit.images import SIDE
from slfkit.models import GRID, Transceiver

SVD = 22  # times D^3: a full decomposition (Golub and Van Loan), far below the rest


def ridge_flops(pilots: int, kernel: int, dimension: int) -> int:
    """Return the operations of ``fit_ridge``, two per multiply-add.

    U'U and U'T over all positions; a solution for each penalty and each group left out, with its
    error; and the last one.
    """
    features = kernel**2 * dimension + 1
    sums = 2 * pilots * GRID**2 * features * (features + dimension)
    solve = 2 * features**3 // 3 + 2 * features**2 * dimension
    error = 2 * features**2 * dimension
    groups = min(pilots, GROUPS)
    tried = groups * len(PENALTIES) if groups > 1 else 0
    return sums + tried * (solve + error) + solve


def rotation_flops(pilots: int, dimension: int) -> int:
    """Return the operations of ``fit_procrustes``: Z_i'Z_j and its decomposition."""
    return 2 * pilots * GRID**2 * dimension**2 + SVD * dimension**3


def parseval_flops(pilots: int, dimension: int) -> int:
    """Return the operations of ``fit_parseval``: two frames and their product."""
    vectors = pilots * GRID**2
    frame = 2 * (2 * vectors * dimension**2) + SVD * dimension**3  # Z'Z, and Z (Z'Z)^(-1/2)
    return 2 * frame + 2 * vectors * dimension**2


def index_flops(pilots: int, codewords: int, dimension: int) -> int:
    """Return the operations of ``fit_index_map``: the nearest codeword and a count per position."""
    return pilots * GRID**2 * (2 * codewords * dimension + 1)


def encoder_flops(transceiver: Transceiver) -> int:
    """Return the operations of one image's way through the encoder."""
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        transceiver.encode(torch.zeros(1, 3, SIDE, SIDE, device=transceiver.codebook.weight.device))
    return counter.get_total_flops()
