"""Runs so small that one of each kind takes about a second."""

import os
import signal

import torch

from slfkit.records.spec import AlignmentSpec, PairSpec, TransceiverSpec

torch.set_num_threads(1)

SCALE = {"train": 96, "test": 32, "draws": 2}
TRAINING = {"held_out": 32, "batch": 8}


def transceiver(crossover=0.1, seed=0, source="glyphs", **other):
    return TransceiverSpec(source, crossover, seed, **SCALE, **TRAINING, epochs=1, **other)


def pair(seed=0, crossover=0.3):
    sender, receiver = transceiver(0.1, seed), transceiver(0.3, seed)
    return PairSpec(sender, receiver, crossover, "glyphs", test=32, draws=2)


def alignment(frozen=2, seed=0, kind=AlignmentSpec, **other):
    """Return an alignment, or a run of another kind that has its fields and more."""
    alice, david = transceiver(0.1, seed), transceiver(0.3, seed)
    fields = {"source": "glyphs", "seed": seed, "epochs": 2, **SCALE, **TRAINING, **other}
    return kind(alice, david, 0.3, frozen, **fields)


def die(spec, store, device):
    """Stand in for a run that takes its process down; in a child, only a module's name finds it."""
    os.kill(os.getpid(), signal.SIGKILL)
