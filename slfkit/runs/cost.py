"""What a run costs before it starts: operations from its specification, seconds from a speed.

Importing this module loads no torch; only a calibration does.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from slfkit.records.spec import (
    AlignmentSpec,
    CeilingSpec,
    ClassifierSpec,
    PairSpec,
    Spec,
    TransceiverSpec,
)
from slfkit.records.store import Record
from slfkit.sizes import POSITIONS

# images of a whole source, to train on and to test; another is taken to be as large as MNIST
SIZES = {"mnist": (60_000, 10_000), "cifar10": (50_000, 10_000)}
SIZES |= {"glyphs": (12_000, 2_000), "scenes": (12_000, 2_000)}
CLASSES = 10  # of a source; it hardly matters


def flops_per_image(codewords: int, dimension: int, frozen: int = 0) -> int:
    """Return the operations of one training step per image, forward and backward.

    The same count as ``flops.flops_per_image`` makes of the network itself, without torch: two
    operations per multiply-add; backward, each layer has one product for its input and one for its
    weights, but the first needs none for its input and a frozen one none for its weights.
    """
    layers = _layers(dimension)
    spared = layers[0] + sum(layers[::-1][:frozen][:3])  # a frozen codebook spares no product
    return 2 * (3 * sum(layers) - spared + POSITIONS * codewords * dimension)


def _layers(dimension: int) -> list[int]:
    """Return the multiply-adds per image of each convolution, encoder first."""
    encoder = (3 * 32 * 16, 32 * 32 * 9, 32 * dimension * 9)
    decoder = (dimension * 32 * 9, 32 * 48 * 9, 48 * 3 * 64)
    return [POSITIONS * count for count in encoder + decoder]


def _judged(classes: int) -> int:
    """Return the operations of the classifier on one image, forward."""
    return 2 * (1024 * 3 * 16 * 9 + 256 * 16 * 32 * 9 + 2048 * 64 + 64 * classes)


def flops(spec: Spec, epochs: int | None = None) -> float:
    """Return the operations of a run with so many epochs, by default the most it may make."""
    judged = _judged(CLASSES * len(spec.sources))
    test = _count(spec, 1, spec.test)
    if isinstance(spec, CeilingSpec):
        return float(test * judged)
    if isinstance(spec, ClassifierSpec):
        held_out = spec.held_out * len(spec.sources)
        return _training(spec, epochs, held_out, 3 * judged, held_out * judged) + test * judged
    codewords, dimension = _codebook(spec)
    sent = 2 * (sum(_layers(dimension)) + POSITIONS * codewords * dimension) + judged
    if not hasattr(spec, "epochs"):  # nothing is trained
        return float(spec.draws * test * sent * getattr(spec, "links", 1))
    step = flops_per_image(codewords, dimension, getattr(spec, "frozen", 0))
    aligns = isinstance(spec, AlignmentSpec)
    checked = spec.held_out + (test if aligns else 0)  # SLF also tests after each epoch
    tests = spec.draws * (3 if aligns else 1)  # two tasks and David's old link
    return _training(spec, epochs, spec.held_out, step, checked * sent) + tests * test * sent


def _training(spec: Spec, epochs: int | None, held_out: int, step: int, validation: float) -> float:
    """Return the operations of training with this many per image, and to validate an epoch."""
    images = (_count(spec, 0, spec.train) - held_out) * getattr(spec, "passes", 1)
    return float((spec.epochs if epochs is None else epochs) * (images * step + validation))


def _codebook(spec: TransceiverSpec | PairSpec | AlignmentSpec) -> tuple[int, int]:
    """Return K and D."""
    if isinstance(spec, PairSpec):
        spec = spec.receiver
    spec = getattr(spec, "transceiver", spec)
    like = getattr(spec, "david", spec)
    return like.codewords, like.dimension


def _count(spec: Spec, split: int, asked: int) -> float:
    """Return how many images of a split a run uses: all of them, or a mixture's share of each."""
    sizes = [asked or SIZES.get(name, SIZES["mnist"])[split] for name in spec.sources]
    if isinstance(spec, ClassifierSpec) or len(sizes) == 1:
        return sum(sizes)
    return (1 - spec.alpha) * sizes[0] + spec.alpha * sizes[1]


@dataclass(frozen=True)
class Speed:
    """How fast this machine computes, in FLOP/s by kind of run, and how that is known.

    A kind that was not measured is taken to run at the speed of all others together.
    """

    rates: dict[str, float]
    overall: float
    origin: str

    def seconds(self, spec: Spec) -> float:
        """Return how long a run takes at most, alone on its processor threads."""
        return flops(spec) / self.rates.get(spec.kind, self.overall)


def recorded(records: Iterable[Record], device: str, threads: int) -> Speed | None:
    """Return the speed that records of a device, by name, and thread count show, None if none."""
    work, spent, count = defaultdict(float), defaultdict(float), 0
    for record in records:
        made, took = record.provenance, record.results.get("wall_seconds")
        if took and (made.get("device"), made.get("threads")) == (device, threads):
            work[record.spec.kind] += flops(record.spec, len(record.results.get("history", [])))
            spent[record.spec.kind] += took
            count += 1
    if not count:
        return None
    rates = {kind: work[kind] / spent[kind] for kind in work}
    overall = sum(work.values()) / sum(spent.values())
    return Speed(rates, overall, f"from the wall times of {count} records of this device")


def calibrate(device: str, batch: int, seconds: float = 1.0) -> float:
    """Return the speed of training a transceiver of default size here, in FLOP/s.

    It is measured for so many seconds at least, after a pass that warms up.
    """
    import torch  # here, since estimates need none of it

    from slfkit.images import Images
    from slfkit.models import Transceiver
    from slfkit.objective import Objective
    from slfkit.rng import generator
    from slfkit.training import Schedule, fit

    count = 8 * batch
    pixels = torch.randint(256, (count, 3, 32, 32), dtype=torch.uint8)
    labels = torch.zeros(count, dtype=torch.int64)
    images = Images(pixels.contiguous(memory_format=torch.channels_last), labels, (("noise", 1),))
    images, network = images.to(device), Transceiver(generator("calibration")).to(device)
    noise = generator("calibration", device=device)
    objective = Objective(network, 0.1, 0.25, noise)

    def one_pass() -> None:
        fit(network, images, objective, dict, Schedule((), 1, batch), noise)

    one_pass()
    passes, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        one_pass()
        passes += 1
    elapsed = time.perf_counter() - started
    return passes * count * flops_per_image(32, 16) / elapsed


def duration(seconds: float) -> str:
    """Return a time in words: 45 s, 12 min, 3.5 h."""
    if seconds < 90:
        return f"{seconds:.0f} s" if seconds >= 1 else "1 s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


class Remaining:
    """How long a sweep still takes: the estimates, corrected by how long finished runs took.

    ``estimates`` are the seconds each run takes at most, ``processes`` run at the same time.
    """

    def __init__(self, estimates: dict[Spec, float], processes: int) -> None:
        self.left, self.processes = dict(estimates), max(1, processes)
        self.expected = self.took = 0.0
        self.since = time.monotonic()

    def finished(self, spec: Spec, seconds: float | None) -> None:
        """Count a run as done; seconds None: it was not computed here and tells nothing."""
        expected = self.left.pop(spec)
        self.since = time.monotonic()
        if seconds is not None:
            self.expected += expected
            self.took += seconds

    def seconds(self) -> float:
        """Return the time until the last run ends."""
        pace = self.took / self.expected if self.expected else 1.0
        waited = time.monotonic() - self.since
        return max(0.0, pace * sum(self.left.values()) / self.processes - waited)
