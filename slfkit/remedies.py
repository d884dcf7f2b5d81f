"""Remedies for David's old partner: what fine-tuning is asked to keep (ours).

A remedy is a further term of the loss, or a form of the weights that moves little of them. All of
them start from David's weights w0, which Alice has from the download; w are the weights now.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import parametrize
from torch.utils.flop_counter import FlopCounterMode

from slfkit.channel import SymmetricDMC
from slfkit.errors import ParameterError
from slfkit.images import Images, normalise
from slfkit.models import GRID, Transceiver
from slfkit.objective import Penalty

REPLAYED = 16  # old grids of a step
Weights = Mapping[str, torch.Tensor]  # by full name, such as "decoder.conv1.weight"


@torch.no_grad()
def received_grids(
    david: Transceiver, images: Images, crossover: float, noise: torch.Generator
) -> torch.Tensor:
    """Return the grids of indices r that David once received of images: int64 (m * 256,).

    Of his old partner's images they hold what the channel and his codebook have left of them.

    Args:
        images: m of his own.
        crossover: eps of his own channel.
        noise: draws it.
    """
    sent = david.codebook.nearest(david.encode(normalise(images.pixels)))  # (m * 256,)
    return SymmetricDMC(crossover, len(david.codebook.weight)).swap(sent, noise)


def grid_bytes(grids: int, codewords: int) -> int:
    """Return the bytes of so many grids of indices, log2 K bits each, rounded up."""
    return -(-grids * GRID**2 * (codewords - 1).bit_length() // 8)


def index_replay(
    david: Transceiver,
    received: torch.Tensor,
    mu: float,
    draw: torch.Generator,
    batch: int = REPLAYED,
) -> Penalty:
    """Return mu * mean |theta(C[r]) - theta0(C0[r])|^2 over old grids of indices r.

    The new decoder is to make of them what David's made. He adds ``grid_bytes`` to the download;
    no image is sent, but with his decoder Alice can see what the grids show.

    Args:
        david: the transceiver as downloaded: theta0 and C0.
        received: r, int64 (m * 256,), as ``received_grids`` returns them.
        mu: weight of the term.
        draw: chooses the grids of a step, on the device of the grids.
        batch: grids of a step; all where there are no more.
    """
    grids = received.view(-1, GRID**2)  # (m, 256)
    with torch.no_grad():
        target = david.decode(david.codebook(received))  # (m, 3, 32, 32)

    def penalty(now: Transceiver) -> torch.Tensor:
        chosen = slice(None)
        if len(grids) > batch:
            chosen = torch.randint(len(grids), (batch,), generator=draw, device=grids.device)
        seen = now.decode(now.codebook(grids[chosen].flatten()))
        return mu * F.mse_loss(seen, target[chosen])

    return penalty


def flops_per_grid(transceiver: Transceiver) -> int:
    """Count the operations of replaying one grid, forward and backward, as ``flops`` does."""
    model = copy.deepcopy(transceiver).cpu()
    model.decoder.up.direct = True
    with FlopCounterMode(display=False) as counter:
        model.decode(model.codebook(torch.zeros(GRID**2, dtype=torch.int64))).sum().backward()
    return counter.get_total_flops()


def l2_sp(start: Weights, mu: float) -> Penalty:
    """Return mu * sum (w - w0)^2 over the weights named (L2-SP, Li et al., ICML 2018)."""
    return ewc(start, {name: torch.ones_like(weight) for name, weight in start.items()}, mu)


def ewc(start: Weights, importance: Weights, mu: float) -> Penalty:
    """Return mu * sum F (w - w0)^2 over the weights named (EWC, Kirkpatrick et al., PNAS 2017).

    Args:
        start: w0, the weights that are fine-tuned, by full name.
        importance: F of each, as ``fisher`` returns it.
        mu: weight of the term.
    """

    def penalty(now: Transceiver) -> torch.Tensor:
        weights = dict(now.named_parameters())
        terms = [(importance[k] * (weights[k] - start[k]).square()).sum() for k in start]
        return mu * torch.stack(terms).sum()

    return penalty


def fisher(
    david: Transceiver,
    images: Images,
    crossover: float,
    noise: torch.Generator,
    names: Iterable[str],
) -> dict[str, torch.Tensor]:
    """Return the diagonal of the empirical Fisher matrix of weights, scaled to a mean of 1.

    The mean over images of the squared gradient of each one's error |x - theta(C[r])|^2: how much
    David's old link depends on a weight. He computes it on his own images and sends it, four bytes
    a weight. The likelihood's variance would only scale it, and mu does that.

    Args:
        david: the transceiver as downloaded.
        images: his own.
        crossover: eps of his own channel.
        noise: draws it.
        names: of the weights, by full name; all must be his codebook's or decoder's.
    """
    network = copy.deepcopy(david).requires_grad_(False)
    weights = {name: network.get_parameter(name).requires_grad_() for name in names}
    total = {name: torch.zeros_like(weight) for name, weight in weights.items()}
    received = received_grids(david, images, crossover, noise).view(-1, GRID**2)
    for pixels, grid in zip(images.pixels, received, strict=True):
        error = F.mse_loss(network.decode(network.codebook(grid)), normalise(pixels[None]))
        for name, slope in zip(weights, torch.autograd.grad(error, weights.values()), strict=True):
            total[name] += slope.square()
    mean = torch.cat([each.flatten() for each in total.values()]).mean()
    return {name: each / mean for name, each in total.items()}


class LowRank(nn.Module):
    """W = W0 + B A as a parametrisation: A (rank, inputs) and B (outputs, rank) are trained.

    The first axis of a weight counts as its outputs and all others as its inputs. B starts at
    zero, so training starts at W0 (Hu et al., ICLR 2022).
    """

    def __init__(self, weight: torch.Tensor, rank: int, draw: torch.Generator) -> None:
        super().__init__()
        outputs, inputs = weight.flatten(1).shape
        start = torch.randn(rank, inputs, generator=draw) / inputs**0.5
        self.a = nn.Parameter(start.to(weight.device))
        self.b = nn.Parameter(torch.zeros(outputs, rank, device=weight.device))

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """Return W0 + B A in the shape of W0."""
        return weight + (self.b @ self.a).view_as(weight)


def low_rank(network: Transceiver, parts: Iterable[str], rank: int, draw: torch.Generator) -> None:
    """Let the weights of these layers change by a matrix of low rank only, in place.

    Biases, and a codebook, which is small already, are trained as they are.

    Args:
        parts: names of ``Transceiver.parts()``.
        rank: of each change, from 1 on.
        draw: source of A, on the CPU.

    Raises:
        ParameterError: the rank is below 1.
    """
    if rank < 1:
        raise ParameterError(f"rank {rank!r} of a change must be at least 1")
    for name in parts:
        layer = network.get_submodule(name)
        if not hasattr(layer, "bias"):  # the codebook
            continue
        change = LowRank(layer.weight, rank, draw)
        parametrize.register_parametrization(layer, "weight", change)
        layer.parametrizations.weight.original.requires_grad_(False)


@torch.no_grad()
def merged(network: Transceiver) -> dict[str, torch.Tensor]:
    """Return the weights with low-rank changes added in, as an ordinary transceiver names them.

    They are copies, so that they stay what they are when the network is given other weights.
    """
    weights = {}
    for name, tensor in network.state_dict().items():
        layer, changed, rest = name.partition(".parametrizations.weight.")
        if not changed:
            weights[name] = tensor.clone()
        elif rest == "original":
            weights[f"{layer}.weight"] = network.get_submodule(layer).weight.detach()
    return weights


def changes(network: Transceiver, parts: Iterable[str]) -> dict[str, torch.Tensor]:
    """Return what these parts send after ``low_rank``: A, B, biases and the codebook."""
    chosen = tuple(f"{part}." for part in parts)
    return {
        name: tensor.detach().cpu().contiguous()
        for name, tensor in network.state_dict().items()
        if name.startswith(chosen) and not name.endswith("original")
    }
