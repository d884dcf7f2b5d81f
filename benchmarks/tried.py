"""What was tried for speed, each beside fine-tuning at f = 0 as slfkit does it.

Each variant changes one thing in a network or in what slfkit hands to its own epoch.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import torch

from benchmarks import ours
from benchmarks.ours import Arguments, Change
from benchmarks.scene import Scene
from benchmarks.timing import Row
from slfkit import training
from slfkit.models import Classifier, Transceiver
from slfkit.rng import generator


def textbook(network: Transceiver, arguments: Arguments) -> None:
    """Run the last layer as torch's ConvTranspose2d."""
    network.decoder.up.direct = True


def channels_first(network: Transceiver, arguments: Arguments) -> None:
    """Run the last layer as torch's ConvTranspose2d, and keep all tensors channels-first."""
    textbook(network, arguments)
    network.to(memory_format=torch.contiguous_format)
    network.decoder.register_forward_pre_hook(lambda _, inputs: (inputs[0].contiguous(),))
    images = arguments["images"]
    arguments["images"] = replace(images, pixels=images.pixels.contiguous())


def adam(**implementation: bool) -> Change:
    """Return a change to another implementation of Adam."""

    def change(network: Transceiver, arguments: Arguments) -> None:
        rate = arguments["optimiser"].param_groups[0]["lr"]
        arguments["optimiser"] = torch.optim.Adam(network.parameters(), lr=rate, **implementation)

    return change


VARIANTS: dict[str, tuple[str, Change]] = {
    "conv-transpose": ("torch's ConvTranspose2d, channels-last", textbook),
    "channels-first": ("torch's ConvTranspose2d, channels-first", channels_first),
    "adam-foreach": ("Adam foreach", adam(foreach=True)),
    "adam-loop": ("Adam, one tensor at a time", adam(foreach=False)),
}


def contestants(scene: Scene) -> list[Row]:
    """Return slfkit as it is, and the variants."""
    changed = [
        ours.fine_tuning(scene, f"tried-{key}", f"tried: {name}", change=change)
        for key, (name, change) in VARIANTS.items()
    ]
    return [ours.fine_tuning(scene, "tried-nothing", "slfkit as it is"), *changed]


def evaluations(scene: Scene) -> list[Row]:
    """Return the evaluation of the scene's images in batches of 100, 500 and 1000."""
    sizes = {size: partial(evaluation, scene, size) for size in (100, 500, 1000)}
    return [
        Row(f"evaluation-{size}", f"evaluation, batch {size}", scene.images, make)
        for size, make in sizes.items()
    ]


def evaluation(scene: Scene, batch: int) -> Callable[[], dict[str, Any]]:
    """Return a turn that evaluates a briefly pre-trained transceiver on the scene's images."""
    network, images = ours.pretrained(scene), scene.pictures
    classifier = Classifier(generator("benchmark"), images.classes).to(scene.device)
    evaluate = partial(training.evaluate, network, network, images, scene.crossover, classifier)
    return lambda: evaluate(generator("evaluation", device=scene.device), batch=batch)
