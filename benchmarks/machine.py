"""What a figure was measured on: processor or card, libraries, modes; no path, name or address."""

import os
import platform
from pathlib import Path
from typing import Any

import torch

from benchmarks.scene import Scene
from slfkit import __version__
from slfkit.records.provenance import device_name, source_hash
from slfkit.runs.local import total_memory

ABILITIES = ("avx2", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "bf16")
BUSY = 0.5  # load per core above which figures are not to be trusted


def describe(scene: Scene) -> dict[str, Any]:
    """Return the machine, the libraries and the numerical modes of a measurement now."""
    memory = total_memory()
    machine = {
        "device": scene.device,
        "processor": device_name("cpu"),
        "cores": os.cpu_count(),
        "abilities": abilities(),
        "memory_gib": round(memory / 2**30, 1) if memory else None,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "slfkit": __version__,
        "source": source_hash(),
    }
    if scene.on_card and scene.available:
        machine |= {
            "card": torch.cuda.get_device_name(),
            "card_memory_gib": round(torch.cuda.get_device_properties(0).total_memory / 2**30, 1),
            "cuda": torch.version.cuda,
            "tf32_convolutions": torch.backends.cudnn.allow_tf32,
            "tf32_products": torch.backends.cuda.matmul.allow_tf32,
        }
    return machine


def abilities() -> list[str]:
    """Return the vector and matrix extensions of the processor, of those that matter here."""
    information = Path("/proc/cpuinfo")  # of Linux
    words = information.read_text().split() if information.is_file() else ()
    return [name for name in ABILITIES if name in words]


def load_per_core() -> float | None:
    """Return the load of the last minute per core, or None where the system does not tell."""
    try:
        return round(os.getloadavg()[0] / (os.cpu_count() or 1), 2)
    except (OSError, AttributeError):
        return None
