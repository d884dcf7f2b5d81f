"""Maps from Alice's indices to David's: by pilots, or by the geometry of their codebooks alone."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from slfkit.aligners.assignment import assign
from slfkit.errors import ParameterError

PRIOR = 1e-3  # weight of David's overall usage where she never sent an index: his most used one
COOLING = (0.3, 0.1, 0.03, 0.01, 0.003, 0.001)  # of the entropy, as shares of the mean cost
STEPS = 20  # of the coupling at each temperature
SINKHORN = 50  # rescalings of a coupling to its marginals


@dataclass(frozen=True)
class IndexMap:
    """s -> table[s]."""

    table: torch.Tensor  # int64 (K,), David's index for each of Alice's

    def apply(self, indices: torch.Tensor) -> torch.Tensor:
        """Map indices, int64 of any shape."""
        return self.table[indices]


def fit_index_map(
    indices: torch.Tensor, targets: torch.Tensor, codewords: int, *, one_to_one: bool = False
) -> IndexMap:
    """Map each of Alice's indices to the one of David's that it meets most often.

    Args:
        indices: Alice's, int64 of any shape, 0..K-1.
        targets: David's at the same positions of the same images.
        codewords: K, of both.
        one_to_one: whether no two of hers may share one of his; then as many positions as possible
            agree, by the Hungarian method.

    Raises:
        ParameterError: no positions, other shapes, or an index outside 0..K-1.
    """
    if not indices.numel() or indices.shape != targets.shape:
        raise ParameterError(
            f"indices {tuple(indices.shape)} and targets {tuple(targets.shape)} are no pilots: "
            "expected both users' indices at the same positions, at least one"
        )
    both = torch.cat([indices.flatten(), targets.flatten()])
    if int(both.min()) < 0 or int(both.max()) >= codewords:
        raise ParameterError(
            f"indices {int(both.min())}..{int(both.max())} do not fit {codewords} codewords"
        )
    met = (indices.flatten() * codewords + targets.flatten()).bincount(minlength=codewords**2)
    counts = met.view(codewords, codewords).double()  # N_kl: hers k met his l
    counts = counts + PRIOR * counts.sum(0) / counts.sum()
    return IndexMap(assign(-counts) if one_to_one else counts.argmax(1))


def match_codebooks(
    own: torch.Tensor, other: torch.Tensor, own_usage: torch.Tensor, other_usage: torch.Tensor
) -> IndexMap:
    """Map Alice's indices to David's without pilots, by the distances within each codebook.

    The coupling T of both usages with the least Gromov-Wasserstein discrepancy
    sum (d_kk' - d'_ll')^2 T_kl T_k'l', by projected steps with an entropy that cools (Peyre, Cuturi
    and Solomon 2016); then the one-to-one map that T favours. It finds a local minimum.

    Args:
        own: Alice's codewords, float (K, D).
        other: David's, float (K, D').
        own_usage, other_usage: how often each codeword is sent, (K,), not all zero.

    Raises:
        ParameterError: the two have other numbers of codewords, or a usage is empty or negative.
    """
    a, b = _shares(own_usage, own), _shares(other_usage, other)
    if len(own) != len(other):
        raise ParameterError(f"{len(own)} and {len(other)} codewords cannot be matched one to one")
    first, second = _distances(own), _distances(other)
    coupling = torch.outer(a, b)
    for share in COOLING:
        for _ in range(STEPS):
            cost = _discrepancy(first, second, coupling)
            coupling = _sinkhorn(cost, a, b, share * float(cost.mean().clamp(min=1e-12)))
    return IndexMap(assign(-coupling))


def _shares(usage: torch.Tensor, codewords: torch.Tensor) -> torch.Tensor:
    """Return usage as shares (K,) above zero, so that unused codewords get a partner, too."""
    if usage.shape != codewords.shape[:1] or bool((usage < 0).any()) or not bool(usage.any()):
        raise ParameterError(
            f"usage {tuple(usage.shape)} of {len(codewords)} codewords: expected one number from "
            "0 on for each, not all zero"
        )
    counts = usage.double() + PRIOR * usage.double().mean()
    return counts / counts.sum()


def _distances(codewords: torch.Tensor) -> torch.Tensor:
    """Return Euclidean distances between codewords, (K, K), over their root mean square."""
    table = torch.cdist(codewords.double(), codewords.double())
    return table / table.square().mean().sqrt().clamp(min=1e-12)


def _discrepancy(first: torch.Tensor, second: torch.Tensor, coupling: torch.Tensor) -> torch.Tensor:
    """Return sum over k', l' of (d_kk' - d'_ll')^2 T_k'l', (K, K)."""
    own = first.square() @ coupling.sum(1)  # (K,)
    other = second.square() @ coupling.sum(0)  # (K,)
    return own[:, None] + other[None, :] - 2.0 * first @ coupling @ second.T


def _sinkhorn(
    cost: torch.Tensor, a: torch.Tensor, b: torch.Tensor, temperature: float
) -> torch.Tensor:
    """Return the coupling of a and b with the least <cost, T> - temperature * entropy of T."""
    kernel = -cost / temperature
    rows, columns = torch.zeros_like(a), torch.zeros_like(b)
    for _ in range(SINKHORN):
        rows = a.log() - (kernel + columns[None, :]).logsumexp(1)
        columns = b.log() - (kernel + rows[:, None]).logsumexp(0)
    return (kernel + rows[:, None] + columns[None, :]).exp()
