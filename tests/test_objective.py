"""The step as a compiler sees it: the same loss and gradients as step by step, but for rounding."""

import pytest
import torch
from toys import seeded

from slfkit.channel import SymmetricDMC
from slfkit.models import GRID, Transceiver
from slfkit.objective import step_for, step_loss
from slfkit.runs.compiling import compiler

BATCH = 4


def outcome(step):
    """Return the loss and all gradients of a step on a small batch of noise."""
    network = Transceiver(seeded(), 32, 16)
    pixels = torch.randint(0, 256, (BATCH, 3, 32, 32), generator=seeded(), dtype=torch.uint8)
    noise = SymmetricDMC(0.3, 32).noise((BATCH * GRID**2,), seeded())
    loss = step(network, pixels, noise, 0.25)
    loss.backward()
    return [loss.detach(), *(p.grad for p in network.parameters())]


def assert_alike(found):
    for ours, known in zip(found, outcome(step_loss), strict=True):
        torch.testing.assert_close(ours, known, rtol=1e-3, atol=1e-6)


def test_a_traced_step_searches_the_other_way_and_finds_the_same_codewords():
    assert_alike(outcome(torch.compile(step_loss, dynamic=False, backend="aot_eager")))


@pytest.mark.slow
@pytest.mark.skipif(compiler() is None, reason="no C++ compiler")
def test_a_compiled_step_is_the_same_but_for_rounding():
    assert_alike(outcome(step_for(torch.device("cpu"), compiled=True)))


def test_a_step_is_left_alone_by_default_and_half_precision_is_close():
    assert step_for(torch.device("cpu")) is step_loss
    half, full = outcome(step_for(torch.device("cpu"), precision="bfloat16")), outcome(step_loss)
    assert half[0] != full[0] and half[0].item() == pytest.approx(full[0].item(), rel=0.02)
