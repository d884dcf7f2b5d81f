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
