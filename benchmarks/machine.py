"""What a figure was measured on: processor or card, libraries, modes; no path, name or address."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

import torch

from slfkit import __version__
from slfkit.records.provenance import device_name, source_hash

ABILITIES = ("avx2", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "bf16")
BUSY = 0.5  # load per core above which figures are not to be trusted


def describe(device: str) -> dict:
    """Return the machine, the libraries and the numerical modes of a measurement now."""
    found = {
        "device": device,
        "processor": device_name("cpu"),
        "cores": os.cpu_count(),
        "abilities": abilities(),
        "memory_gib": memory_gib(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "slfkit": __version__,
        "source": source_hash(),
    }
    return {**found, **(card() if is_there(device) and device != "cpu" else {})}


def is_there(device: str) -> bool:
    """Return whether a device can be measured here."""
    return not device.startswith("cuda") or torch.cuda.is_available()


def card() -> dict:
    """Return the card and its numerical modes."""
    return {
        "card": torch.cuda.get_device_name(),
        "card_memory_gib": round(torch.cuda.get_device_properties(0).total_memory / 2**30, 1),
        "cuda": torch.version.cuda,
        "tf32_convolutions": torch.backends.cudnn.allow_tf32,
        "tf32_products": torch.backends.cuda.matmul.allow_tf32,
    }


def abilities() -> list[str]:
    """Return which vector and matrix extensions the processor has, of those that matter here."""
    try:
        words = set(Path("/proc/cpuinfo").read_text().split())
    except OSError:
        return []
    return [name for name in ABILITIES if name in words]


def memory_gib() -> float | None:
    """Return the main memory in GiB, or None where the system does not tell."""
    try:
        pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return None
    return round(pages / 2**30, 1)


def load_per_core() -> float | None:
    """Return the load of the last minute per core, or None where the system does not tell."""
    try:
        return round(os.getloadavg()[0] / (os.cpu_count() or 1), 2)
    except (OSError, AttributeError):
        return None


def now() -> str:
    """Return the UTC date and time."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
