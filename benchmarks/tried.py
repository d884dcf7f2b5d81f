"""What was tried for speed, each beside fine-tuning at f = 0 as slfkit does it.

Each variant changes one thing in what slfkit hands to its own epoch.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from slfkit.models import Classifier, Transceiver
from slfkit.rng import generator

from . import floor, ours
from .scene import Scene
from .timing import Contestant, NotMeasured, Row, Turn, require

EPOCHS = 2  # of training before the effect of bf16 is looked at


def textbook(network: Transceiver) -> None:
    """Run the last layer as torch's ConvTranspose2d, in place."""
    network.decoder.up.direct = True


def direct(scene: Scene) -> Turn:
    """Return an epoch with torch's ConvTranspose2d in place of the sub-pixel form."""
    network = ours.pretrained(scene)
    textbook(network)
    return ours.epoch(network, scene)


def channels_first(scene: Scene) -> Turn:
    """Return an epoch with torch's ConvTranspose2d and all tensors channels-first."""
    network = ours.pretrained(scene).to(memory_format=torch.contiguous_format)
    textbook(network)
    network.decoder.register_forward_pre_hook(lambda _, inputs: (inputs[0].contiguous(),))

    def change(arguments: dict[str, Any]) -> None:
        images = arguments["images"]
        arguments["images"] = replace(images, pixels=images.pixels.contiguous())

    return ours.epoch(network, scene, change=change)


def optimiser(scene: Scene, **choice) -> Turn:
    """Return an epoch with another implementation of Adam."""
    network = ours.pretrained(scene)

    def change(arguments: dict[str, Any]) -> None:
        rate = arguments["optimiser"].param_groups[0]["lr"]
        arguments["optimiser"] = torch.optim.Adam(network.parameters(), lr=rate, **choice)

    return ours.epoch(network, scene, change=change)


def in_bf16(device: str) -> Callable[[dict[str, Any]], None]:
    """Return a change that computes the loss under bf16 autocast."""

    def change(arguments: dict[str, Any]) -> None:
        loss = arguments["loss"]

        def cast(images: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
            with torch.autocast(device.split(":")[0], torch.bfloat16):
                return loss(images, labels)

        arguments["loss"] = cast

    return change


def bf16(scene: Scene) -> Turn:
    """Return an epoch under bf16 autocast."""
    return ours.epoch(ours.pretrained(scene), scene, change=in_bf16(scene.device))


def compiled(scene: Scene) -> Turn:
    """Return an epoch with encoder and decoder under torch.compile.

    Raises:
        NotMeasured: they do not compile here.
    """
    network = ours.pretrained(scene)
    # the methods and not the modules: Sequential.compile() quietly leaves torch's own layers alone
    network.encode, network.decode = map(torch.compile, (network.encode, network.decode))
    turn = ours.epoch(network, scene)
    try:
        turn()
    except Exception as error:  # compilers fail in any way: none installed, unknown processor
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise NotMeasured(f"torch.compile fails here: {first[:120]}") from error
    return turn


@contextlib.contextmanager
def full_float32():
    """Compute convolutions without TF32 on a card."""
    before = torch.backends.cudnn.allow_tf32
    torch.backends.cudnn.allow_tf32 = False
    try:
        yield
    finally:
        torch.backends.cudnn.allow_tf32 = before


def without_tf32(scene: Scene) -> Turn:
    """Return an epoch whose convolutions compute in full float32 on a card."""
    turn = ours.epoch(ours.pretrained(scene), scene)

    def guarded() -> None:
        with full_float32():
            turn()

    return guarded


VARIANTS = {
    "conv-transpose": ("torch's ConvTranspose2d, channels-last", direct),
    "channels-first": ("torch's ConvTranspose2d, channels-first", channels_first),
    "adam-foreach": ("Adam foreach", lambda scene: optimiser(scene, foreach=True)),
    "adam-loop": ("Adam, one tensor at a time", lambda scene: optimiser(scene, foreach=False)),
    "bf16": ("bf16 autocast", bf16),
    "compile": ("torch.compile of encoder and decoder", compiled),
}
ON_CARDS = {"no-tf32": ("convolutions without TF32", without_tf32)}


def contestants(scene: Scene) -> list[Contestant]:
    """Return slfkit as it is, the variants, and the floor with its ReLUs."""
    variants = {**VARIANTS, **(ON_CARDS if scene.device.startswith("cuda") else {})}
    changed = [
        Contestant(f"tried-{key}", f"tried: {name}", scene.images, lambda make=make: make(scene))
        for key, (name, make) in variants.items()
    ]
    with_relu = Contestant(
        "tried-floor-relu", "floor: channels-last, sub-pixel, with ReLU",
        scene.images // scene.batch * scene.batch,
        lambda: floor.make(scene, "channels-last", sub_pixel=True, relu=True),
    )  # fmt: skip
    as_it_is = replace(ours.fine_tuning(scene, 0), key="tried-nothing", name="slfkit as it is")
    return [as_it_is, *changed, with_relu]


def evaluations(scene: Scene) -> list[Contestant]:
    """Return the evaluation of the scene's images in batches of 100, 500 and 1000."""
    return [
        Contestant(
            f"evaluation-{batch}", f"evaluation, batch {batch}", scene.images,
            lambda batch=batch: evaluation(scene, ours.pretrained(scene), batch),
        )
        for batch in (100, 500, 1000)
    ]  # fmt: skip


def evaluation(scene: Scene, network: Transceiver, batch: int) -> Callable[[], dict]:
    """Return a turn that evaluates a transceiver on the scene's images."""
    judge = Classifier(generator("benchmark"), scene.pictures.classes).to(scene.device)

    def turn() -> dict:
        noise = generator("evaluation", device=scene.device)
        return judging.evaluate(
            network, network, scene.pictures, scene.crossover, judge, noise, batch=batch
        )

    return turn


def effects(scene: Scene) -> list[Row]:
    """Return what bf16 does to the mean squared error, from the same start and noise."""
    return [
        effect(scene, "float32", None),
        effect(scene, "bf16", in_bf16(scene.device)),
    ]


def effect(scene: Scene, name: str, change: ours.Change | None) -> Row:
    """Train a few epochs; return the mean squared error on the images trained on, in float32."""
    row = Row(
        f"effect-{name}", f"squared error after {EPOCHS} epochs, {name}", "MSE",
        images=scene.images, note="on the images trained on, [-1, 1] scale", kind="computed",
    )  # fmt: skip
    try:
        require(scene.device)
    except NotMeasured as reason:
        row.missing = str(reason)
        return row
    network: nn.Module = ours.pretrained(scene)
    turn = ours.epoch(network, scene, change=change)
    for _ in range(EPOCHS):
        turn()
    row.values.append(evaluation(scene, network, 500)()["mse"])
    return row
