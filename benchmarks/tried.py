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
from benchmarks.timing import NotMeasured, Row, alternate, measuring, require
from slfkit import training
from slfkit.images import normalise
from slfkit.models import Classifier, Transceiver
from slfkit.rng import generator

EPOCHS = 2  # of training before the effect of bf16 is looked at


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


def bf16(network: Transceiver, arguments: Arguments) -> None:
    """Compute the loss under bf16 autocast."""
    loss = arguments["loss"]

    def autocast(images: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        with torch.autocast(images.device.type, torch.bfloat16):
            return loss(images, labels)

    arguments["loss"] = autocast


def compiled(network: Transceiver, arguments: Arguments) -> None:
    """Run encoder and decoder under torch.compile.

    Raises:
        NotMeasured: they do not compile here.
    """
    # the methods and not the modules: Sequential.compile() quietly leaves torch's own layers alone
    network.encode, network.decode = map(torch.compile, (network.encode, network.decode))
    batch = slice(arguments["batch"])
    images, labels = arguments["images"].pixels[batch], arguments["images"].labels[batch]
    try:
        arguments["loss"](normalise(images), labels).backward()
    except Exception as error:  # compilers fail in any way: none installed, unknown processor
        first_line = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise NotMeasured(f"torch.compile fails here: {first_line[:120]}") from error


VARIANTS: dict[str, tuple[str, Change]] = {
    "conv-transpose": ("torch's ConvTranspose2d, channels-last", textbook),
    "channels-first": ("torch's ConvTranspose2d, channels-first", channels_first),
    "adam-foreach": ("Adam foreach", adam(foreach=True)),
    "adam-loop": ("Adam, one tensor at a time", adam(foreach=False)),
    "bf16": ("bf16 autocast", bf16),
    "compile": ("torch.compile of encoder and decoder", compiled),
}


def contestants(scene: Scene) -> list[Row]:
    """Return slfkit as it is, and the variants."""
    changed = [
        ours.fine_tuning(scene, f"tried-{key}", f"tried: {name}", change=change)
        for key, (name, change) in VARIANTS.items()
    ]
    return [ours.fine_tuning(scene, "tried-nothing", "slfkit as it is"), *changed]


def rows(scene: Scene) -> list[Row]:
    """Measure the variants, and what bf16 does to the error from the same start and noise."""
    effects = [effect(scene, "float32"), effect(scene, "bf16", bf16)]
    return [*alternate(contestants(scene), scene), *effects]


def effect(scene: Scene, name: str, change: Change | None = None) -> Row:
    """Train a few epochs; return the mean squared error on the same images, in float32."""
    row = Row(f"effect-{name}", f"squared error after {EPOCHS} epochs, {name}", unit="MSE")
    with measuring(row):
        require(scene)
        network = ours.pretrained(scene)
        turn = ours.epoch(network, scene, change=change)
        for _ in range(EPOCHS):
            turn()
        row.values.append(evaluation(scene, 500, network)()["mse"])
    return row


def evaluations(scene: Scene) -> list[Row]:
    """Return the evaluation of the scene's images in batches of 100, 500 and 1000."""
    sizes = {size: partial(evaluation, scene, size) for size in (100, 500, 1000)}
    return [
        Row(f"evaluation-{size}", f"evaluation, batch {size}", scene.images, make)
        for size, make in sizes.items()
    ]


def evaluation(
    scene: Scene, batch: int, network: Transceiver | None = None
) -> Callable[[], dict[str, Any]]:
    """Return a turn that evaluates a transceiver, or a pre-trained one, on the scene's images."""
    network, images = network or ours.pretrained(scene), scene.pictures
    classifier = Classifier(generator("benchmark"), images.classes).to(scene.device)
    evaluate = partial(training.evaluate, network, network, images, scene.crossover, classifier)
    return lambda: evaluate(generator("evaluation", device=scene.device), batch=batch)
