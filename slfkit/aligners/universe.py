"""A common space for many users: each needs a map into it and one out of it, not one per partner.

Source: generalised Procrustes analysis (Gower 1975).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from slfkit.aligners.linear import LinearMap, fit_procrustes, fit_ridge
from slfkit.errors import ParameterError

ROUNDS = 20  # of fitting all users to the mean and taking the mean again


@dataclass(frozen=True)
class Chain:
    """One map after another.

    Attributes:
        first, second: linear maps; what leaves the first enters the second.
    """

    first: LinearMap
    second: LinearMap

    def apply(self, latents: torch.Tensor) -> torch.Tensor:
        """Map grids of latent vectors: (B, 16, 16, D) -> (B, 16, 16, D)."""
        return self.second.apply(self.first.apply(latents))


@dataclass(frozen=True)
class Universe:
    """A common space with the maps of all users."""

    into: tuple[LinearMap, ...]  # of each user, from his latent vectors to the common ones
    out: tuple[LinearMap, ...]  # of each user, back

    def between(self, sender: int, receiver: int) -> Chain:
        """Return the map from one user's latent vectors to another's."""
        return Chain(self.into[sender], self.out[receiver])


def consensus(users: Sequence[torch.Tensor], rounds: int = ROUNDS) -> torch.Tensor:
    """Return the mean of all users' latents, each rotated, scaled and shifted to fit it best.

    Args:
        users: latents of the same pilots, each float (n, 16, 16, D).

    Returns:
        Float (n, 16, 16, D), about zero and with a mean square of 1.

    Raises:
        ParameterError: fewer than two users, or latents that do not match.
    """
    if len(users) < 2 or len({user.shape for user in users}) > 1:
        raise ParameterError(
            f"latents of shapes {[tuple(user.shape) for user in users]} share no space: expected "
            "at least two users with the same (n, 16, 16, D)"
        )
    middle = _standard(users[0])
    for _ in range(rounds):
        fitted = [fit_procrustes(user, middle).apply(user) for user in users]
        middle = _standard(torch.stack(fitted).mean(0))
    return middle


def _standard(latents: torch.Tensor) -> torch.Tensor:
    """Return latents about their mean, with a mean square of 1."""
    centred = latents - latents.mean((0, 1, 2))
    return centred / centred.square().mean().sqrt().clamp(min=1e-12)


def fit_universe(users: Sequence[torch.Tensor], *, kernel: int = 0) -> Universe:
    """Fit all users' maps into their consensus and out of it.

    Args:
        users: latents of the same pilots, each float (n, 16, 16, D).
        kernel: of ridge maps both ways; 0 takes the rotations of the consensus and their inverses.

    Raises:
        ParameterError: as ``consensus`` and ``fit_ridge`` do.
    """
    middle = consensus(users)
    if not kernel:
        into = tuple(fit_procrustes(user, middle) for user in users)
        return Universe(into, tuple(map(inverse, into)))

    return Universe(
        tuple(fit_ridge(user, middle, kernel=kernel) for user in users),
        tuple(fit_ridge(middle, user, kernel=kernel) for user in users),
    )


def inverse(aligner: LinearMap) -> LinearMap:
    """Return the inverse of a map that treats each position alone.

    Raises:
        ParameterError: it looks at neighbours, or changes the dimension.
    """
    outputs, inputs, *kernel = aligner.weight.shape
    if kernel != [1, 1] or outputs != inputs:
        raise ParameterError(
            f"a map of shape {tuple(aligner.weight.shape)} has no inverse of its kind: expected "
            "(D, D, 1, 1)"
        )
    back = torch.linalg.pinv(aligner.weight[:, :, 0, 0].double())
    bias = -back @ aligner.bias.double()
    return LinearMap(back[:, :, None, None].to(aligner.weight.dtype), bias.to(aligner.bias.dtype))
