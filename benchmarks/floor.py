"""The floor: forward and backward of the transceiver's convolutions, and nothing else.

No ReLU, quantiser, channel, loss, optimiser or data: no training loop over these layers can be
faster on this backend. One batch is already on the device and is used again and again.
"""

from functools import partial

import torch
from torch import nn

from benchmarks.scene import Scene
from benchmarks.timing import Row, Turn

LAYOUTS = {"channels-last": torch.channels_last, "channels-first": torch.contiguous_format}


def layers(scene: Scene, layout: str, sub_pixel: bool = False) -> nn.Sequential:
    """Return the convolutions of encoder and decoder, one after the other.

    Args:
        scene: has the dimension and the device.
        layout: memory layout of the weights, a key of ``LAYOUTS``.
        sub_pixel: run the last layer in slfkit's form instead of as torch's ConvTranspose2d; that
            form is channels-last whatever the layout.
    """
    network = scene.transceiver()
    network.decoder.up.direct = not sub_pixel
    parts = (*network.encoder, *network.decoder)
    stack = nn.Sequential(*(part for part in parts if not isinstance(part, nn.ReLU)))
    return stack.to(memory_format=LAYOUTS[layout])


def step(stack: nn.Sequential, x: torch.Tensor, gradient: torch.Tensor) -> None:
    """Go forward and backward once; x and gradient are (B, 3, 32, 32)."""
    stack.zero_grad(set_to_none=True)
    stack(x).backward(gradient)


def make(scene: Scene, layout: str, sub_pixel: bool = False) -> Turn:
    """Return a turn of as many full steps as an epoch over the scene's images has."""
    stack = layers(scene, layout, sub_pixel)
    x = torch.randn(scene.batch, 3, 32, 32, device=scene.device).to(memory_format=LAYOUTS[layout])
    gradient = torch.randn_like(x)

    def turn() -> None:
        for _ in range(scene.steps):
            step(stack, x, gradient)

    return turn


def contestants(scene: Scene) -> list[Row]:
    """Return the floor in both layouts and, channels-last, with the sub-pixel form."""
    images, name = scene.steps * scene.batch, "floor: convolutions alone"
    sub_pixel = partial(make, scene, "channels-last", sub_pixel=True)
    return [
        *(
            Row(f"floor-{layout}", f"{name}, {layout}", images, partial(make, scene, layout))
            for layout in LAYOUTS
        ),
        Row("floor-sub-pixel", f"{name}, channels-last, sub-pixel", images, sub_pixel),
    ]
