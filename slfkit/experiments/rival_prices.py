"""What SLF and its rivals cost: bytes both ways and operations, until a stopping rule ends them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from slfkit.experiments.results import PAPER_LINK, flops_of
from slfkit.experiments.ways import BEST
from slfkit.recovery import Link, recovery_time
from slfkit.reporting.metrics import columns
from slfkit.reporting.rows import Row
from slfkit.reporting.sentences import between
from slfkit.sizes import (
    FLOAT_BYTES,
    POSITIONS,
    download_bytes,
    index_bytes,
    over_the_air_bytes,
    transceiver_bytes,
    upload_bytes,
)

AIR = "over the air"  # from new weights, as the paper's re-training
AIR_KEPT = f"{AIR}, David's weights"
COSTS = columns(
    *("what", "formula", "counted", "apart", "seconds"),
    what="What is sent",
    formula="By the formula (B)",
    counted="Counted (B)",
    apart="Gap (%)",
    seconds="At the link (s)",
)


@dataclass(frozen=True)
class Price:
    """What a way has cost Alice until it ends: bytes down and up, operations on her computer."""

    bytes_down: float
    bytes_up: float
    flops: float

    @property
    def bytes(self) -> float:
        """Both directions."""
        return self.bytes_down + self.bytes_up

    def seconds(self, link: Link) -> float:
        """Return the time over a link, as that of a recovery."""
        return recovery_time(self.bytes_down, self.flops, self.bytes_up, link).total


def priced(rows: Sequence[Row]) -> list[Row]:
    """Return the rows that have a price, that of pilots with what its one aligner reached.

    Pairs without any alignment have none.
    """
    return [{**row, **_best(row)} for row in rows if "history" in row or "aligners" in row]


def _best(row: Row) -> Row:
    """Return the aligner that stands for all in a row of pilots; {} for other rows."""
    every = row.get("aligners", ())
    return next((one for one in every if (one["method"], one["payload"]) == BEST), {})


def price(row: Row) -> Price:
    """Return what a row's training costs when the stopping rule of reconstruction ends it.

    Over the air the operations are those of both halves, as if one after the other.
    """
    if "aligners" in row:
        return Price(row["bytes_down"], 0, row["flops"])
    ends = row["epochs_mse"]  # or rounds of averaging
    if "variant" in row:
        spent = row["history"][ends - 1]
        return Price(spent["bytes_down"], spent["bytes_up"], spent["flops"])
    if row["way"] in (AIR, AIR_KEPT):
        return _over_the_air(row, ends)
    return Price(row["bytes_down"], row["bytes_up"], flops_of(row, ends))


def _over_the_air(row: Row, epochs: int) -> Price:
    shape = row["codewords"], row["dimension"]
    images = epochs * row["training_images"]
    steps = epochs * math.ceil(row["training_images"] / row["batch"])
    up = images * index_bytes(POSITIONS, shape[0]) + steps * FLOAT_BYTES * math.prod(shape)
    return Price(over_the_air_bytes(images, steps, *shape) - up, up, flops_of(row, epochs))


def epochs_of(row: Row) -> float:
    """Return how often one user has passed over his images when the stopping rule ends it."""
    return price(row).flops / (row["training_images"] * row["flops_per_image"])


def amounts() -> dict[str, Callable[[Row], float]]:
    """Return what a way's price is shown in: the label of an axis -> a row's amount."""
    return {
        "sent, both directions (MB)": lambda row: price(row).bytes / 1e6,
        "time (s)": lambda row: price(row).seconds(PAPER_LINK),
    }


def cost_table(counted: Mapping[str, int], rows: Sequence[Row]) -> list[Row]:
    """Return what a unit of each way sends, by the formula and as counted.

    Args:
        counted: of a rehearsal on a real socket: its images, steps, K, D and bytes.
        rows: of the study; a round of averaging is counted in one of its runs.
    """
    shape = counted["codewords"], counted["dimension"]
    rehearsed = over_the_air_bytes(counted["images"], counted["steps"], *shape)
    averaging = "averaging, a round of whole transceivers"
    return [
        _cost("SLF, download", download_bytes(*shape)),
        _cost("SLF, upload at f = 0", upload_bytes(*shape, 0)),
        _cost(averaging, 2 * transceiver_bytes(*shape), _round(rows)),
        _cost(f"over the air, {counted['images']} images", rehearsed, counted["bytes"]),
        *(_cost(what, size) for what, size in _epoch(rows).items()),
    ]


def _epoch(rows: Sequence[Row]) -> dict[str, int]:
    """Return the bytes of an epoch over the air, in float32 and in int8; {} without a run."""
    row = next((row for row in rows if row["way"] == AIR), None)
    if row is None:
        return {}
    images, steps = row["training_images"], math.ceil(row["training_images"] / row["batch"])
    name = f"over the air, an epoch of {steps:,} round trips"
    sizes = {name: FLOAT_BYTES, f"{name}, int8 gradients": 1}
    shape = row["codewords"], row["dimension"]
    return {what: over_the_air_bytes(images, steps, *shape, size) for what, size in sizes.items()}


def _round(rows: Sequence[Row]) -> int | None:
    """Return the bytes of the first round of a run that averages whole transceivers."""
    whole = [row["history"][0] for row in rows if row.get("variant") in ("own", "matched")]
    return whole[0]["bytes_down"] + whole[0]["bytes_up"] if whole else None


def _cost(what: str, formula: int, counted: int | None = None) -> Row:
    apart = None if counted is None else f"{100 * (counted / formula - 1):.2f}"
    seconds = f"{8 * formula / PAPER_LINK.uplink:,.2f}"
    return {
        **{"what": what, "formula": f"{formula:,}", "seconds": seconds, "apart": apart},
        "counted": None if counted is None else f"{counted:,}",
    }


def uncharged(rows: Sequence[Row]) -> str:
    """Say what David's old partner needs after averaging that no way is charged; "" without it."""
    sizes = [f"{row['history'][0]['bytes_up'] / 1000:.1f}" for row in rows if "variant" in row]
    if not sizes:
        return ""
    sent = between(min(sizes, key=float), max(sizes, key=float))
    return f"*MB* leaves out what his partner then needs: David's new weights, {sent} kB."


def images_worth(rows: Sequence[Row]) -> str:
    """Say for how many images over the air all of SLF's bytes would do; "" without its runs."""
    whole = [row for row in rows if row["way"].startswith("SLF")]
    if not whole:
        return ""
    parts = []
    for row in (pick(whole, key=itemgetter("frozen")) for pick in (min, max)):
        one = over_the_air_bytes(1, 0, row["codewords"], row["dimension"])
        one -= FLOAT_BYTES * row["codewords"] * row["dimension"]  # the codebook, sent once
        sent = price(row).bytes / one
        parts.append(f"{sent:.1f} at f = {row['frozen']}")
    return f"All bytes of SLF would carry this many images over the air: {' and '.join(parts)}."
