"""Rows and records made by hand, with numbers known to the tests."""

from slfkit.records.store import Record, Store

PROVENANCE = {
    "date": "2026-01-02T03:04:05Z",
    "device": "some processor",
    "source": "abcdef",
    "torch": "2.0",
    "threads": 1,
}
MEASURED = {  # what a row has besides the labels of its cell
    *("mse", "accuracy", "psnr", "perplexity", "pixel_variance", "ceiling", "history"),
    *("epochs_mse", "epochs_accuracy", "bytes_down", "bytes_up", "flops_per_image"),
    *("training_images", "wall_seconds", "aligners", "own", "links", "message_bytes", "fit_flops"),
    *("old_link", "codewords", "dimension", "original", "reconstruction"),
}


def row(seed=0, **values):
    """Return a row: its labels and what is measured, the seed, and "cell" (labels alone)."""
    cell = tuple((name, value) for name, value in values.items() if name not in MEASURED)
    return {**values, "seed": seed, "cell": cell}


def timed(frozen, seed=0, mse=0.1, up=500, epochs=3, **values):
    """Return the row of an alignment with all that its recovery time needs, and other values."""
    right = [0.5 + k / 10 for k in (1, 2, 3)]
    history = [{"test_mse": mse + 1.5 - p, "test_accuracy": p, "accuracy": p} for p in right]
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
    return row(seed, **measured | {"frozen": frozen, "crossover": 0.3} | values)


def draws(mse):
    """Return two draws of the test channel."""
    return [
        {"mse": mse, "psnr": 10.0, "accuracy": 0.5, "perplexity": 8.0},
        {"mse": mse + 0.2, "psnr": 12.0, "accuracy": 0.7, "perplexity": 10.0},
    ]


def record(spec, /, provenance=PROVENANCE, **changes):
    """Return a record as execution would make it, with other results by name."""
    results = RESULTS.get(spec.kind, lambda spec: {})(spec)
    return Record(spec, {"wall_seconds": 1.0, **results, **changes}, provenance)


def flat(spec, mse, accuracy=0.5):
    """Return the record of a pair, or of an alignment of two epochs, whose draws are all alike."""
    test = [{"mse": mse, "psnr": 10.0, "accuracy": accuracy, "perplexity": 9.0}] * spec.draws
    if not hasattr(spec, "epochs"):
        return record(spec, test=test)
    epochs = min(2, spec.epochs)
    task = {"epochs": epochs, "best_epoch": 1, "test": test}
    sizes = {"bytes_down": 125_000, "bytes_up": 25_000, "training_images": 5_000}
    sizes |= {"flops_per_image": 3_000_000_000}
    return record(spec, tasks={"mse": task, "accuracy": task}, history=history(epochs), **sizes)


def keep(study, mse, accuracy=0.5):
    """Store such a record for each cell of a study, where SLFKIT_RESULTS says."""
    for cell in study.cells:
        Store(study.profile).save(flat(cell.spec, mse, accuracy))


def at_draws(spec, mse):
    """Return as many draws as a run is asked for."""
    return [dict(draws(mse)[number % 2]) for number in range(spec.draws)]


def examples(count=2):
    """Return example images of a record, as far as its shape goes."""
    pictures = {"shape": [count, 3, 32, 32], "zlib": "eA=="}
    return {"original": pictures, "reconstruction": pictures, "labels": list(range(count))}


def entry(*more):
    """Return an entry of a history, with more metrics than all have."""
    known = {"loss": 0.5, "mse": 0.4, "accuracy": 0.5, "perplexity": 8.0, "test_mse": 0.4}
    known |= {"test_accuracy": 0.5}
    return {name: known[name] for name in ("loss", "accuracy", *more)}


def history(count):
    """Return the history of an alignment, without progress."""
    return [entry("mse", "perplexity", "test_mse", "test_accuracy")] * count


def _classifier(spec):
    results = {"history": [entry()] * 2, "best_epoch": 1, "test": {"accuracy": 0.9}}
    return results | {"weights_sha256": "0" * 64}


def _transceiver(spec):
    return {
        "history": [entry("mse", "perplexity")] * min(2, spec.epochs),
        "best_epoch": 1,
        "test": at_draws(spec, 0.1),
        **SIZES,
        "weights_sha256": "0" * 64,
    }


SIZES = {"flops_per_image": 10, "training_images": 50}
PRICE = {"bytes_down": 1000, "bytes_up": 500}


def _test(spec):
    return {"test": at_draws(spec, 0.1), "pixel_variance": 0.25}


def _tuned(spec):
    tasks = {
        "mse": {"epochs": 1, "best_epoch": 1, "test": at_draws(spec, 0.3)},
        "accuracy": {"epochs": spec.epochs, "best_epoch": 1, "test": at_draws(spec, 0.4)},
    }
    tasks["accuracy"]["test"][0] |= {"accuracy": 0.9}
    entries = history(spec.epochs)
    link = {"before": draws(0.1), "after": draws(0.2)}
    results = {"tasks": tasks, "history": entries, "old_link": link, "examples": examples()}
    return {**results, **SIZES, "pixel_variance": 0.25}


def _round(spec):
    users = {f"{user}_{metric}": 0.5 for user in ("alice", "david") for metric in METRICS}
    tuned = _tuned(spec)
    entries = [{**each, **users, **PRICE, "flops": 7} for each in tuned["history"]]
    for each in entries:
        del each["loss"]
    return {**tuned, **PRICE, "history": entries, "own_link": dict(tuned["old_link"])}


def _start(spec):
    results = {**_tuned(spec), **_SENT, "start": draws(0.5), "fit_flops": 5}
    del results["old_link"]
    return results


METRICS = ("mse", "accuracy")
_SENT = {**PRICE, "weights_sha256": "0" * 64}
RESULTS = {
    "classifiers": _classifier,
    "transceivers": _transceiver,
    "pairs": lambda spec: _test(spec) | {"examples": examples()},
    "ceilings": lambda spec: {"test": {"accuracy": 0.8, "shares": {"a": {"accuracy": 0.9}}}},
    "alignments": _tuned,
    "starts": _start,
    "repairs": lambda spec: {
        **_tuned(spec),
        **_SENT,
        "old_held_out": {"before": 0.1, "after": 0.2},
        "old_examples": examples(),
    },
    "rounds": _round,
    "bounds": lambda spec: _test(spec) | {"words": spec.words, "capacity": spec.capacity},
    "streams": lambda spec: _test(spec) | {"words": 32, "bits": 1.5, "capacity": spec.capacity},
    "trials": _test,
    "opinions": _test,
    "airs": lambda spec: _test(spec) | {"labels": [1, 0], "flip": 0.1},
    "meetings": lambda spec: {
        **_test(spec),
        "links": [{"scheme": "unaligned", "receiver": 1, "test": at_draws(spec, 0.2)}],
        "message_bytes": 9,
        "fit_flops": 5,
    },
    "pilots": lambda spec: {
        **_test(spec),
        "aligners": [
            {
                **{"method": "ridge 3", "payload": "indices", "bytes_down": 9, "flops": 5},
                "test": at_draws(spec, 0.2),
            }
        ],
        "matched": at_draws(spec, 0.1),
        "examples": examples(),
    },
}


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
