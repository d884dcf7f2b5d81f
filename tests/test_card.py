"""A graphics card gives what a processor gives: a step but for rounding, runs but for their draws.

On a card the generators of torch draw other numbers from the same seed, and some sums have no fixed
order: a run made twice there is not the same to the last bit.
"""

import pytest
import torch
from toys import seeded

from slfkit.channel import Noise, SymmetricDMC
from slfkit.experiments.sweeps import channel_dissimilarity
from slfkit.models import GRID, Transceiver
from slfkit.objective import step_for, step_loss
from slfkit.records.store import Store
from slfkit.runs.compute import load_or_run

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
BATCH, CARD = 4, torch.device("cuda")


@pytest.fixture(autouse=True)
def _full_precision(monkeypatch):
    """Keep convolutions from being rounded to TF32, cuDNN's default."""
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)


def outcomes(step, device, steps=1):
    """Return the loss and all gradients of each step on a batch of noise drawn by the processor."""
    network = Transceiver(seeded(), 32, 16).to(device)
    pixels = torch.randint(0, 256, (BATCH, 3, 32, 32), generator=seeded(), dtype=torch.uint8)
    noise = SymmetricDMC(0.3, 32).noise((BATCH * GRID**2,), seeded())
    noise = Noise(noise.swapped.to(device), noise.shift.to(device))
    found = []
    for _ in range(steps):
        network.zero_grad(set_to_none=True)
        loss = step(network, pixels.to(device), noise, 0.25)
        loss.backward()
        found.append([loss.item(), *(p.grad.cpu().clone() for p in network.parameters())])
    return found


@pytest.mark.parametrize("compiled", [False, True], ids=["plain", "captured"])
def test_a_step_on_a_card_is_the_processors_but_for_rounding(compiled):
    (known,) = outcomes(step_loss, "cpu")
    for found in outcomes(step_for(CARD, compiled), CARD, steps=4):  # captured from the third on
        for ours, theirs in zip(found, known, strict=True):
            torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-5)


def test_a_channel_on_a_card_swaps_a_share_eps_of_the_indices_for_all_others_alike():
    count, crossover, codewords = 200_000, 0.3, 8
    draw = torch.Generator(CARD).manual_seed(0)
    sent = torch.randint(codewords, (count,), generator=draw, device=CARD)
    received = SymmetricDMC(crossover, codewords).transmit(sent, draw)
    shifts = torch.bincount((received - sent) % codewords, minlength=codewords).cpu()
    expected = torch.tensor([1 - crossover, *[crossover / (codewords - 1)] * (codewords - 1)])
    error = (expected * (1 - expected) / count).sqrt()  # standard error of each share
    assert ((shifts / count - expected).abs() < 5 * error).all()


@pytest.mark.slow
def test_alignment_on_a_card_closes_most_of_the_gap(tmp_path):
    """As on the processor: between the unaligned and the matched line of Fig. 3."""
    study = channel_dissimilarity("smoke", crossovers=[0.3], frozen=[2, 4], seeds=[0])
    store = Store("smoke", tmp_path)
    load_or_run(study.specs(), store, device="cuda")
    rows = study.run(store).rows  # all of them stored now
    mse = {(row["line"], row.get("frozen")): row["mse"] for row in rows}
    halfway = (mse["unaligned", None] + mse["matched", None]) / 2
    assert mse["slf", 2] < halfway and mse["slf", 4] < halfway
