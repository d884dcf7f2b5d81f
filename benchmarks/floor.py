"""The floor: forward and backward of the transceiver's convolutions, and nothing else.

No ReLU, quantiser, channel, loss, optimiser or data: what no training loop over these layers on
this backend can beat. One batch already lies on the device and is used again and again.
"""

from __future__ import annotations

import torch
from torch import nn

from slfkit.models import Upsample

from .scene import Scene
from .timing import Contestant, Turn

LAYOUTS = {"channels-last": torch.channels_last, "channels-first": torch.contiguous_format}


def layers(scene: Scene, layout: str, sub_pixel: bool = False, relu: bool = False) -> nn.Sequential:
    """Return the convolutions of encoder and decoder, one after the other.

    Args:
        layout: memory layout of the weights, a key of ``LAYOUTS``.
        sub_pixel: run the last layer in slfkit's form instead of as torch's ConvTranspose2d; that
            form is channels-last whatever the layout.
        relu: keep the ReLUs too.
    """
    network = scene.transceiver()
    kept = (nn.Conv2d, nn.ConvTranspose2d, *((nn.ReLU,) if relu else ()))
    stack = nn.Sequential(
        *(part for part in (*network.encoder, *network.decoder) if isinstance(part, kept))
    )
    for part in stack:
        if isinstance(part, Upsample):
            part.direct = not sub_pixel
    return stack.to(memory_format=LAYOUTS[layout])


def step(stack: nn.Sequential, x: torch.Tensor, gradient: torch.Tensor) -> None:
    """Go forward and backward once; x and gradient are (B, 3, 32, 32)."""
    stack.zero_grad(set_to_none=True)
    stack(x).backward(gradient)


def make(scene: Scene, layout: str, sub_pixel: bool = False, relu: bool = False) -> Turn:
    """Return a turn of as many steps as an epoch over the scene's images has."""
    stack = layers(scene, layout, sub_pixel, relu)
    x, gradient = (
        torch.randn(scene.batch, 3, 32, 32, device=scene.device).to(memory_format=LAYOUTS[layout])
        for _ in range(2)
    )

    def turn() -> None:
        for _ in range(scene.images // scene.batch):
            step(stack, x, gradient)

    return turn


def contestants(scene: Scene) -> list[Contestant]:
    """Return the floor in both layouts and, channels-last, with the sub-pixel form."""
    images = scene.images // scene.batch * scene.batch
    own = [
        Contestant(
            f"floor-{layout}",
            f"floor: convolutions alone, {layout}",
            images,
            lambda layout=layout: make(scene, layout),
            "the last layer is torch's ConvTranspose2d",
        )
        for layout in LAYOUTS
    ]
    sub_pixel = Contestant(
        "floor-sub-pixel",
        "floor: convolutions alone, channels-last, sub-pixel",
        images,
        lambda: make(scene, "channels-last", sub_pixel=True),
        "the last layer is slfkit's equivalent form",
    )
    return [*own, sub_pixel]
