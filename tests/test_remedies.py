"""Remedies by hand: each term's value and gradient, the Fisher diagonal, and what a rank moves."""

import copy

import pytest
import torch
from toys import by_hand, flat_images, make_images, seeded

from slfkit import remedies
from slfkit.errors import ParameterError
from slfkit.models import Transceiver

LEVELS = (-1.0, 0.0, 1.0)


def moved(toy, shifts):
    """A copy whose codeword k has moved by (shift, shift, shift)."""
    new = copy.deepcopy(toy)
    with torch.no_grad():
        new.codebook.weight += torch.tensor(shifts)[:, None]
    return new


def test_david_receives_his_own_indices_over_his_channel():
    """Black, grey and white images are codewords 0, 1 and 2; half of all indices are swapped."""
    toy, images = by_hand(LEVELS), flat_images([0, 128, 255])
    clean = remedies.received_grids(toy, images, 0.0, seeded()).view(3, 256)
    assert clean.tolist() == [[k] * 256 for k in range(3)]
    noisy = remedies.received_grids(toy, images, 0.5, seeded()).view(3, 256)
    share = (noisy != clean).float().mean()
    assert abs(share - 0.5) < 4 * (0.25 / 768) ** 0.5


@pytest.mark.parametrize(
    ("grids", "codewords", "size"), [(1, 32, 160), (100, 32, 16_000), (3, 33, 576)]
)
def test_a_grid_takes_log2_k_bits_an_index(grids, codewords, size):
    assert remedies.grid_bytes(grids, codewords) == size


def test_index_replay_is_the_squared_change_of_what_old_indices_become():
    """Half the positions hold codeword 0, moved by 0.2, half codeword 2, moved by 0.4.

    The mean over pixels is 0.5 * 0.04 + 0.5 * 0.16 = 0.1; of one entry of codeword 2, which is a
    sixth of all values, the slope is 2 * 0.4 / 6.
    """
    toy, received = by_hand(LEVELS), torch.tensor([0, 2] * 128)
    now = moved(toy, [0.2, 5.0, 0.4])
    loss = remedies.index_replay(toy, received, 3.0, seeded())(now)
    assert loss.item() == pytest.approx(0.3)
    loss.backward()
    assert now.codebook.weight.grad[2].tolist() == pytest.approx([3 * 0.8 / 6] * 3)
    assert now.codebook.weight.grad[1].tolist() == [0.0] * 3


def test_nothing_changed_costs_nothing_and_each_step_draws_its_grids():
    toy = by_hand(LEVELS)
    received = torch.tensor([[0] * 256, [2] * 256]).flatten()
    penalty = remedies.index_replay(toy, received, 1.0, seeded(), batch=1)
    assert penalty(toy).item() == 0.0
    now = moved(toy, [0.0, 0.0, 1.0])
    seen = {round(penalty(now).item(), 5) for _ in range(20)}
    assert seen == {0.0, 1.0}


def test_l2_sp_is_the_squared_distance_from_the_start_and_ewc_weighs_it_by_importance():
    """Of nine entries three have moved by 2: 0.5 * 3 * 4; the slope is 0.5 * 2 * 2."""
    toy = by_hand(LEVELS)
    start = {"codebook.weight": toy.codebook.weight.detach().clone()}
    importance = {"codebook.weight": torch.tensor([[1.0] * 3, [0.25] * 3, [0.0] * 3])}
    l2_sp, ewc = remedies.l2_sp(start, 0.5), remedies.ewc(start, importance, 2.0)
    for penalty, shifts, value, still in (
        (l2_sp, [0.0, 2.0, 0.0], 0.5 * 12, 0),
        (ewc, [1.0, 2.0, 3.0], 2 * (3 * 1 + 3 * 0.25 * 4), 2),
    ):
        now = moved(toy, shifts)
        loss = penalty(now)
        assert loss.item() == pytest.approx(value)
        loss.backward()
        assert now.codebook.weight.grad[1].tolist() == pytest.approx([2.0] * 3)
        assert now.codebook.weight.grad[still].tolist() == [0.0] * 3


def test_the_fisher_diagonal_is_the_mean_squared_slope_of_an_images_error():
    """Levels 0 and 51 of 255 are -1 and -0.6; both choose codeword 0, which is -0.9.

    Their slopes in each of its entries are 2 * 0.1 / 3 and -2 * 0.3 / 3, their squares in a ratio
    of 1 to 9. Codeword 1 is never received, so it does not matter; the mean is scaled to 1.
    """
    toy = by_hand((-0.9, 0.9))
    name = "codebook.weight"
    found = remedies.fisher(toy, flat_images([0, 51]), 0.0, seeded(), [name])[name]
    assert found[0].tolist() == pytest.approx([2.0] * 3) and found[1].tolist() == [0.0] * 3
    toy = by_hand((-0.9, 0.5))
    found = remedies.fisher(toy, flat_images([0, 51, 204]), 0.0, seeded(), [name])[name]
    assert (found[1, 0] / found[0, 0]).item() == pytest.approx(0.01 / (0.01 + 0.09), rel=1e-3)


def test_fisher_leaves_david_as_he_was():
    david, images = Transceiver(seeded()), make_images(2)
    before = {name: weight.clone() for name, weight in david.state_dict().items()}
    found = remedies.fisher(david, images, 0.1, seeded(), ["decoder.up.weight"])
    assert found["decoder.up.weight"].shape == david.decoder.up.weight.shape
    assert found["decoder.up.weight"].mean().item() == pytest.approx(1.0)
    assert all(torch.equal(before[name], weight) for name, weight in david.state_dict().items())
    assert all(weight.grad is None for weight in david.parameters())


def test_a_low_rank_change_starts_at_nothing_and_moves_only_its_factors():
    network, rows = Transceiver(seeded()), torch.randn(256, 16, generator=seeded())
    before, seen = copy.deepcopy(network.state_dict()), network.decode(rows).detach()
    remedies.low_rank(network, ["decoder.conv1", "codebook"], 2, seeded())
    assert torch.equal(network.decode(rows), seen)
    network.decode(rows).square().sum().backward()
    change = network.decoder.conv1.parametrizations.weight
    assert change.original.grad is None and change[0].b.grad.abs().sum() > 0
    assert network.decoder.conv2.weight.requires_grad
    assert torch.equal(
        remedies.merged(network)["decoder.conv1.weight"], before["decoder.conv1.weight"]
    )


def test_a_change_has_the_rank_it_was_given_and_merges_into_plain_weights():
    network = Transceiver(seeded())
    start = network.decoder.conv1.weight.detach().clone()
    remedies.low_rank(network, ["decoder.conv1"], 2, seeded())
    factors = network.decoder.conv1.parametrizations.weight[0]
    with torch.no_grad():
        factors.b.copy_(torch.randn(factors.b.shape, generator=seeded(1)))
    plain = Transceiver(seeded())
    plain.load_state_dict(remedies.merged(network))
    moved = (plain.decoder.conv1.weight - start).flatten(1)
    assert torch.linalg.matrix_rank(moved, rtol=1e-4) == 2
    torch.testing.assert_close(moved, factors.b @ factors.a, rtol=0, atol=1e-6)
    rows = torch.randn(256, 16, generator=seeded())
    torch.testing.assert_close(plain.decode(rows), network.decode(rows))
    first = remedies.merged(network)
    with torch.no_grad():
        for weight in network.parameters():
            weight.add_(1.0)
    kept = plain.state_dict()  # merged weights stay when the network is given others
    assert all(torch.equal(first[name], kept[name]) for name in kept)


def test_what_is_sent_are_factors_biases_and_the_codebook():
    """Of conv1, 32 by 16 * 9, at rank 2: 2 * (32 + 144) numbers and 32 biases."""
    network = Transceiver(seeded())
    parts = ["decoder.conv1", "codebook"]
    remedies.low_rank(network, parts, 2, seeded())
    sent = remedies.changes(network, parts)
    assert sum(tensor.numel() for tensor in sent.values()) == 2 * (32 + 144) + 32 + 32 * 16
    with pytest.raises(ParameterError, match="rank 0 of a change must be at least 1"):
        remedies.low_rank(Transceiver(seeded()), ["decoder.up"], 0, seeded())


def test_a_replayed_grid_costs_three_products_a_layer():
    """Two operations a multiply-add; the first layer's input, the codebook, needs its gradient."""
    layers = [256 * 16 * 32 * 9, 256 * 32 * 48 * 9, 256 * 48 * 3 * 64]
    assert remedies.flops_per_grid(Transceiver(seeded())) == 2 * 3 * sum(layers)
