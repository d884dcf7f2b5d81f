"""Peak memory of a paper-scale run, and how long the package and its command take to start.

Each figure comes from a fresh process. Run as ``python -m benchmarks.footprint`` it is the process
whose memory is looked at.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time

from .timing import NO_CUDA, Row

MIB = 2**20
NOTEBOOK = "01_misalignment"  # only reads records
IMPORT = """
import sys, time
started = time.perf_counter()
import slfkit
print(time.perf_counter() - started)
sys.exit("torch" in sys.modules)
"""


class Failed(Exception):
    """A child process ended with an error; the message is the last line it wrote."""


def child(*arguments: str) -> str:
    """Run this Python with arguments; return what it printed.

    Raises:
        Failed: it did not end with status 0.
    """
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise Failed(lines[-1] if lines else f"exit status {done.returncode}")
    return done.stdout


def _wall(*arguments: str) -> float:
    """Return the seconds a fresh process takes from start to end."""
    started = time.perf_counter()
    child(*arguments)
    return time.perf_counter() - started


def _notebook() -> float:
    with tempfile.TemporaryDirectory() as folder:
        return _wall("-m", "slfkit", "run", NOTEBOOK, "--output", folder)


STARTS = {
    "python": ("python alone, start to end", lambda: _wall("-c", "")),
    "import": ("import slfkit, without torch", lambda: float(child("-c", IMPORT))),
    "help": ("slfkit --help, start to end", lambda: _wall("-m", "slfkit", "--help")),
}


def starts(rounds: int) -> list[Row]:
    """Return the start times in seconds, in turns."""
    rows = {key: Row(f"start-{key}", name, "s") for key, (name, _) in STARTS.items()}
    for _ in range(rounds + 1):
        for key, (_, measure) in STARTS.items():
            _measure(rows[key], measure)
    for row in rows.values():
        del row.values[:1]  # the first one fills the disk cache
    return list(rows.values())


def notebook() -> list[Row]:
    """Return how long a notebook takes that only reads records, from start to end."""
    row = Row("start-notebook", f"slfkit run {NOTEBOOK}, start to end", "s")
    _measure(row, _notebook)
    return [row]


def _measure(row: Row, measure) -> None:
    """Add a value to a row, or say why there is none."""
    try:
        row.values.append(measure())
    except Failed as reason:
        row.missing = str(reason)


def memory(device: str, **size) -> list[Row]:
    """Return the peak memory in MiB of a fresh process that makes a short paper-scale run.

    Both data sets lie there in full; training takes a few steps, for each takes the same memory.
    """
    note = "MNIST and CIFAR-10 in full, mixture of both, a few steps, all test images"
    host = Row("memory-host", "peak resident memory", "MiB", note=note)
    card = Row("memory-card", "peak memory of the card", "MiB", note=note)
    rows = [host, card] if device.startswith("cuda") else [host]
    try:
        found = json.loads(child("-m", __name__, json.dumps({"device": device, **size})))
    except Failed as reason:
        for row in rows:
            row.missing = str(reason)
        return rows
    for row, value in zip(rows, found, strict=False):
        row.values.append(value)
    return rows


def run(device, source="mnist", other="cifar10", train=0, test=0, held_out=5_000, steps=100):
    """Load both sources, mix them, train and evaluate; the sizes are the paper's by default."""
    from slfkit import evaluation, training
    from slfkit.models import Classifier, Transceiver
    from slfkit.rng import generator
    from slfkit.runs.workplace import Workplace

    spec = mixed(source, other, train, test, held_out)
    place = Workplace(None, device)
    images, held = place.training_images(spec)
    network = Transceiver(generator("benchmark")).to(device)
    judge = Classifier(generator("benchmark"), images.classes).to(device)
    training.fit_transceiver(
        network, images.take(slice(steps * spec.batch)), held, spec.crossover, judge,
        training.Schedule((training.MSE_RULE,), epochs=1, batch=spec.batch),
        stream=("benchmark",), fresh=True,
    )  # fmt: skip
    noise = generator("evaluation", device=device)
    evaluation.evaluate(network, network, place.test_images(spec), spec.crossover, judge, noise)


def mixed(source, other, train, test, held_out):
    """Return the specification of an alignment on a mixture of two sources, half of each."""
    from slfkit.records.spec import AlignmentSpec, TransceiverSpec

    size = {"train": train, "test": test, "held_out": held_out}
    users = [TransceiverSpec(name, 0.1, **size) for name in (source, other)]
    return AlignmentSpec(*users, 0.1, 0, source, other, 0.5, **size)


def peaks(device: str) -> list[float]:
    """Return this process's peak resident memory and, on a card, the peak there, in MiB."""
    import resource

    import torch

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = [peak / MIB if sys.platform == "darwin" else peak / 1024]  # bytes there, KiB elsewhere
    if device.startswith("cuda"):
        found.append(torch.cuda.max_memory_reserved() / MIB)
    return found


def main(arguments: str) -> None:
    """Be the process whose memory is looked at."""
    size = json.loads(arguments)
    if size["device"].startswith("cuda"):
        import torch

        if not torch.cuda.is_available():
            sys.exit(NO_CUDA)
    run(**size)
    print(json.dumps(peaks(size["device"])))


if __name__ == "__main__":
    main(sys.argv[1])
