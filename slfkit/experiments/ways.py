"""Ways to align two users on one footing: what each sends, how long it takes, what arrives.

Rows of SLF, of aligners from pilots and of David's own pair become rows of one form, with ``way``,
``payload``, ``pilots``, ``kilobytes``, ``seconds``, ``price`` (bytes down, bytes up, operations),
``mse``, ``accuracy``, ``recovery`` (ARR) and ``old``, the accuracy of David's link to his old
partner afterwards; an aligner's also has ``fit``, the 1e9 operations of its fit. All metrics are of
all test images (``on_all_images``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from statistics import fmean

from slfkit.experiments.candidates import world_of
from slfkit.experiments.remedies import BEGUN as START
from slfkit.experiments.remedies import ENCODER
from slfkit.experiments.results import PAPER_LINK, flops_of
from slfkit.recovery import Link, recovery_time
from slfkit.reporting.intervals import LEVEL, exponential, holm, p_value, undecided
from slfkit.reporting.metrics import columns, metric_texts
from slfkit.reporting.rows import Row, grouped
from slfkit.sizes import sender_bytes

BEST = ("ridge 3", "indices")  # the aligner that sentences and tables name, by method and payload
WAYS = columns(
    *("way", "payload", "pilots", "kilobytes", "fit", "seconds", "mse", "accuracy", "recovery"),
    *("old", "seeds"),
    way="Way",
    payload="David sends",
    pilots="Pilots",
)


def ways(rows: Sequence[Row], link: Link = PAPER_LINK) -> list[Row]:
    """Return a row for each way and seed of ``pilots`` or ``pilot_map``, over a background link."""
    made = []
    for group in grouped(rows, "crossover", "alpha", "seed").values():
        frame, tested = _frame(group), on_all_images(group)
        made += [{**way, **_judged(way, frame)} for row in tested for way in _ways_of(row, link)]
    return made


def on_all_images(group: Sequence[Row]) -> list[Row]:
    """Return the rows of one mismatch and seed, their aligners brought to all test images.

    Aligners are tested on the first test images, David's own pair on these and on all, as SLF is.
    So an aligner's MSE is multiplied by his pair's on all over that on the first (a ratio
    estimator), and to its accuracy his difference is added, within [0, 1]. Without both tests of
    his pair, the row stays as it is.
    """
    whole = next((row for row in group if row.get("line") == "matched"), None)
    return [_brought(row, whole) if whole and "own" in row else row for row in group]


def _brought(row: Row, whole: Row) -> Row:
    """Return a row of pilots as if tested on the images of David's own pair, a row of its own."""
    factor = whole["mse"] / row["own"]["mse"]
    gap = whole["accuracy"] - row["own"]["accuracy"]
    brought = []
    for one in row["aligners"]:
        accuracy = min(1.0, max(0.0, one["accuracy"] + gap))
        brought.append({**one, "mse": factor * one["mse"], "accuracy": accuracy})
    return {**row, "aligners": brought}


def _frame(group: Sequence[Row]) -> Row:
    """Return what one mismatch and seed have in common: both ends of the ARR, the old link."""
    ends = [row for row in group if row["line"] in ("unaligned", "matched")]
    links = (row["old_link"]["before"]["accuracy"] for row in group if "old_link" in row)
    return {row["line"]: row["accuracy"] for row in ends} | {"old": next(links, None)}


def _judged(way: Row, frame: Row) -> Row:
    """Return a way's ARR and, where it leaves David's network alone, his old link."""
    judged: Row = {} if "old" in way else {"old": frame["old"]}
    top = frame.get("matched")
    if "unaligned" in frame and top not in (None, frame["unaligned"]):
        gained = way["accuracy"] - frame["unaligned"]
        judged["recovery"] = gained / (top - frame["unaligned"])
    return judged


def _ways_of(row: Row, link: Link) -> Iterator[Row]:
    """Yield the ways that a row of a run holds."""
    about = {"world": world_of(row), "seed": row["seed"]}
    if row["line"] == "slf":
        slf = _slf(row, f"SLF, f = {row['frozen']}", "codebook and decoder", link)
        yield about | slf | {"frozen": row["frozen"]}
    elif row["line"] == "start":
        yield about | _slf(row, START, f"codebook, decoder, {row['pilots']} pilots", link)
    elif row["line"] == "matched":
        size = sender_bytes(row.get("codewords", 32), row.get("dimension", 16))
        yield about | _way(row, ENCODER, "encoder and codebook", None, (size, 0, 0.0), link)
    for one in row.get("aligners", ()):
        spent = one["bytes_down"], 0, one["flops"]
        way = _way(one, one["method"], one["payload"], row["pilots"], spent, link)
        yield about | way | {"fit": one["flops"] / 1e9}


def _slf(row: Row, name: str, payload: str, link: Link) -> Row:
    spent = row["bytes_down"], row["bytes_up"], flops_of(row, row["epochs_mse"])
    old = {"old": row["old_link"]["after"]["accuracy"]} if "old_link" in row else {}
    return _way(row, name, payload, None, spent, link) | old


def _way(
    row: Row, name: str, payload: str, pilots: int | None, spent: tuple[int, int, float], link: Link
) -> Row:
    down, up, flops = spent
    return {
        "way": name,
        "payload": payload,
        "pilots": pilots,
        "kilobytes": (down + up) / 1000,
        "seconds": recovery_time(down, flops, up, link).total,
        "price": spent,
        "mse": row["mse"],
        "accuracy": row["accuracy"],
    }


def worlds(made: Iterable[Row]) -> list[str]:
    """Return the mismatches, such as "ε = 0.3", in the order of their first rows."""
    return list(dict.fromkeys(way["world"] for way in made))


def at_world(made: Iterable[Row], world: str) -> list[Row]:
    """Return the ways of one mismatch."""
    return [way for way in made if way["world"] == world]


def aligner(
    made: Iterable[Row], method: str = BEST[0], pilots: int | None = None, payload: str = BEST[1]
) -> list[Row]:
    """Return the rows of one aligner, at one number of pilots or at all above zero."""
    return [
        way
        for way in made
        if (way["way"], way["payload"]) == (method, payload)
        and (way["pilots"] if pilots is None else way["pilots"] == pilots)
    ]


def best_within(made: Iterable[Row], budget: float) -> list[Row]:
    """Return for each seed the aligner by indices with the least mean MSE on the other seeds.

    So no seed's test chooses what it reports; a single seed has no other and chooses for itself.
    The ways are of one mismatch, the budget is of the recovery time, in seconds.
    """
    fast = [way for way in made if way["payload"] == BEST[1] and way["seconds"] <= budget]
    groups = grouped(fast, "way", "payload", "pilots").values()
    chosen = {seed: min(groups, key=partial(_elsewhere, seed)) for (seed,) in grouped(fast, "seed")}
    return [way for seed, group in chosen.items() for way in group if way["seed"] == seed]


def _elsewhere(seed: int, group: Sequence[Row]) -> float:
    """Return the mean MSE on the seeds but one, or on that one if there is no other."""
    others = [way["mse"] for way in group if way["seed"] != seed]
    return fmean(others or [way["mse"] for way in group])


def way_table(rows: Sequence[Row], pilots: int = 100) -> list[Row]:
    """Return a row for each way: aligners at one number of pilots, the codebooks alone, SLF.

    Metrics are texts, mean ± 95 % half width over the seeds. Of several mismatches the first
    counts.
    """
    made = ways(rows)
    made = at_world(made, worlds(made)[0]) if made else []
    shown = [way for way in made if way["pilots"] in (None, 0, pilots)]
    order = sorted(shown, key=lambda way: (way["pilots"] is None, way.get("frozen", -1)))
    return [
        {"way": name, "payload": payload, "pilots": n, **metric_texts(group)}
        for (name, payload, n), group in grouped(order, "way", "payload", "pilots").items()
    ]


def counted(pilots: int) -> str:
    """Write a number of pilots: "1 pilot", "10 pilots"."""
    return "1 pilot" if pilots == 1 else f"{pilots} pilots"


def price(group: Sequence[Row]) -> str:
    """Write what a way sends and takes, means over seeds: "3.9 kB, 0.016 s"."""
    size, time = (fmean(way[key] for way in group) for key in ("kilobytes", "seconds"))
    return f"{size:.1f} kB, {time:.3f} s"


def quotient(first: Iterable[Row], second: Iterable[Row]) -> str:
    """Write how many times the MSE of the first way that of the second is, or that it is undecided.

    Seed by seed; the interval is of the logarithm.
    """
    if not (logs := _ratios(first, second)):
        return "of other seeds"
    mean, low, high = exponential(logs)
    times = f"{mean:.2f} times that"
    if len(logs) == 1:
        return f"{times} (one seed, so undecided)"
    return f"{times} ({low:.2f} to {high:.2f}{undecided(logs, ', so undecided')})"


def standings(first: Sequence[Row], others: Mapping[int, Sequence[Row]]) -> dict[int, int]:
    """Return 1 where a way has a lower MSE than another, -1 if a higher, 0 if it is undecided.

    By paired t-tests on the seeds that both have, corrected for their number by Holm's procedure.
    """
    logs = {key: _ratios(first, other) for key, other in others.items()}
    known = {key: of for key, of in logs.items() if of}
    corrected = dict(zip(known, holm([p_value(of) for of in known.values()]), strict=True))
    decided = {key for key, p in corrected.items() if p <= LEVEL}
    return {key: (1 if sum(of) > 0 else -1) if key in decided else 0 for key, of in logs.items()}


def _ratios(first: Iterable[Row], second: Iterable[Row]) -> list[float]:
    """Return ln(MSE of the second over the first) on the seeds that both have."""
    other = {way["seed"]: way for way in second}
    return [math.log(other[w["seed"]]["mse"] / w["mse"]) for w in first if w["seed"] in other]
