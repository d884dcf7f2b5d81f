"""slfkit's own training, through slfkit.training itself: what is timed is the code that runs."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any
from unittest import mock

import torch

from slfkit import training
from slfkit.flops import flops_per_image
from slfkit.images import Images
from slfkit.models import Transceiver
from slfkit.slf import freeze

from .scene import Scene
from .timing import Contestant, Turn

FROZEN = (0, 2, 4)
Change = Callable[[dict[str, Any]], None]


class _Caught(Exception):
    """Carries the arguments of the epoch that slfkit was about to make."""


def epoch_arguments(
    network: Transceiver, images: Images, scene: Scene, fresh: bool
) -> dict[str, Any]:
    """Return the arguments with which ``fit_transceiver`` would call its first epoch, by name.

    Letting slfkit set the run up, and stopping it at the door, keeps this free of any copy of its
    optimiser, objective and random streams that could fall behind.
    """

    def catch(*args, **kwargs):
        raise _Caught(inspect.signature(epoch).bind(*args, **kwargs).arguments)

    epoch = training._epoch
    schedule = training.Schedule((training.MSE_RULE,), epochs=1, batch=scene.batch)
    with mock.patch.object(training, "_epoch", catch):
        try:
            training.fit_transceiver(
                network, images, images, scene.crossover, None, schedule,
                stream=("benchmark",), fresh=fresh,
            )  # fmt: skip
        except _Caught as caught:
            return dict(caught.args[0])
    raise RuntimeError("slfkit.training.fit_transceiver made no epoch")


def epoch(
    network: Transceiver, scene: Scene, fresh: bool = False, change: Change | None = None
) -> Turn:
    """Return one pass over the scene's images; ``change`` may alter its arguments in place."""
    arguments = epoch_arguments(network, scene.pictures, scene, fresh)
    if change:
        change(arguments)
    return partial(training._epoch, **arguments)


@lru_cache(maxsize=4)
def _pretrained(scene: Scene) -> Transceiver:
    """Return a transceiver after one epoch, whose codebook is therefore in real use."""
    network = scene.transceiver()
    epoch(network, scene, fresh=True)()
    return network


def pretrained(scene: Scene, frozen: int = 0) -> Transceiver:
    """Return a copy of a briefly pre-trained transceiver with f parts frozen by slfkit."""
    network = copy.deepcopy(_pretrained(scene))
    freeze(network, frozen)
    return network


def contestants(scene: Scene) -> list[Contestant]:
    """Return pre-training, and fine-tuning at f = 0, 2 and 4."""
    pre_training = Contestant(
        "pre-training",
        "slfkit: pre-training",
        scene.images,
        lambda: epoch(scene.transceiver(), scene, fresh=True),
        "the start without quantiser lies in the untimed turn",
    )
    return [pre_training, *(fine_tuning(scene, frozen) for frozen in FROZEN)]


def fine_tuning(scene: Scene, frozen: int) -> Contestant:
    """Return fine-tuning with f parts frozen."""
    return Contestant(
        f"fine-tuning-f{frozen}",
        f"slfkit: fine-tuning, f = {frozen}",
        scene.images,
        lambda: epoch(pretrained(scene, frozen), scene),
    )


def flops(scene: Scene, frozen: int) -> int:
    """Return the floating-point operations of a training step per image with f parts frozen."""
    network = Transceiver(torch.Generator(), scene.codewords, scene.dimension)
    freeze(network, frozen)
    return flops_per_image(network)
