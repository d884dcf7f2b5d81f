"""Rows and records made by hand, with numbers known to the tests."""

from slfkit.records.spec import AlignmentSpec, CeilingSpec
from slfkit.records.store import Record

PROVENANCE = {"date": "2026-01-02T03:04:05Z", "device": "some processor", "source": "abcdef"}
MEASURED = ("mse", "accuracy", "psnr", "perplexity", "pixel_variance", "ceiling", "history")


def row(seed=0, *, measured=(), **labels):
    """Return a row: its labels, the seed, "cell" (labels alone) and what is measured."""
    cell = tuple((name, value) for name, value in labels.items() if name not in MEASURED)
    return {**labels, "seed": seed, "cell": cell, **dict(measured)}


def timed(frozen, seed=0, mse=0.1, up=500, epochs=3, **labels):
    """Return the row of an alignment with all that its recovery time needs."""
    history = [{"test_mse": mse + 1 - k / 10, "test_accuracy": 0.5 + k / 10} for k in (1, 2, 3)]
    measured = {
        "mse": mse,
        "accuracy": 0.9,
        "pixel_variance": 0.5,
        "epochs_mse": epochs,
        "epochs_accuracy": 2,
        "bytes_down": 1000,
        "bytes_up": up,
        "flops_per_image": 10,
        "training_images": 50,
        "wall_seconds": 120.0,
        "history": history,
        "perplexity": 8.0,
    }
    return row(seed, measured=measured, frozen=frozen, crossover=0.3, **labels)


def draws(mse):
    """Return two draws of the test channel."""
    return [
        {"mse": mse, "psnr": 10.0, "accuracy": 0.5, "perplexity": 8.0},
        {"mse": mse + 0.2, "psnr": 12.0, "accuracy": 0.7, "perplexity": 10.0},
    ]


def record(spec):
    """Return a record as execution would make it."""
    results = {"test": draws(0.1), "pixel_variance": 0.25}
    if isinstance(spec, CeilingSpec):
        results = {"test": {"accuracy": 0.8, "shares": {"a": {"accuracy": 0.9}}}}
    if isinstance(spec, AlignmentSpec):
        tasks = {
            "mse": {"epochs": 3, "test": draws(0.3)},
            "accuracy": {"epochs": 5, "test": draws(0.4)},
        }
        tasks["accuracy"]["test"][0]["accuracy"] = 0.9
        results = {"tasks": tasks, "pixel_variance": 0.25}
    return Record(spec, results, PROVENANCE)


def old_link(f, times, seed=0, line="slf", mse=0.02, alpha=None, accuracy=0.5):
    """Return the row of an upload that makes the old MSE so many times 0.02; accuracy was 0.9.

    The sizes of the uploads are those of the default networks.
    """
    place = {"mismatch": "crossover", "crossover": 0.3}
    place = place if alpha is None else {"mismatch": "alpha", "alpha": alpha}
    row = timed(f, seed, mse, (113_612, 76_576, 20_928, 2_200, 0)[f], line=line)
    row = {name: value for name, value in row.items() if name != "crossover"}
    after, before = {"mse": 0.02 * times, "accuracy": accuracy}, {"mse": 0.02, "accuracy": 0.9}
    old = {"old_link": {"before": before, "after": after}, "codewords": 32}
    cell = (("f", f), ("line", line), *place.items())
    return {**row, **place, **old, "cell": cell}


OLD_LINKS = [
    *(old_link(f, times, seed) for seed in (0, 1) for f, times in enumerate((16, 8, 4, 2, 1))),
    old_link(0, 9, line="kept", mse=0.04),
    old_link(2, 5, line="k-means"),
    old_link(0, 32, alpha=0.0),
    old_link(4, 1, alpha=0.0, accuracy=0.9),
]
