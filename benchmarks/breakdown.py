"""Where a training step's time goes, by torch's profiler: shares of the operators' own time."""

from __future__ import annotations

from collections import defaultdict

from torch.profiler import ProfilerActivity, profile

from . import ours
from .scene import Scene
from .timing import NotMeasured, Row, require

OTHER = "other"
GROUPS = {
    "convolutions": ("conv",),
    "relu": ("relu", "clamp_min", "threshold"),
    "optimiser": ("adam",),
    "indexing": ("index", "randperm", "split", "narrow"),
    "quantiser": ("mm", "min", "argmin", "cdist", "embedding", "gather"),
    "channel": ("rand", "uniform", "bernoulli", "where", "remainder", "lt", "random"),
    "loss": ("mse_loss", "mean", "pow"),
    "copies": ("copy_", "clone", "contiguous", "pixel_shuffle", "zero_", "fill_"),
}
"""Words in the names of the operators of each group; the first group that fits counts."""
NAMES = {
    "convolutions": "convolutions, forward and backward",
    "relu": "ReLU",
    "optimiser": "optimiser (fused Adam)",
    "indexing": "picking images and indices",
    "quantiser": "quantiser: products, nearest codeword, look-up",
    "channel": "channel: random draws and choice",
    "loss": "loss: squared errors and means",
    "copies": "copies, changes of layout, zeros",
    OTHER: "all other operators (sums, scaling, bookkeeping)",
}


def group(operator: str) -> str:
    """Return the group an operator such as ``aten::relu_`` belongs to."""
    name = operator.lower().rpartition("::")[2]
    fits = (key for key, words in GROUPS.items() if any(_has(name, word) for word in words))
    return next(fits, OTHER)


def _has(name: str, word: str) -> bool:
    """Return whether a word stands in a name; ``min`` and ``lt`` must be the whole name."""
    return name in (word, word + "_") if word in ("min", "lt") else word in name


def shares(spent: dict[str, float]) -> dict[str, float]:
    """Return the percentage of each group, of operators' own times in any unit."""
    total, found = sum(spent.values()), defaultdict(float)
    for operator, time in spent.items():
        found[group(operator)] += 100 * time / total
    return {key: found[key] for key in NAMES}


def rows(scene: Scene) -> list[Row]:
    """Profile one epoch of fine-tuning at f = 0 after one that warms up."""
    note = "share of the operators' own time, fine-tuning at f = 0, torch.profiler, one epoch"
    found = [Row(f"profile-{key}", name, "%", note=note) for key, name in NAMES.items()]
    try:
        require(scene.device)
    except NotMeasured as reason:
        for row in found:
            row.missing = str(reason)
        return found
    measured = shares(_own_times(scene))
    for row in found:
        row.values.append(measured[row.key.removeprefix("profile-")])
    return found


def _own_times(scene: Scene) -> dict[str, float]:
    """Return the microseconds each operator takes itself, without those it calls."""
    turn = ours.epoch(ours.pretrained(scene), scene)
    turn()
    kinds = [ProfilerActivity.CPU]
    card = scene.device.startswith("cuda")
    with profile(activities=[*kinds, *([ProfilerActivity.CUDA] if card else [])]) as seen:
        turn()
    own = "self_device_time_total" if card else "self_cpu_time_total"
    return {event.key: getattr(event, own) for event in seen.key_averages()}
