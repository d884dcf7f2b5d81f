"""The networks and the scenario, drawn: layers with strides and output shapes; who was trained."""

from __future__ import annotations

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from torch import nn

from slfkit.models import Classifier, Transceiver
from slfkit.reporting.style import ALICE, DAVID, INK, TUNED, WIDTH, subplots
from slfkit.rng import generator

WORDS = {nn.MaxPool2d: "max-pool", nn.Flatten: "flatten"}


def layers(network: nn.Module, image: torch.Tensor) -> list[tuple[str, str]]:
    """Return what each layer of a network is, and the shape of its output for one image.

    Activations are left out.

    Args:
        image: one input with its batch dimension.
    """
    found: list[tuple[str, str]] = []
    hooks = [
        layer.register_forward_hook(lambda m, _, out: found.append((_named(m), _shape(out))))
        for layer in network.modules()
        if not list(layer.children()) and not isinstance(layer, nn.ReLU)
    ]
    with torch.no_grad():
        network(image)
    for hook in hooks:
        hook.remove()
    return found


def _shape(output: torch.Tensor) -> str:
    return " × ".join(map(str, output.shape[1:]))


def _named(layer: nn.Module) -> str:
    """Name a layer with its kernel and stride."""
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
        kind = "transposed" if isinstance(layer, nn.ConvTranspose2d) else "conv"
        kernel = "×".join(map(str, layer.kernel_size))
        return f"{kind} {kernel}" + (f", stride {layer.stride[0]}" if layer.stride[0] > 1 else "")
    if isinstance(layer, nn.Linear):
        return "linear"
    return WORDS[type(layer)]


def network_drawing() -> Figure:
    """Draw encoder, decoder and classifier, a box for each layer."""
    one, draw = torch.zeros(1, 3, 32, 32), generator("drawing")
    user, judge = Transceiver(draw), Classifier(draw)
    grid = user.encoder(one)
    columns = {
        "encoder": (layers(user.encoder, one), "image 3 × 32 × 32", ALICE),
        "decoder": (layers(user.decoder, grid), f"codewords {_shape(grid)}", DAVID),
        "classifier": (layers(judge, one), "image 3 × 32 × 32", TUNED),
    }
    figure, places = subplots(1, 3, figsize=(1.7 * WIDTH, 4.4))
    for axes, (name, (boxes, first, fill)) in zip(places, columns.items(), strict=True):
        _stack(axes, name, first, boxes, fill)
    return figure


def _stack(axes: Axes, name: str, first: str, boxes: list[tuple[str, str]], fill: str) -> None:
    axes.axis("off")
    axes.set(xlim=(0, 10), ylim=(-7.6, 1.2))
    axes.text(5, 1.0, name, weight="bold", ha="center", va="top")
    axes.text(5, 0.1, first, ha="center", va="center", size=10)
    for k, (layer, shape) in enumerate(boxes):
        y = -0.95 * (k + 1)
        frame = {"boxstyle": "round,pad=0,rounding_size=0.2", "edgecolor": INK, "facecolor": fill}
        axes.add_patch(FancyBboxPatch((0.2, y - 0.34), 9.6, 0.68, **frame))
        axes.text(5, y, f"{layer}: {shape}", ha="center", va="center", size=9)


def scenario_drawing() -> Figure:
    """Draw the scenario of the paper's Fig. 1: two pairs trained apart, and the new link."""
    figure, axes = subplots(figsize=(WIDTH, 2.3))
    axes.axis("off")
    axes.set(xlim=(0, 100), ylim=(0, 46))
    people = (("Alice", 16, 34, ALICE), ("Bob", 84, 34, ALICE))
    people += (("Carol", 16, 10, DAVID), ("David", 84, 10, DAVID))
    for name, x, y, fill in people:
        frame = {"boxstyle": "round,pad=0,rounding_size=2", "edgecolor": INK, "facecolor": fill}
        axes.add_patch(FancyBboxPatch((x - 11, y - 5), 22, 10, **frame))
        axes.text(x, y, name, ha="center", va="center", weight="bold")
    style = {"arrowstyle": "-|>", "color": INK, "linewidth": 1.4}
    for y in (34, 10):
        axes.annotate("", (72, y), (28, y), arrowprops=style)
        axes.text(50, y + 2, "trained together", ha="center", size=9.5)
    axes.annotate("", (72, 14), (28, 30), arrowprops={**style, "linestyle": "--"})
    axes.text(50, 23.6, "trained apart: misaligned", ha="center", size=9.5, rotation=-9)
    return figure
