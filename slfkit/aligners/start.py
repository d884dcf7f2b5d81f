"""A start for fine-tuning: Alice's last layer by ridge regression, so that she begins aligned."""

from __future__ import annotations

import copy

import torch

from slfkit.aligners.linear import fit_ridge
from slfkit.models import Transceiver


def with_last_layer(alice: Transceiver, images: torch.Tensor, targets: torch.Tensor) -> Transceiver:
    """Return a copy of Alice whose encoder's last layer maps pilots to David's latent vectors.

    A linear map after her last convolution would need a wider one. So that layer itself is solved
    for: it is a ridge map of what the layer before gives, over the same 3 x 3 neighbourhoods, and
    the architecture stays as it is.

    Args:
        images: of the pilots, float (n, 3, 32, 32) in [-1, 1].
        targets: David's latent vectors of them, float (n, 16, 16, D).

    Raises:
        ParameterError: as ``fit_ridge`` does.
    """
    begun = copy.deepcopy(alice)
    *before, last = begun.encoder.children()
    with torch.no_grad():
        features = torch.nn.Sequential(*before)(images).permute(0, 2, 3, 1)  # (n, 16, 16, 32)
        solved = fit_ridge(features, targets, kernel=last.kernel_size[0])
        last.weight.copy_(solved.weight)
        last.bias.copy_(solved.bias)
    return begun
