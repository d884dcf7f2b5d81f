"""A common space: users that differ by known rotations understand each other through it."""

import pytest
import torch

from slfkit.aligners.linear import LinearMap, fit_procrustes
from slfkit.aligners.universe import consensus, fit_universe, inverse
from slfkit.errors import ParameterError
from slfkit.rng import generator

D = 4


def original(images, name="pilots"):
    grids = torch.randn(images, 16, 16, D, generator=generator(name))
    return grids * torch.tensor([2.0, 1.5, 1.0, 0.5])


def turned(grids, user):
    """Return grids as a user sees them: rotated, scaled and shifted in his own way."""
    draw = generator("user", user)
    turn = torch.linalg.qr(torch.randn(D, D, generator=draw)).Q
    return (1 + user) * grids @ turn + torch.randn(D, generator=draw)


def users(grids):
    return [turned(grids, user) for user in range(4)]


@pytest.mark.parametrize("kernel", [0, 1, 3])
def test_every_ordered_pair_is_translated_on_other_images(kernel):
    seen, unseen = users(original(6)), users(original(3, "unseen"))
    universe = fit_universe(seen, kernel=kernel)
    for i in range(4):
        for j in range(4):
            arrived = universe.between(i, j).apply(unseen[i])
            assert torch.allclose(arrived, unseen[j], atol=0.02 * (1 + j)), (i, j)


def test_the_consensus_is_the_original_but_for_a_rotation_and_favours_no_user():
    seen = original(6)

    def error(grids):
        return float((fit_procrustes(grids, seen).apply(grids) - seen).square().mean())

    middle = consensus(users(seen))
    assert middle.mean((0, 1, 2)).abs().max() < 1e-4
    assert float(middle.square().mean()) == pytest.approx(1.0, abs=1e-4)
    assert error(middle) < 1e-6
    # With noise, the consensus is nearer to the original than the user it began with.
    noisy = [turned(seen, k) + torch.randn(seen.shape, generator=generator(k)) for k in range(4)]
    assert error(consensus(noisy)) < error(noisy[0])


def test_every_map_has_an_inverse_or_is_refused():
    aligner = fit_procrustes(original(3), turned(original(3), 2))
    grids = original(2, "other")
    assert torch.allclose(inverse(aligner).apply(aligner.apply(grids)), grids, atol=1e-4)
    with pytest.raises(ParameterError, match="has no inverse of its kind"):
        inverse(LinearMap(torch.zeros(D, D, 3, 3), torch.zeros(D)))
    with pytest.raises(ParameterError, match="share no space: expected at least two users"):
        consensus([original(2)])
    with pytest.raises(ParameterError, match="share no space"):
        fit_universe([original(2), original(3)])
    universe = fit_universe(users(original(4)))
    assert len(universe.into) == len(universe.out) == 4
