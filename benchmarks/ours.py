"""slfkit's own training, through slfkit.training itself: what is timed is the code that runs."""

import copy
import inspect
import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any
from unittest import mock

from benchmarks.scene import Scene
from benchmarks.timing import Row, Turn
from slfkit import training
from slfkit.errors import TrainingError
from slfkit.evaluation import flops_per_image
from slfkit.models import Transceiver
from slfkit.runs.compiling import compiler
from slfkit.slf import freeze

Arguments = dict[str, Any]  # of an epoch
Change = Callable[[Transceiver, Arguments], None]
FROZEN = (0, 1, 2, 3, 4)
VARIED = {
    "batch": (16, 32, 64, 128, 256, 512),
    "codewords": (8, 16, 32, 64, 128, 256, 512),
    "dimension": (4, 8, 16, 32, 64),
}


def epoch_arguments(network: Transceiver, scene: Scene, fresh: bool, **how: Any) -> Arguments:
    """Return the arguments with which ``fit_transceiver`` would call its first epoch, by name.

    slfkit sets the run up; the mocked epoch returns NaN as its loss, which ends the run. So no copy
    of slfkit's optimiser, objective and random streams here can fall behind. ``how`` goes to its
    schedule.
    """
    schedule = training.Schedule((training.MSE_RULE,), epochs=1, batch=scene.batch, **how)
    pictures = scene.pictures
    here = training.Environment(pictures, pictures, scene.crossover, None)
    with mock.patch.object(training, "_epoch", return_value=math.nan) as call:
        with suppress(TrainingError):
            training.fit_transceiver(network, here, schedule, stream=("benchmark",), fresh=fresh)
    args, kwargs = call.call_args
    return inspect.signature(training._epoch).bind(*args, **kwargs).arguments


def epoch(
    network: Transceiver,
    scene: Scene,
    fresh: bool = False,
    change: Change | None = None,
    **how: Any,
) -> Turn:
    """Return one pass over the scene's images, of new weights as in pre-training if fresh.

    ``change`` may alter the network and the epoch's arguments in place; ``how`` goes to the
    schedule.
    """
    arguments = epoch_arguments(network, scene, fresh, **how)
    if change:
        change(network, arguments)
    return partial(training._epoch, **arguments)


@lru_cache(maxsize=4)
def _pretrained(scene: Scene) -> Transceiver:
    """Return a transceiver after one epoch, so that its codebook is in real use."""
    network = scene.transceiver()
    epoch(network, scene, fresh=True)()
    return network


def pretrained(scene: Scene, frozen: int = 0) -> Transceiver:
    """Return a copy of a briefly pre-trained transceiver with f parts frozen by slfkit."""
    network = copy.deepcopy(_pretrained(scene))
    freeze(network, frozen)
    return network


def fine_tuning(
    scene: Scene, key: str, name: str, frozen: int = 0, change: Change | None = None
) -> Row:
    """Return fine-tuning with f parts frozen, under a key and a name; ``change`` as in epoch."""

    def make() -> Turn:
        return epoch(pretrained(scene, frozen), scene, change=change)

    return Row(key, name, scene.images, make)


def contestants(scene: Scene) -> list[Row]:
    """Return pre-training, eager and faster ways, and fine-tuning at f = 0, 2 and 4."""

    def pre_training(**how: Any) -> Turn:
        return epoch(scene.transceiver(), scene, fresh=True, **how)

    faster = {"compiled": {}, "bfloat16": {"precision": "bfloat16"}} if compiler() else {}
    return [
        Row("pre-training", "slfkit: pre-training", scene.images, pre_training),
        *(
            Row(
                way,
                f"slfkit: pre-training, compiled{', bfloat16' * bool(how)}",
                scene.images,
                partial(pre_training, compiled=True, **how),
            )
            for way, how in faster.items()
        ),
        *(
            fine_tuning(scene, f"fine-tuning-f{f}", f"slfkit: fine-tuning, f = {f}", f)
            for f in FROZEN[::2]
        ),
    ]


def cost_contestants(scene: Scene) -> list[Row]:
    """Return fine-tuning with one thing varied at a time; the keys are ``cost-<what>-<value>``."""
    varied = {"images": [scene.images // share for share in (8, 4, 2, 1)], **VARIED}
    rows = []
    for what, value in ((what, value) for what, values in varied.items() for value in values):
        key, name = f"cost-{what}-{value}", f"fine-tuning, f = 0, {what} {value}"
        rows.append(fine_tuning(replace(scene, **{what: value}), key, name))
    frozen = (fine_tuning(scene, f"cost-frozen-{f}", f"fine-tuning, f = {f}", f) for f in FROZEN)
    return [*rows, *frozen]


def operations(scene: Scene) -> list[Row]:
    """Count the operations of a training step per image at each f, layers in textbook form."""
    rows = []
    for f in FROZEN:
        network = replace(scene, device="cpu").transceiver()
        freeze(network, f)
        row = Row(f"flops-f{f}", f"training step, f = {f}", unit="MFLOP/image")
        row.values.append(flops_per_image(network) / 1e6)
        rows.append(row)
    return rows
