"""What every record must hold, by kind of run: checked each time one is read.

MSE is on the [-1, 1] scale and psnr in dB, accuracy is a share of 1, sizes are in bytes, operations
in FLOP, and a history has an entry for each epoch or round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from slfkit.errors import RecordError
from slfkit.records.base import Spec
from slfkit.records.shapes import Fault, Fields, each, named, number, text, truth

AMOUNT, SHARE, REAL = number(0), number(0, 1), number()
COUNT, SOME, BYTES = number(0, whole=True), number(1, whole=True), number(1, whole=True)
TEXT = text()
DIGEST = text("[0-9a-f]{16,64}", "16 hexadecimal digits or more")
SHA256 = text("[0-9a-f]{64}", "64 hexadecimal digits")

_QUALITY = Fields({"mse": AMOUNT, "psnr": REAL, "accuracy": SHARE})
_DRAW = _QUALITY | Fields({"perplexity": AMOUNT}, {"shares": named(_QUALITY)})
DRAWS = each(_DRAW)
_TOLD = Fields({"loss": AMOUNT, "accuracy": SHARE})
_VALIDATED = Fields({"mse": AMOUNT, "accuracy": SHARE, "perplexity": AMOUNT})
_TESTED = Fields({"test_mse": AMOUNT, "test_accuracy": SHARE})
_BYTES = Fields({"bytes_down": BYTES, "bytes_up": COUNT})  # at f = 4 nothing goes up
_PICTURES = Fields({"shape": each(SOME), "zlib": TEXT})
_LABELS = each(COUNT)
EXAMPLES = Fields(
    {"original": _PICTURES, "reconstruction": _PICTURES, "labels": _LABELS}, {"predicted": _LABELS}
)
_TASK = Fields({"epochs": SOME, "best_epoch": SOME, "test": DRAWS})
_LINK = Fields({"before": DRAWS, "after": DRAWS})
_OLD_LINK = Fields({"old_link": _LINK})
_ACCURATE = Fields({"accuracy": SHARE})
_TRAINED = Fields({"flops_per_image": SOME, "training_images": SOME})
_KEPT = Fields({"weights_sha256": SHA256})
_SEEN = Fields({"pixel_variance": AMOUNT})
_TIMED = Fields({"wall_seconds": AMOUNT})
_TEST = Fields({"test": DRAWS}) | _SEEN | _TIMED
_CODED = _TEST | Fields({"words": number(2, whole=True), "capacity": AMOUNT})

_TUNED = (
    Fields({"tasks": Fields({"mse": _TASK, "accuracy": _TASK})})
    | Fields({"examples": EXAMPLES})
    | _TRAINED
    | _SEEN
    | _TIMED
)
_SLF = _TUNED | Fields({"history": each(_TOLD | _VALIDATED | _TESTED)})
_REPAIRED = Fields(
    {"old_held_out": Fields({"before": AMOUNT, "after": AMOUNT}), "old_examples": EXAMPLES}
)
_USERS = Fields(
    {f"{user}_mse": AMOUNT for user in ("alice", "david")}
    | {f"{user}_accuracy": SHARE for user in ("alice", "david")}
)
_ROUND = _VALIDATED | _TESTED | _USERS | _BYTES | Fields({"flops": COUNT})
_ALIGNER = Fields(
    {"method": TEXT, "payload": text("(?s:.*)", "a text"), "bytes_down": BYTES, "flops": COUNT}
    | {"test": DRAWS},
    {"penalty": AMOUNT},
)

RESULTS: Mapping[str, Fields] = {
    "classifiers": Fields({"history": each(_TOLD), "best_epoch": SOME, "test": _ACCURATE})
    | _KEPT
    | _TIMED,
    "transceivers": Fields({"history": each(_TOLD | _VALIDATED), "best_epoch": SOME, "test": DRAWS})
    | _TRAINED
    | _KEPT
    | _TIMED,
    "pairs": _TEST | Fields({"examples": EXAMPLES}),
    "ceilings": Fields({"test": _ACCURATE | Fields({"shares": named(_ACCURATE)})}) | _TIMED,
    "alignments": _SLF | _OLD_LINK | Fields({}, {**_BYTES.required, **_KEPT.required}),
    "starts": _SLF | _BYTES | _KEPT | Fields({"start": DRAWS, "fit_flops": COUNT}),
    "repairs": _SLF | _OLD_LINK | _BYTES | _KEPT | _REPAIRED,
    "rounds": _TUNED | _OLD_LINK | _BYTES | Fields({"history": each(_ROUND), "own_link": _LINK}),
    "bounds": _CODED,
    "streams": _CODED | Fields({"bits": AMOUNT}),
    "airs": _TEST | Fields({}, {"labels": _LABELS, "flip": SHARE}),
    "meetings": _TEST
    | Fields(
        {
            "links": each(Fields({"scheme": TEXT, "receiver": COUNT, "test": DRAWS})),
            "message_bytes": BYTES,
            "fit_flops": COUNT,
        }
    ),
    "trials": _TEST,
    "opinions": _TEST,
    "pilots": _TEST | Fields({"aligners": each(_ALIGNER), "matched": DRAWS, "examples": EXAMPLES}),
}
PROVENANCE = Fields(
    {"source": TEXT, "device": TEXT, "date": text(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "a UTC date")}
    | {"torch": TEXT, "threads": SOME},
    {"slfkit": TEXT, "python": TEXT, "precision": TEXT, "compiled": truth, "data": named(DIGEST)},
)


def check(spec: Spec, results: Any, provenance: Any) -> None:
    """Check what a record holds; a kind of run without an entry in RESULTS is not looked into.

    Raises:
        RecordError: names the field, its value and what was expected.
    """
    shape = RESULTS.get(spec.kind)
    if shape and (found := shape(results)):
        raise RecordError(str(found.within("results")))
    if found := PROVENANCE(provenance):
        raise RecordError(str(found.within("provenance")))
    if shape and (found := next(_disagreements(spec, results), None)):
        raise RecordError(str(found.within("results")))


def _disagreements(spec: Spec, results: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield counts that do not go together, among the results or with the specification."""
    for where, test in _tests(results):
        if hasattr(spec, "draws") and len(test) != spec.draws:
            yield Fault(f"{len(test)} draws", f"{spec.draws}, as the run was asked for", where)
    if "history" in results:
        yield from _of_epochs(spec, results, len(results["history"]))
    if pictures := results.get("examples"):
        for name, entry in pictures.items():
            count = entry["shape"][0] if isinstance(entry, dict) else len(entry)
            if count != len(pictures["labels"]):
                expected = f"{len(pictures['labels'])}, one for each label"
                yield Fault(f"of {count} images", expected, ("examples", name))


def _of_epochs(spec: Spec, results: Mapping[str, Any], count: int) -> Iterator[Fault]:
    """Yield epochs that a history of this many entries cannot have."""
    if count > spec.epochs:
        yield Fault(f"of {count} entries", f"at most {spec.epochs} epochs", ("history",))
    tasks = results.get("tasks", {})
    for where, task in [(("tasks", name), task) for name, task in tasks.items()] or [((), results)]:
        last = task.get("epochs", count)
        if last > count:
            yield Fault(str(last), f"at most {count}, as in history", (*where, "epochs"))
        if task["best_epoch"] > last:
            best = task["best_epoch"]
            yield Fault(str(best), f"at most {last}, as epochs", (*where, "best_epoch"))
    if tasks and max(task["epochs"] for task in tasks.values()) != count:
        yield Fault(f"of {count} entries", "one for each epoch of the longer task", ("history",))


def _tests(results: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], list]]:
    """Yield the lists of draws of a run's own tests, with the names that lead to them."""
    if isinstance(results.get("test"), list):
        yield ("test",), results["test"]
    for name, task in results.get("tasks", {}).items():
        yield ("tasks", name, "test"), task["test"]
    for name in ("aligners", "links"):
        for place, one in enumerate(results.get(name, ())):
            yield (name, str(place), "test"), one["test"]
