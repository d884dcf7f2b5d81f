"""Peak memory of a paper-scale run, and how long the package and its command take to start.

Each figure comes from a fresh process.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch

from benchmarks.scene import Scene
from benchmarks.timing import NotMeasured, Row, measuring, require
from slfkit import training
from slfkit.models import Classifier, Transceiver
from slfkit.records.spec import AlignmentSpec, TransceiverSpec
from slfkit.rng import generator
from slfkit.runs.workplace import Workplace

MIB = 2**20
NOTEBOOK = "01_misalignment"  # only reads records
IMPORT = """
import sys, time
started = time.perf_counter()
import slfkit
print(time.perf_counter() - started)
sys.exit("torch" in sys.modules)
"""
PEAKS = """
import json
from benchmarks import footprint
footprint.short_run(footprint.mixture("mnist", "cifar10"), {device!r})
print(json.dumps(footprint.peaks({device!r})))
"""


def child(*arguments: str) -> str:
    """Run this Python with arguments; return what it printed.

    Raises:
        NotMeasured: it did not end with status 0; the message is the last line it wrote.
    """
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise NotMeasured(lines[-1] if lines else f"exit status {done.returncode}")
    return done.stdout


def wall(*arguments: str) -> float:
    """Return the seconds a fresh process takes from start to end."""
    started = time.perf_counter()
    child(*arguments)
    return time.perf_counter() - started


def notebook() -> float:
    """Return the seconds of executing a notebook into a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        return wall("-m", "slfkit", "run", NOTEBOOK, "--output", folder)


STARTS = {
    "python": ("python alone, start to end", lambda: wall("-c", "")),
    "import": ("import slfkit, without torch", lambda: float(child("-c", IMPORT))),
    "help": ("slfkit --help, start to end", lambda: wall("-m", "slfkit", "--help")),
    "notebook": (f"slfkit run {NOTEBOOK}, start to end", notebook),
}


def rows(scene: Scene) -> list[Row]:
    """Measure peak memory and, but for an absent card, the start times."""
    return [*memory(scene), *(starts(scene) if scene.available else [])]


def starts(scene: Scene) -> list[Row]:
    """Return the start times in seconds, in turns."""
    table = {key: Row(f"start-{key}", name, unit="s") for key, (name, _) in STARTS.items()}
    for _ in range(1 + scene.brief().rounds):
        for key, (_, measure) in STARTS.items():
            with measuring(table[key]):
                table[key].values.append(measure())
    for row in table.values():
        del row.values[:1]  # the first one fills the disk cache
    return list(table.values())


def memory(scene: Scene) -> list[Row]:
    """Return the peak memory in MiB of a fresh process that makes a short paper-scale run.

    Both data sets are loaded in full; training takes a few steps, since each takes the same memory.
    """
    table = [Row("memory-host", "peak resident memory", unit="MiB")]
    if scene.on_card:
        table.append(Row("memory-card", "peak memory of the card", unit="MiB"))
    with measuring(*table):
        require(scene)
        values = json.loads(child("-c", PEAKS.format(device=scene.device)))
        for row, value in zip(table, values, strict=True):
            row.values.append(value)
    return table


def mixture(source: str, other: str, **size: int) -> AlignmentSpec:
    """Return an alignment on half of each source, at the paper's size if none is given."""
    alice, david = (TransceiverSpec(name, 0.1, **size) for name in (source, other))
    return AlignmentSpec(alice, david, 0.1, 0, source, other, 0.5, **size)


def short_run(spec: AlignmentSpec, device: str, steps: int = 100) -> None:
    """Load both sources, mix them, train some steps and evaluate on all test images."""
    place = Workplace(None, device)
    images, held_out = place.training_images(spec)
    network = Transceiver(generator("benchmark")).to(device)
    classifier = Classifier(generator("benchmark"), images.classes).to(device)
    some = images.take(slice(steps * spec.batch))
    schedule = training.Schedule((training.MSE_RULE,), epochs=1, batch=spec.batch)
    here = training.Environment(some, held_out, spec.crossover, classifier)
    training.fit_transceiver(network, here, schedule, stream=("benchmark",), fresh=True)
    noise = generator("evaluation", device=device)
    test = place.test_images(spec)
    training.evaluate(network, network, test, spec.crossover, classifier, noise)


def peaks(device: str) -> list[float]:
    """Return this process's peak resident memory and, on a card, the peak there, in MiB."""
    card = [torch.cuda.max_memory_reserved() / MIB] if device != "cpu" else []
    status = Path("/proc/self/status")
    if status.is_file():  # Linux counts a parent's memory into a child's ru_maxrss
        return [int(re.search(r"VmHWM:\s*(\d+) kB", status.read_text())[1]) / 1024, *card]
    import resource  # missing on Windows

    return [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB, *card]  # bytes on macOS
