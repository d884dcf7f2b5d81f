"""How the cost of an epoch grows with images, batch, K, D and f: one is varied at a time."""

from __future__ import annotations

from dataclasses import replace

from . import ours
from .scene import Scene
from .timing import Contestant

POINTS = {
    "batch": (16, 32, 64, 128, 256, 512),
    "codewords": (8, 16, 32, 64, 128, 256, 512),
    "dimension": (4, 8, 16, 32, 64),
}
FROZEN = (0, 1, 2, 3, 4)
SHARES = (8, 4, 2, 1)  # of the scene's images


def contestants(scene: Scene) -> list[Contestant]:
    """Return a contestant for each point; its key is ``cost-<what>-<value>``."""
    rows = [_images(scene, scene.images // share) for share in SHARES]
    for what, values in POINTS.items():
        rows += [_varied(scene, what, value) for value in values]
    return rows + [_frozen(scene, frozen) for frozen in FROZEN]


def _images(scene: Scene, images: int) -> Contestant:
    return _point(replace(scene, images=images), "images", images)


def _varied(scene: Scene, what: str, value: int) -> Contestant:
    return _point(replace(scene, **{what: value}), what, value)


def _frozen(scene: Scene, frozen: int) -> Contestant:
    return _point(scene, "frozen", frozen, frozen)


def _point(scene: Scene, what: str, value: int, frozen: int = 0) -> Contestant:
    varied = "" if what == "frozen" else f", {what} {value}"
    return Contestant(
        f"cost-{what}-{value}",
        f"fine-tuning, f = {frozen}{varied}",
        scene.images,
        lambda: ours.epoch(ours.pretrained(scene, frozen), scene),
    )
