"""A link with an aligner: what a perfect one gives is what David's own pair gives."""

import copy

import pytest
import torch
import toys
from torch.utils.flop_counter import FlopCounterMode

from slfkit.aligners.indices import IndexMap, fit_index_map
from slfkit.aligners.linear import fit_parseval, fit_procrustes, fit_ridge
from slfkit.aligners.link import grids, translator
from slfkit.aligners.work import (
    encoder_flops,
    index_flops,
    parseval_flops,
    ridge_flops,
    rotation_flops,
)
from slfkit.channel import SymmetricDMC
from slfkit.errors import ParameterError
from slfkit.evaluation import evaluate
from slfkit.images import Images
from slfkit.models import Transceiver
from slfkit.rng import generator


@pytest.fixture(scope="module")
def david():
    network = Transceiver(toys.seeded())
    rows = network.encode(toys.pictures(20, "start")).detach()
    network.codebook.initialise(rows, generator("k-means"))
    return network


@pytest.fixture(scope="module")
def turned(david):
    """David with rotated latents and renamed codewords: who hears him as he is hears nonsense."""
    turn = torch.linalg.qr(torch.randn(16, 16, generator=generator("turn"))).Q
    names = torch.randperm(32, generator=generator("names"))
    alice = copy.deepcopy(david)
    with torch.no_grad():
        last = alice.encoder.conv3
        last.weight.copy_(torch.einsum("oikl,op->pikl", last.weight, turn))
        last.bias.copy_(last.bias @ turn)
        alice.codebook.weight[names] = david.codebook.weight @ turn
    return alice


X, TEST = toys.pictures(8, "pilots"), toys.pictures(3, "test")


def sent(sender, x):
    return sender.codebook.nearest(sender.encode(x))


@pytest.mark.parametrize("fit", [fit_procrustes, fit_parseval, fit_ridge])
def test_a_turned_twin_sends_davids_indices(david, turned, fit):
    aligner = fit(grids(turned, X), grids(david, X))
    alice = translator(turned, david.codebook.weight.detach(), aligner)
    own = sent(david, TEST)
    assert (sent(alice, TEST) == own).float().mean() > 0.99
    assert (sent(turned, TEST) == own).float().mean() < 0.5


def test_a_turned_twin_is_renamed_by_an_index_map_and_other_codebooks_are_refused(david, turned):
    aligner = fit_index_map(sent(turned, X), sent(david, X), 32)
    alice = translator(turned, david.codebook.weight.detach(), aligner)
    assert torch.equal(sent(alice, TEST), aligner.table[sent(turned, TEST)])
    assert (sent(alice, TEST) == sent(david, TEST)).float().mean() > 0.99
    with pytest.raises(ParameterError, match="David has 16 codewords and Alice 32"):
        translator(david, torch.zeros(16, 16), IndexMap(torch.arange(32)))


def test_evaluate_takes_a_translator(david, turned):
    """With a perfect aligner the link has the squared error of David's own pair."""
    pixels = (toys.pictures(6, "test").add(1) * 127.5).round().byte()
    pixels = pixels.contiguous(memory_format=torch.channels_last)
    test = Images(pixels, torch.zeros(6, dtype=torch.int64), (("noise", 2),))
    aligner = fit_procrustes(grids(turned, X), grids(david, X))
    alice = translator(turned, david.codebook.weight.detach(), aligner)

    def tested(sender):
        return evaluate(sender, david, test, 0.2, toys.Bright(), generator("air"))["mse"]

    assert tested(alice) == pytest.approx(tested(david), rel=1e-2)
    assert SymmetricDMC(0.2, 32).codewords == len(alice.codebook.weight)


@pytest.mark.parametrize("kernel", [1, 3])
def test_operations_of_the_sums_are_those_that_torch_counts(kernel):
    """At one pilot nothing is chosen; what is left is a solve, which torch does not count."""
    z = torch.randn(1, 16, 16, 4, generator=generator("z"))
    with FlopCounterMode(display=False) as counter:
        fit_ridge(z, z, kernel=kernel)
    features = 4 * kernel**2 + 1
    solve = 2 * features**3 // 3 + 2 * features**2 * 4
    assert ridge_flops(1, kernel, 4) == counter.get_total_flops() + solve


def test_operations_grow_as_the_formulas_say(david):
    for flops, each in ((rotation_flops, 2 * 256 * 16), (parseval_flops, 10 * 256 * 16)):
        assert flops(8, 4) - flops(7, 4) == each
    assert index_flops(3, 32, 16) == 3 * 256 * 1025
    assert ridge_flops(101, 3, 16) - ridge_flops(100, 3, 16) == 2 * 256 * 145 * 161
    layers = (3 * 32 * 16, 32 * 32 * 9, 32 * 16 * 9)
    assert encoder_flops(david) == 2 * 256 * sum(layers)
