"""What the page *Align it yourself* computes with: three transceivers, an aligned one, ten digits.

All of it comes from the stored records and weights. Numbers are rounded to 12 bits and written as
two characters each; book/_static/align_network.js reads them back.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from slfkit.aligners import linear
from slfkit.errors import RecordError
from slfkit.experiments.grid import users
from slfkit.models import Transceiver
from slfkit.records.fields import PRECISIONS
from slfkit.records.spec import PARTS, AlignmentSpec, TransceiverSpec
from slfkit.records.store import Store
from slfkit.records.thumbnails import decode
from slfkit.rng import generator
from slfkit.runs.workplace import Workplace

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
MOST = 2047  # the largest rounded weight; 12 bits hold -2048 to 2047
DIGITS = 10
KERNEL = inspect.signature(linear.fit_ridge).parameters["kernel"].default
Weights = Mapping[str, torch.Tensor]


def page_data() -> dict[str, Any]:
    """Return all that the page needs, as JSON takes it."""
    store, three = Store("paper"), users("paper", 0)
    place = Workplace(store)
    return {
        "users": {
            name: {
                "spec": {"source": spec.source, "crossover": spec.crossover},
                "weights": packed(place.transceiver(spec).state_dict()),
            }
            for name, spec in three.items()
        },
        "aligned": {
            f"{name} {other}": {
                "frozen": run.frozen,
                "crossover": run.crossover,
                "weights": packed(changed(place, run)),
            }
            for (name, other), run in aligned_runs(store).items()
        },
        "ridge": {
            "kernel": KERNEL,
            "penalties": linear.PENALTIES,
            "alone": linear.ALONE,
            "most": linear.GROUPS,
        },
        "digits": [
            {"label": label, "pixels": written(grey.astype(int).ravel())}
            for label, grey in digits(store, three["T1"])
        ],
        "start": three["T1"].crossover,
    }


def aligned_runs(store: Store) -> dict[tuple[str, str], AlignmentSpec]:
    """Return, by sender and receiver, the run of SLF that the page shows.

    Of those that kept their weights it has the most frozen parts: f = 4 changes Alice alone. She is
    T1, who knows the digits drawn on the page; runs of other senders would make it too large.
    """
    three = users("paper", 0)
    kept = {("T1", name): kept_runs(store, three["T1"], three[name]) for name in ("T2", "T3")}
    return {pair: runs[-1] for pair, runs in kept.items() if runs}


def kept_runs(store: Store, alice: TransceiverSpec, david: TransceiverSpec) -> list[AlignmentSpec]:
    """Return the stored runs of the paper's SLF that kept their weights, the largest f last.

    They have the seed of Alice's transceiver, send her images and leave David's decoder frozen, so
    that the page stays small. Of one f, a run in single precision comes after others.
    """
    paths = sorted(store.folder.glob(f"alignments/{alice.stem}-to-{david.stem}-*.json"))
    records = map(store.read, paths)
    runs = [
        run
        for run in (record.spec for record in records if "weights_sha256" in record.results)
        if (run.alice, run.david, run.seed, run.alpha) == (alice, david, alice.seed, 0)
        and (run.order, run.reinitialise, run.refit) == ("last", True, False)
        and run.learning_rate == AlignmentSpec.learning_rate
        and run.frozen >= PARTS - 1
    ]
    return sorted(runs, key=lambda run: (run.frozen, run.precision == PRECISIONS[0]))


def changed(place: Workplace, run: AlignmentSpec) -> Weights:
    """Return the weights in which an aligned transceiver differs from David's as he was."""
    before, after = place.transceiver(run.david).state_dict(), place.aligned(run).state_dict()
    return {name: after[name] for name in after if not torch.equal(after[name], before[name])}


def digits(store: Store, alice: TransceiverSpec) -> list[tuple[int, np.ndarray]]:
    """Return ten example digits of the records, label and uint8 (32, 32), one of each class first.

    They are test images, on which nothing was trained.

    Raises:
        RecordError: the records hold fewer.
    """
    found: dict[bytes, tuple[int, np.ndarray]] = {}
    paths = sorted(store.folder.glob(f"*/{alice.stem}-to-*.json"))
    stored = (store.read(path).results.get("examples") for path in paths)
    for examples in filter(None, stored):
        for label, picture in zip(examples["labels"], decode(examples["original"]), strict=True):
            if label < DIGITS and np.array_equal(picture[0], picture[1]):
                found.setdefault(picture.tobytes(), (label, picture[0]))
    if len(found) < DIGITS:
        raise RecordError(f"the records hold {len(found)} example digits, {DIGITS} are needed")
    labels = [label for label, _ in found.values()]
    turns = [labels[:place].count(label) for place, label in enumerate(labels)]
    ordered = sorted(zip(turns, found.values(), strict=True), key=lambda one: (one[0], one[1][0]))
    return sorted((one for _, one in ordered[:DIGITS]), key=lambda one: one[0])


def packed(weights: Weights) -> dict[str, dict[str, Any]]:
    """Return weights as JSON takes them: shape, scale and the rounded values as text."""
    return {
        name: {
            "shape": list(tensor.shape),
            "scale": scale(tensor),
            "text": written(steps(tensor).ravel() + MOST + 1),
        }
        for name, tensor in weights.items()
    }


def scale(tensor: torch.Tensor) -> float:
    """Return the step to which a tensor is rounded: 2047 of them make its largest weight."""
    return float(tensor.double().abs().max()) / MOST or 1.0


def steps(tensor: torch.Tensor) -> np.ndarray:
    """Return a tensor as whole numbers of steps, from -2047 to 2047."""
    return (tensor.double().cpu() / scale(tensor)).round().long().numpy()


def written(values: np.ndarray) -> str:
    """Return whole numbers from 0 to 4095, (N,), as text: two characters of 6 bits each."""
    letters = np.array(list(ALPHABET))
    return "".join(letters[np.stack([values >> 6, values & 63], 1).ravel()])


def rounded(weights: Weights) -> Transceiver:
    """Return a transceiver with the weights that the page has, in double precision."""
    codewords, dimension = weights["codebook.weight"].shape
    network = Transceiver(generator("shape"), codewords, dimension).double()
    network.load_state_dict(
        {name: torch.from_numpy(steps(one)) * scale(one) for name, one in weights.items()}
    )
    return network.requires_grad_(False)
