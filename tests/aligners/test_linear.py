"""Linear maps: known ones are recovered, the right way round; what they refuse."""

import pytest
import torch
import torch.nn.functional as F

from slfkit.aligners.linear import ALONE, LinearMap, fit_parseval, fit_procrustes, fit_ridge
from slfkit.errors import ParameterError
from slfkit.rng import generator

D = 4


def latents(images, name="latents"):
    """Return grids with directions of unequal power, about a mean that is not zero."""
    grids = torch.randn(images, 16, 16, D, generator=generator(name))
    return grids * torch.tensor([2.0, 1.5, 1.0, 0.5]) + torch.tensor([1.0, 0.0, -2.0, 0.5])


def rotation():
    """Return a rotation of order more than two: its transpose is another map."""
    matrix = torch.linalg.qr(torch.randn(D, D, generator=generator("rotation"))).Q
    assert not torch.allclose(matrix, matrix.T, atol=0.1)
    return matrix


SHIFT = torch.tensor([0.3, -1.0, 2.0, 0.0])
FITS = {
    "ridge 1": lambda z, t: fit_ridge(z, t, kernel=1),
    "ridge 3": lambda z, t: fit_ridge(z, t, kernel=3),
    "ridge 5": lambda z, t: fit_ridge(z, t, kernel=5),
    "procrustes": fit_procrustes,
    "parseval": fit_parseval,
}


@pytest.mark.parametrize("name", FITS)
def test_a_known_rotation_with_scale_and_shift_is_recovered_on_other_images(name):
    """Parseval frames see a rotation up to the scale of all directions together, so exactly too."""
    matrix = 1.7 * rotation()
    seen, unseen = latents(6), latents(3, "unseen")
    aligner = FITS[name](seen, seen @ matrix + SHIFT)
    assert torch.allclose(aligner.apply(unseen), unseen @ matrix + SHIFT, atol=1e-3)
    assert not torch.allclose(aligner.apply(unseen), unseen @ matrix.T + SHIFT, atol=0.5)


def test_a_known_convolution_is_what_it_says_and_is_recovered():
    # The row above is zero outside the grid.
    kernel = torch.zeros(1, 1, 3, 3)
    kernel[0, 0, 0, 1] = 1.0
    grid = torch.arange(256.0).view(1, 16, 16, 1)
    moved = LinearMap(kernel, torch.zeros(1)).apply(grid)
    assert torch.equal(moved[0, 1:], grid[0, :-1]) and not moved[0, 0].any()
    # David's value at a position is a mixture of hers one row above: 1 x 1 cannot, 3 x 3 can.
    kernel = torch.zeros(D, D, 3, 3)
    kernel[:, :, 0, 1] = rotation()
    known = LinearMap(kernel, SHIFT)
    seen, unseen = latents(6), latents(3, "unseen")
    aligner = fit_ridge(seen, known.apply(seen), kernel=3)
    assert torch.allclose(aligner.weight, kernel, atol=1e-3)
    assert torch.allclose(aligner.apply(unseen), known.apply(unseen), atol=1e-3)
    point = fit_ridge(seen, known.apply(seen), kernel=1)
    assert (point.apply(unseen) - known.apply(unseen)).square().mean() > 0.1
    # ``F.unfold`` and ``F.conv2d`` order a neighbourhood alike, borders included.
    weight = torch.randn(2, D, 5, 5, generator=generator("weight"))
    seen = latents(8)
    targets = F.conv2d(seen.permute(0, 3, 1, 2), weight, padding=2).permute(0, 2, 3, 1)
    aligner = fit_ridge(seen, targets, kernel=5, penalties=[1e-8])
    assert torch.allclose(aligner.weight, weight, atol=2e-3)


def test_ridge_is_its_closed_form():
    seen, targets = latents(5), latents(5, "targets")
    aligner = fit_ridge(seen, targets, kernel=1, penalties=[0.1])
    u, t = seen.reshape(-1, D).double(), targets.reshape(-1, D).double()
    ones = torch.cat([u, torch.ones(len(u), 1, dtype=torch.float64)], 1)
    ridge = 0.1 * u.square().sum() / D * torch.eye(D + 1, dtype=torch.float64)
    ridge[-1, -1] = 0.0
    solution = torch.linalg.inv(ones.T @ ones + ridge) @ ones.T @ t
    assert torch.allclose(aligner.weight[:, :, 0, 0].T.double(), solution[:-1], atol=1e-5)
    assert torch.allclose(aligner.bias.double(), solution[-1], atol=1e-5)


def test_the_penalty_is_the_best_on_images_left_out_one_at_a_time():
    # By brute force: refit without each image, sum the squared errors on it.
    seen = latents(4)
    targets = seen @ rotation() + 8 * torch.randn(seen.shape, generator=generator("noise"))
    penalties = (1e-3, 0.1, 0.5, 1.0, 3.0)

    def left_out(penalty):
        error = 0.0
        for k in range(4):
            rest = [i for i in range(4) if i != k]
            aligner = fit_ridge(seen[rest], targets[rest], kernel=3, penalties=[penalty])
            error += float((aligner.apply(seen[[k]]) - targets[[k]]).square().sum())
        return error

    best = min(penalties, key=left_out)
    assert fit_ridge(seen, targets, penalties=penalties).penalty == best
    noise = 30 * torch.randn(seen.shape, generator=generator("noise"))
    clean = seen @ rotation()
    assert fit_ridge(seen, clean).penalty < fit_ridge(seen, clean + noise).penalty


@pytest.mark.parametrize("name", FITS)
def test_one_pilot_gives_a_finite_map_and_pilots_without_variation_davids_mean(name):
    """Of blank images every latent vector is the same, and only the shift can be learned."""
    seen = latents(1)
    aligner = FITS[name](seen, seen @ rotation())
    assert torch.isfinite(aligner.weight).all() and torch.isfinite(aligner.bias).all()
    assert aligner.penalty == (ALONE if name.startswith("ridge") else 0.0)
    seen, targets = torch.ones(2, 16, 16, D), 3.0 * torch.ones(2, 16, 16, D)
    arrived = FITS[name](seen, targets).apply(seen)[:, 4:12, 4:12]
    assert torch.allclose(arrived, targets[:, 4:12, 4:12], atol=1e-2)


def test_users_may_differ_in_dimension():
    wide = torch.randn(D, 6, generator=generator("wide"))
    seen = latents(4)
    for fit in FITS.values():
        assert fit(seen, seen @ wide).apply(seen).shape == (4, 16, 16, 6)
    exact = fit_ridge(seen, seen @ wide, kernel=1).apply(seen)
    assert torch.allclose(exact, seen @ wide, atol=1e-2)


def test_procrustes_of_unequal_scales_is_a_rotation_where_ridge_is_not():
    stretch = torch.diag(torch.tensor([1.0, 2.0, 3.0, 4.0]))
    seen = latents(6)
    weight = fit_procrustes(seen, seen @ stretch).weight[:, :, 0, 0]
    square = weight @ weight.T
    assert torch.allclose(square, square[0, 0] * torch.eye(D), atol=1e-4)
    free = fit_ridge(seen, seen @ stretch, kernel=1).weight[:, :, 0, 0]
    assert torch.allclose(free, stretch, atol=1e-3)


@pytest.mark.parametrize(
    ("fit", "message"),
    [
        (lambda z: fit_ridge(z[:0], z[:0]), "are no pilots: expected"),
        (lambda z: fit_procrustes(z, z[:1]), "are no pilots"),
        (lambda z: fit_parseval(z.flatten(1), z.flatten(1)), "are no pilots"),
        (lambda z: fit_ridge(z, z, kernel=2), "kernel 2 has no middle: choose an odd number"),
        (lambda z: fit_ridge(z, z, penalties=[]), "must be above zero"),
        (lambda z: fit_ridge(z, z, penalties=[0.0]), "must be above zero"),
    ],
)
def test_what_cannot_be_fitted_is_refused(fit, message):
    with pytest.raises(ParameterError, match=message):
        fit(latents(2))
