"""Linear maps from Alice's latent vectors to David's, fitted on pilots that both have encoded.

A map takes grids (B, 16, 16, D) to grids of the same kind. All of them are one convolution, so
Alice can run them as a further layer of her encoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from slfkit.errors import ParameterError

GROUPS = 16  # of pilots, left out in turn to choose the penalty; up to 16 pilots: one image each
PENALTIES = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
ALONE = 1e-2  # the penalty of a single pilot, which leaves nothing to choose it by
KERNELS = (1, 3, 5)


@dataclass(frozen=True)
class LinearMap:
    """z -> W u + b, where u is the k x k neighbourhood of z, zero outside the grid."""

    weight: torch.Tensor  # W, float (D of David, D of Alice, k, k)
    bias: torch.Tensor  # b, float (D of David,)
    penalty: float = 0.0  # lambda it was fitted with; 0 where the fit has none

    def apply(self, latents: torch.Tensor) -> torch.Tensor:
        """Map grids of latent vectors: (B, 16, 16, D of Alice) -> (B, 16, 16, D of David)."""
        side = self.weight.shape[-1] // 2
        grid = F.conv2d(latents.permute(0, 3, 1, 2), self.weight, self.bias, padding=side)
        return grid.permute(0, 2, 3, 1)


@dataclass(frozen=True)
class _Moments:
    """Sums over positions that determine a least-squares fit and its error."""

    gram: torch.Tensor  # U'U, float64 (p, p); the last feature is the constant 1
    cross: torch.Tensor  # U'T, float64 (p, D of David)
    power: torch.Tensor  # |T|^2

    @classmethod
    def of(cls, latents: torch.Tensor, targets: torch.Tensor, kernel: int) -> _Moments:
        """Return the sums over all positions of grids (n, 16, 16, D)."""
        grid = latents.permute(0, 3, 1, 2)
        u = F.unfold(grid, kernel, padding=kernel // 2)  # (n, D k k, 256)
        u = F.pad(u, (0, 0, 0, 1), value=1.0).transpose(0, 1).flatten(1)  # (p, n * 256)
        t = targets.reshape(-1, targets.shape[-1])  # (n * 256, D of David)
        return cls((u @ u.T).double(), (u @ t).double(), t.double().square().sum())

    def __add__(self, other: _Moments) -> _Moments:
        return _Moments(self.gram + other.gram, self.cross + other.cross, self.power + other.power)

    def __sub__(self, other: _Moments) -> _Moments:
        return _Moments(self.gram - other.gram, self.cross - other.cross, self.power - other.power)

    def solve(self, penalty: float) -> torch.Tensor:
        """Return argmin |U W - T|^2 + lambda N s |W|^2, float64 (p, D of David).

        N is the number of positions and s the mean square of the features, so that lambda has no
        unit; the bias is not penalised.
        """
        sizes = self.gram.diagonal()[:-1]
        ridge = torch.full_like(self.gram.diagonal(), penalty * float(sizes.mean()))
        ridge[-1] = 0.0
        return torch.linalg.solve(self.gram + ridge.diag(), self.cross)

    def error(self, solution: torch.Tensor) -> float:
        """Return |U W - T|^2 of a solution W."""
        fitted = (solution * (self.gram @ solution - 2.0 * self.cross)).sum()
        return float(fitted + self.power)


def fit_ridge(
    latents: torch.Tensor,
    targets: torch.Tensor,
    *,
    kernel: int = 3,
    penalties: Sequence[float] = PENALTIES,
) -> LinearMap:
    """Fit W = (U'U + lambda n L s I)^-1 U'T, where a row of U is a k x k neighbourhood and 1.

    lambda is the one of ``penalties`` with the least squared error on pilots left out of the fit,
    in up to ``GROUPS`` groups of whole images, since positions of one image resemble each other too
    much to judge by. A single pilot takes ``ALONE``. s is the mean square of the features, so
    lambda has no unit.

    Args:
        latents: Alice's, float (n, 16, 16, D).
        targets: David's on the same images, float (n, 16, 16, D).
        kernel: k, an odd number.
        penalties: lambda to choose from, each above zero.

    Raises:
        ParameterError: no pilots, grids that do not match, an even kernel, or a penalty that is
            not above zero.
    """
    _check(latents, targets)
    if kernel < 1 or kernel % 2 == 0:
        raise ParameterError(f"kernel {kernel!r} has no middle: choose an odd number, such as 3")
    if not penalties or min(penalties) <= 0:
        raise ParameterError(f"penalties {list(penalties)!r} must be above zero, at least one")
    count = min(len(latents), GROUPS)
    parts = zip(latents.tensor_split(count), targets.tensor_split(count), strict=True)
    groups = [_Moments.of(*part, kernel) for part in parts]
    total = sum(groups[1:], groups[0])
    penalty = _choose(groups, total, penalties)
    solution = total.solve(penalty).to(latents.dtype)  # (p, D of David)
    shape = (targets.shape[-1], latents.shape[-1], kernel, kernel)
    return LinearMap(solution[:-1].T.reshape(shape), solution[-1], penalty)


def _choose(groups: Sequence[_Moments], total: _Moments, penalties: Sequence[float]) -> float:
    """Return the penalty with the least error on groups of pilots left out in turn."""
    if len(groups) == 1:
        return ALONE

    def left_out(penalty: float) -> float:
        return sum(group.error((total - group).solve(penalty)) for group in groups)

    return min(penalties, key=left_out)


def fit_procrustes(latents: torch.Tensor, targets: torch.Tensor) -> LinearMap:
    """Fit a rotation (or reflection) with one scale, both sides centred.

    With the singular values Z_i'Z_j = A S B', the rotation is A B' and the scale
    tr S / |Z_i|^2 (Schoenemann 1966).

    Args:
        latents: Alice's, float (n, 16, 16, D).
        targets: David's on the same images, float (n, 16, 16, D).

    Raises:
        ParameterError: no pilots, or grids that do not match.
    """
    _check(latents, targets)
    own, other = _Centred.of(latents), _Centred.of(targets)
    left, singular, right = torch.linalg.svd(own.rows.T @ other.rows, full_matrices=False)
    scale = singular.sum() / own.rows.square().sum().clamp(min=_TINY)
    return _between(own, other, scale * left @ right, latents.dtype)


def fit_parseval(latents: torch.Tensor, targets: torch.Tensor) -> LinearMap:
    """Fit z -> G'(F z): relative to the pilots as anchors, by Parseval frames on both sides.

    F and G are the polar factors of both users' centred anchors, so that F'F = G'G = I. The result
    is scaled to the power of David's latent vectors.

    Args:
        latents: Alice's, float (n, 16, 16, D).
        targets: David's on the same images, float (n, 16, 16, D).

    Raises:
        ParameterError: no pilots, or grids that do not match.
    """
    _check(latents, targets)
    own, other = _Centred.of(latents), _Centred.of(targets)
    matrix = own.frame().T @ other.frame()  # F'G, (D of Alice, D of David)
    power = other.rows.square().sum() / own.rows.square().sum().clamp(min=_TINY)
    return _between(own, other, power.sqrt() * matrix, latents.dtype)


_TINY = 1e-12


@dataclass(frozen=True)
class _Centred:
    """Latent vectors about their mean: rows float64 (N, D), mean (D,)."""

    rows: torch.Tensor
    mean: torch.Tensor

    @classmethod
    def of(cls, grids: torch.Tensor) -> _Centred:
        """Return the vectors of grids (n, 16, 16, D) about their mean."""
        rows = grids.reshape(-1, grids.shape[-1]).double()
        return cls(rows - rows.mean(0), rows.mean(0))

    def frame(self) -> torch.Tensor:
        """Return Z (Z'Z)^(-1/2), (N, D): the polar factor; directions without power are zero."""
        values, vectors = torch.linalg.eigh(self.rows.T @ self.rows)
        kept = values > _TINY * values.max().clamp(min=_TINY)
        roots = torch.where(kept, values.clamp(min=_TINY).rsqrt(), 0.0)
        return self.rows @ (vectors * roots) @ vectors.T


def _between(own: _Centred, other: _Centred, matrix: torch.Tensor, dtype: torch.dtype) -> LinearMap:
    """Return z -> (z - mean of Alice) M + mean of David, for M (D of Alice, D of David)."""
    bias = other.mean - own.mean @ matrix
    return LinearMap(matrix.T[:, :, None, None].to(dtype), bias.to(dtype))


def _check(latents: torch.Tensor, targets: torch.Tensor) -> None:
    if not len(latents) or latents.shape[:-1] != targets.shape[:-1] or latents.dim() != 4:
        raise ParameterError(
            f"latents {tuple(latents.shape)} and targets {tuple(targets.shape)} are no pilots: "
            "expected (n, 16, 16, D) of both users on the same n images, n at least 1"
        )
