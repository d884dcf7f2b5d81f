"""Random generators by purpose: the only place where a seed becomes randomness."""

from __future__ import annotations

import hashlib

import torch


def generator(*purpose: object, device: str | torch.device = "cpu") -> torch.Generator:
    """Return a generator seeded by what it is for, such as ``generator("noise", seed, epoch)``.

    Different purposes give independent streams, so that adding one never shifts another.
    """
    text = "/".join(map(str, purpose))
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:7], "big")
    return torch.Generator(device=device).manual_seed(seed)
