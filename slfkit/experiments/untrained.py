"""Ways that train nothing, as candidates beside SLF: a map from pilots, and David's own encoder.

Each is tested twice: on held-out images, which may choose, and on test images, which report.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slfkit.experiments.candidates import Candidate, by_world
from slfkit.experiments.grid import Cell, Scale, extended
from slfkit.experiments.pilots import pilot_cells
from slfkit.experiments.ways import BEST, counted, on_all_images
from slfkit.records.airs import AirSpec
from slfkit.records.pilots import TrialSpec
from slfkit.records.spec import PairSpec
from slfkit.reporting.rows import Row
from slfkit.sizes import sender_bytes

COUNTS = (1, 3, 10, 30, 100, 300, 1_000)  # pilots at Table I's channel
TRIAL, OWN_HELD_OUT = "trial", "matched, held out"
ENCODER = "David's encoder in place of Alice's"


def held_out_pair(spec: PairSpec) -> AirSpec:
    """Return the test of a pair on held-out instead of test images."""
    return extended(AirSpec, spec, split="held_out")


def untrained_cells(
    scale: Scale, cells: Sequence[Cell], counts: Sequence[int] = COUNTS
) -> Iterator[Cell]:
    """Yield the tests of ways without training in the mismatch that some cells are of.

    Args:
        cells: of a mismatch and seed; the matched pair among them is David's own.
    """
    matched = next(cell for cell in cells if cell.labels["line"] == "matched")
    yield matched
    yield Cell({**matched.labels, "line": OWN_HELD_OUT}, held_out_pair(matched.spec))
    for cell in pilot_cells(scale, cells, counts):
        yield cell
        yield Cell({**cell.labels, "line": TRIAL}, extended(TrialSpec, cell.spec))


def untrained(rows: Sequence[Row]) -> list[Candidate]:
    """Return a candidate for each way of ``best_way`` that was tested on both sets of images."""
    made = []
    for (world, seed), group in by_world(rows).items():
        links = (row["old_link"]["before"]["accuracy"] for row in group if "old_link" in row)
        about = {"world": world, "seed": seed, "bytes_up": 0, "old_link": next(links, None)}
        made += [Candidate(**about, **way) for way in (*_maps(group), *_encoder(group))]
    return made


def _maps(group: Sequence[Row]) -> Iterator[Row]:
    """Yield a map from pilots for each number of them, its test brought to all test images."""
    trials = {row["pilots"]: row for row in group if row["line"] == TRIAL}
    for row in on_all_images(group):
        if row["line"] != "pilots" or row["pilots"] not in trials:
            continue
        (one,) = (x for x in row["aligners"] if (x["method"], x["payload"]) == BEST)
        price = {"bytes_down": one["bytes_down"], "flops": one["flops"]}
        name = map_name(row["pilots"])
        yield {"name": name, **price, **_measured(trials[row["pilots"]], one)}


def map_name(pilots: int) -> str:
    """Return how the map from pilots is called: "a ridge map from 10 pilots"."""
    return f"a ridge map from {counted(pilots)}"


def _encoder(group: Sequence[Row]) -> Iterator[Row]:
    """Yield David's encoder in place of Alice's."""
    lines = {row["line"]: row for row in group}
    if "matched" in lines and OWN_HELD_OUT in lines:
        own = lines["matched"]
        size = sender_bytes(own.get("codewords", 32), own.get("dimension", 16))
        price = {"bytes_down": size, "flops": 0.0}
        yield {"name": ENCODER, **price, **_measured(lines[OWN_HELD_OUT], own)}


def _measured(held_out: Row, tested: Row) -> Row:
    """Return what chooses and what reports."""
    chosen_by = {"held_out": held_out["mse"], "held_out_accuracy": held_out["accuracy"]}
    return {**chosen_by, "mse": tested["mse"], "accuracy": tested["accuracy"]}
