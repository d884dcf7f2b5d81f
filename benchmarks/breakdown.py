"""Where a training step's time goes, by torch's profiler: shares of the operators' own time."""

import re
from collections import Counter
from collections.abc import Mapping

from torch.profiler import ProfilerActivity, profile

from benchmarks import ours
from benchmarks.scene import Scene
from benchmarks.timing import Row, measuring, require

GROUPS = {
    "convolutions": ("convolutions, forward and backward", r"conv"),
    "relu": ("ReLU", r"relu|clamp_min|threshold"),
    "optimiser": ("optimiser (fused Adam)", r"adam"),
    "indexing": ("picking images and indices", r"index|randperm|split|narrow"),
    "quantiser": (
        "quantiser: products, nearest codeword, look-up",
        r"mm|^min_?$|argmin|cdist|embedding|gather",
    ),
    "channel": (
        "channel: random draws and choice",
        r"rand|uniform|bernoulli|where|remainder|^lt_?$",
    ),
    "loss": ("loss: squared errors and means", r"mse_loss|mean|pow"),
    "copies": (
        "copies, changes of layout, zeros",
        r"copy_|clone|contiguous|pixel_shuffle|zero_|fill_",
    ),
    "other": ("all other operators (sums, scaling, bookkeeping)", r""),
}
"""Name of each group and the pattern of its operators; the first group that fits counts."""


def group(operator: str) -> str:
    """Return the group an operator such as ``aten::relu_`` belongs to."""
    name = operator.lower().rpartition("::")[2]
    return next(key for key, (_, pattern) in GROUPS.items() if re.search(pattern, name))


def shares(own_times: Mapping[str, float]) -> dict[str, float]:
    """Return the percentage of each group, of operators' own times in any unit."""
    total, percent = sum(own_times.values()), Counter()
    for operator, time in own_times.items():
        percent[group(operator)] += 100 * time / total
    return {key: percent[key] for key in GROUPS}


def rows(scene: Scene) -> list[Row]:
    """Profile one epoch of fine-tuning at f = 0 after one that warms up."""
    table = {key: Row(f"profile-{key}", name, unit="%") for key, (name, _) in GROUPS.items()}
    with measuring(*table.values()):
        require(scene)
        for key, share in shares(_own_times(scene)).items():
            table[key].values.append(share)
    return list(table.values())


def _own_times(scene: Scene) -> dict[str, float]:
    """Return the microseconds each operator takes itself, without those it calls."""
    turn = ours.epoch(ours.pretrained(scene), scene)
    turn()
    activities = [ProfilerActivity.CPU, *([ProfilerActivity.CUDA] if scene.on_card else [])]
    with profile(activities=activities) as profiler:
        turn()
    own_time = "self_device_time_total" if scene.on_card else "self_cpu_time_total"
    return {event.key: getattr(event, own_time) for event in profiler.key_averages()}
