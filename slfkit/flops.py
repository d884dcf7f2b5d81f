"""Floating-point operations of a network, counted on the network itself."""

from __future__ import annotations

import copy

import torch
from torch.utils.flop_counter import FlopCounterMode

from slfkit.channel import SymmetricDMC
from slfkit.images import SIDE
from slfkit.models import Transceiver, Upsample


def flops_per_image(transceiver: Transceiver) -> int:
    """Count the operations of one training step per image, forward and backward.

    The layers' textbook form is counted (``torch.utils.flop_counter``: two operations a
    multiply-add), weight gradients only where ``requires_grad`` says that they are computed.
    """
    model = copy.deepcopy(transceiver).cpu()
    for layer in model.modules():
        if isinstance(layer, Upsample):
            layer.direct = True
    image = torch.zeros(1, 3, SIDE, SIDE)
    with FlopCounterMode(display=False) as counter:
        channel = SymmetricDMC(0.0, model.codebook.weight.shape[0])
        out = model(image, channel, torch.Generator())
        (out.image.sum() + out.latent.sum()).backward()
    return counter.get_total_flops()
