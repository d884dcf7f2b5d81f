"""The figure of what was learned: each codeword, sent alone, as its decoder paints it."""

from __future__ import annotations

import numpy as np
import torch
from matplotlib.figure import Figure

from slfbook.align_data import kept_runs
from slfkit.experiments.grid import users
from slfkit.models import GRID, Transceiver
from slfkit.records.spec import PARTS
from slfkit.records.store import Store
from slfkit.reporting.style import WIDTH, subplots
from slfkit.runs.workplace import Workplace

ROW = 16  # pictures beside each other
FRAME = 128  # grey level between them


def painted(transceiver: Transceiver) -> np.ndarray:
    """Return what the decoder makes of each codeword alone on a grid: uint8 (K, 32, 32, 3)."""
    codewords = transceiver.codebook.weight.detach()  # (K, D)
    with torch.no_grad():
        seen = transceiver.decode(codewords.repeat_interleave(GRID**2, 0))  # (K, 3, 32, 32)
    pixels = seen.add(1).mul(127.5).round().clamp(0, 255).byte()
    return pixels.permute(0, 2, 3, 1).numpy()


def sheet(pictures: np.ndarray, row: int = ROW) -> np.ndarray:
    """Return pictures (N, H, W, 3) as one, ``row`` beside each other, line by line from the top.

    Each has a grey frame of one pixel; a last line that is not full is filled with grey.
    """
    absent = -len(pictures) % row
    framed = np.pad(pictures, ((0, absent), (1, 1), (1, 1), (0, 0)), constant_values=FRAME)
    lines = [np.concatenate(framed[k : k + row], axis=1) for k in range(0, len(framed), row)]
    return np.concatenate(lines)


def languages(store: Store) -> dict[str, Transceiver]:
    """Return the three transceivers by name, and David's after SLF that leaves his decoder alone.

    With his codebook frozen too, no picture would change.
    """
    place, three = Workplace(store), users("paper", 0)
    found = {name: place.transceiver(spec) for name, spec in three.items()}
    for name in ("T2", "T3"):
        runs = [run for run in kept_runs(store, three["T1"], three[name]) if run.frozen < PARTS]
        for run in runs[-1:]:
            found[f"{name} after SLF, f = {run.frozen}"] = place.aligned(run)
    return dict(sorted(found.items()))  # an aligned one after what it was


def codewords() -> Figure:
    """Draw every codeword of T1, T2 and T3, and of David's codebook after SLF, by number."""
    found = languages(Store("paper"))
    figure, panels = subplots(len(found), figsize=(1.5 * WIDTH, 1.15 * len(found)))
    for axes, (name, transceiver) in zip(panels, found.items(), strict=True):
        axes.imshow(sheet(painted(transceiver)), interpolation="none")
        axes.axis("off")
        axes.set_title(name, loc="left")
    return figure
