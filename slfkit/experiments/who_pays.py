"""Who pays for an alignment: David's link to his old partner, before and after the upload.

The upload overwrites what his old partner was trained with. Every record of an alignment has the
test of that link, on David's own images and over his own channel; the paper does not speak of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import fmean

from slfkit.experiments import pilots, remedies
from slfkit.experiments.grid import Cell, Scale, variant
from slfkit.experiments.old_link_figures import damage_panels
from slfkit.experiments.registry import experiment
from slfkit.experiments.results import Results
from slfkit.experiments.study import FROZEN, TABLE_CROSSOVER, Setup
from slfkit.experiments.sweeps import ALPHAS, CROSSOVERS, channel_cells, channels, mixtures
from slfkit.records.spec import PARTS
from slfkit.records.store import Store
from slfkit.reporting.decibels import DecibelAxis
from slfkit.reporting.intervals import factor, text, times
from slfkit.reporting.metrics import SIGNS, columns, metric_texts
from slfkit.reporting.rows import Row, along, grouped
from slfkit.reporting.sentences import basis, with_basis

CHANNEL, DATA = "crossover", "alpha"  # what differs between the users, by the label that is swept
SLF, KEPT, K_MEANS = "slf", "kept", "k-means"  # as the paper starts, and in two other ways
MATCHED, RIDGE = "matched", remedies.RIDGE  # David's own pair; f = 4 after a ridge fit
_JUDGED = {  # whether both links are within 5 %, in words
    remedies.REACHED: "within 5 %",
    remedies.MISSED: "not within 5 %",
    remedies.COSTLY: "within 5 %, but for too many bytes",
    remedies.OPEN: "and whether that is within 5 % is undecided",
}
TABLE = columns(
    *("at", "name", "old_mse", "damage", "before", "old_accuracy", "transfer", "seeds"),
    at="Mismatch",
    name="SLF",
    damage="Times before",
    before="Accuracy before (%)",
    transfer="Transfer (points)",
)


def measured(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with what the upload did to the old link.

    "damage" is the logarithm of its MSE over that before, "transfer" its accuracy less that before:
    backward transfer of David's link alone, below zero where something was lost.
    """
    made = []
    for row in rows:
        if "old_link" not in row:
            continue
        before, after = row["old_link"]["before"]["accuracy"], row["old_link"]["after"]
        old = {"old_mse": after["mse"], "old_accuracy": after["accuracy"]}
        old |= {"old_accuracy_before": before, "transfer": after["accuracy"] - before}
        made.append({**row, **old, "damage": remedies.damage(row)})
    return made


def table(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each mismatch and f: the old link after the upload, and what it was."""
    return [
        {
            "at": f"{SIGNS[axis]} = {of[0][axis]:g}",
            "name": f"f = {of[0]['frozen']}{remedies.STARTS[of[0]['line']]}",
            **metric_texts(of),
            "damage": factor(row["damage"] for row in of),
            "before": text((100 * row["old_accuracy_before"] for row in of), "{:.2f}"),
            "transfer": text((100 * row["transfer"] for row in of), "{:+.1f}"),
        }
        for axis in (CHANNEL, DATA)
        for of_value in along(_of(rows, axis), axis).values()
        for of in grouped(of_value, "frozen", "line").values()
    ]


def _of(rows: Sequence[Row], axis: str) -> list[Row]:
    """Return the measured rows of one mismatch, by ascending f."""
    own = [row for row in measured(rows) if row["mismatch"] == axis]
    return sorted(own, key=lambda row: (row["frozen"], row["line"] != SLF))


def home(rows: Sequence[Row], axis: str = CHANNEL) -> list[Row]:
    """Return the measured rows at one value of a mismatch: the one the sentences speak of.

    Of the channels it is the nearest to Table I's, of the mixtures that with least of David's
    images.
    """
    wanted = TABLE_CROSSOVER if axis == CHANNEL else min(ALPHAS)
    by_value = along(_of(rows, axis), axis)
    return by_value[min(by_value, key=lambda at: abs(at - wanted))] if by_value else []


def where(rows: Sequence[Row], axis: str = CHANNEL) -> str:
    """Say where the rows of ``home`` are, such as "ε = 0.3"; "" without any."""
    own = home(rows, axis)
    return f"{SIGNS[axis]} = {own[0][axis]:g}" if own else ""


def parts(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the measured rows by name, those that the sentences speak of first."""
    first = home(rows)
    others = [row for row in _of(rows, CHANNEL) if row not in first]
    every = {where(rows): first, "Other channels": others, "Mixtures of data": _of(rows, DATA)}
    return {name: of for name, of in every.items() if of}


@with_basis
def finding(rows: Sequence[Row]) -> str:
    """Say what the upload makes of the old link, what keeping parts undoes, and what spares it."""
    if not home(rows):
        return _upload(rows, DATA)
    return ". ".join(filter(None, (_upload(rows, CHANNEL, DATA), _keeping(rows), _unharmed(rows))))


@with_basis
def price(rows: Sequence[Row]) -> str:
    """Say in a sentence what an upload costs the old partner over Table I's channel only."""
    return _upload(rows, CHANNEL) if home(rows) else ""


def _upload(rows: Sequence[Row], *axes: str) -> str:
    """Say what the upload does to the old link, at one value of each mismatch that has rows."""
    parts = [(where(rows, axis), _damage(own)) for axis in axes if (own := home(rows, axis))]
    (first, what), *others = parts
    text = f"At {first} the upload multiplies the MSE of David's old link {what}"
    return "; ".join([text, *(f"at {at} {grown}" for at, grown in others)])


def _keeping(rows: Sequence[Row]) -> str:
    undone = remedies.reached(spared(home(rows)), "no f")
    return f"If David keeps for his old partner what the upload replaces, {undone}"


def _unharmed(rows: Sequence[Row]) -> str:
    """Say how the ways that leave the old link as it was compare with f = 0; "" without any."""
    if not (ways := untouched(rows)):
        return ""
    first, *others = ways
    more = [f"“{one.name}” too, at {_times(one)}" for one in others]
    return "; ".join([_left_alone(first, f"“{first.name}”"), *more])


def _left_alone(one: remedies.Remedy, name: str) -> str:
    return f"{name} leaves the old link as it was and the new MSE at {_times(one, True)}"


def _times(one: remedies.Remedy, whole: bool = False) -> str:
    """Say how the new link compares with f = 0, and what a remedy sends for it."""
    sent = f", for {one.air / 1000:.1f} kB of pilots" if one.air > 0 else ""
    what = " that of f = 0" if whole else ""
    return f"{times(one.new.values())}{what}, {_JUDGED[one.goal]}{sent}"


def cure(rows: Sequence[Row]) -> str:
    """Say in a sentence what f = 4 that begins with a ridge fit does to both links; "" without."""
    starts = [row for row in rows if row["line"] == RIDGE]
    made = remedies.begun(home(rows), starts)
    if not made:
        return ""
    name = f"“{made[0].name}”, a ridge fit to {starts[0]['pilots']} pilots before SLF,"
    return f"But {_left_alone(made[0], name)} ({basis(starts)})."


def spared(rows: Sequence[Row]) -> list[remedies.Remedy]:
    """Return the remedy of keeping what is replaced, for the paper's start and for k-means."""
    return [*remedies.kept(rows), *remedies.kept(rows, K_MEANS)]


def compared(rows: Sequence[Row]) -> dict[str, list[remedies.Remedy]]:
    """Return by mismatch, where it has rows, SLF as it is and all ways that train no remedy."""
    found = {CHANNEL: untouched(rows), DATA: []}
    for axis, ways in found.items():
        own = home(rows, axis)
        plain = [one for line in remedies.STARTS for one in remedies.plain(own, line)]
        found[axis] = [*plain, *spared(own), *ways]
    return {axis: ways for axis, ways in found.items() if ways}


def untouched(rows: Sequence[Row]) -> list[remedies.Remedy]:
    """Return the ways over Table I's channel that change nothing of David's.

    They are David's encoder in place of Alice's, and f = 4 that begins with a ridge fit to pilots.
    """
    starts, pairs = ([row for row in rows if row["line"] == line] for line in (RIDGE, MATCHED))
    return [*remedies.swapped(home(rows), pairs), *remedies.begun(home(rows), starts)]


def _damage(rows: Sequence[Row]) -> str:
    """Say by which factor the MSE has grown, and what is left of the accuracy, at the ends of f."""
    tuned = [row for row in rows if row["line"] == SLF and row["frozen"] < PARTS]
    own = along(tuned or rows, "frozen")
    ends = sorted({min(own), max(own)})
    factors = {f: factor(row["damage"] for row in own[f]).removeprefix("× ") for f in ends}
    grown = " and ".join(f"{times} at f = {f}" for f, times in factors.items())
    left = " and ".join(_accuracy(own[f], "old_accuracy") for f in ends)
    before = _accuracy([row for of in own.values() for row in of], "old_accuracy_before")
    return f"by {grown}, and cuts its accuracy from {before} to {left}"


def _accuracy(rows: Sequence[Row], name: str) -> str:
    return f"{100 * fmean(row[name] for row in rows):.1f} %"


def pictures(results: Results, store: Store | None = None) -> list[Row]:
    """Return what an image of his old partner becomes, before and after the upload at each f.

    Of the runs over the channel nearest to Table I's, those of the seed that has most of them with
    weights; the images are those that the records show, and pass David's own channel.

    Returns:
        Rows with name, original and reconstruction, uint8 (n, 3, 32, 32); none without weights.
    """
    from slfkit.runs import old_partner  # loads torch, which reading records does without
    from slfkit.runs.workplace import Workplace

    at = {row["crossover"] for row in home(results.rows)}
    rows = zip(results.rows, results.records, strict=True)
    drawn = [
        {**row, "record": record}
        for row, record in rows
        if row["line"] == SLF and row.get("crossover") in at and "weights_sha256" in record.results
    ]
    chosen = max(along(drawn, "seed").values(), key=len, default=[])
    place = Workplace(store or Store(results.profile))
    shown = []
    for row in sorted(chosen, key=lambda row: row["frozen"]):
        seen = old_partner.pictures(row["record"], place)
        sent, name = seen["original"], f"f = {row['frozen']}"
        if not shown:
            shown.append({"name": "before", "original": sent, "reconstruction": seen["before"]})
        shown.append({"name": name, "original": sent, "reconstruction": seen["after"]})
    return shown


@experiment(
    "08_who_pays", place=6, table=table, figure=damage_panels, finding=finding, link=DecibelAxis
)
def who_pays(
    setup: Setup,
    crossovers: Sequence[float] = CROSSOVERS,
    alphas: Sequence[float] = ALPHAS,
    frozen: Sequence[int] = FROZEN,
) -> Iterator[Cell]:
    """David's old link after SLF over channels and over data: the runs of both sweeps.

    Over Table I's channel there is also f = 0 from David's weights, since with new ones it is no
    fine-tuning of what his old partner knows but its replacement; SLF whose codebook k-means sets
    first; and two ways that change nothing of David's: his own pair, and f = 4 after a ridge fit.

    Args:
        crossovers: eps of the channel between T1 and T2, each in [0, 1].
        alphas: share of David's source in Alice's images between T1 and T3, each in [0, 1].
        frozen: f, each 0 to 4.
    """
    for cells in channels(setup, crossovers, frozen):
        yield from _labelled(cells, SLF, CHANNEL)
    for cells in mixtures(setup, alphas, frozen):
        yield from _labelled(cells, SLF, DATA)
    if TABLE_CROSSOVER in crossovers:
        for seed in setup.seeds_of_column(TABLE_CROSSOVER):
            own = channel_cells(setup.scale, seed, TABLE_CROSSOVER, ())
            yield from _labelled(own, MATCHED, CHANNEL)
            yield from _begun(setup.scale, seed) if PARTS in frozen else ()
        for seed in setup.seeds_at(TABLE_CROSSOVER):
            yield from _otherwise_started(setup.scale, seed, frozen)


def _otherwise_started(scale: Scale, seed: int, frozen: Sequence[int]) -> Iterator[Cell]:
    """Yield SLF over Table I's channel from David's weights at f = 0, and with k-means first."""
    for f in frozen:
        weights = {} if f else {"reinitialise": False}
        ways = {} if f else {KEPT: weights}
        ways |= {K_MEANS: {**weights, "refit": True}} if f < PARTS else {}
        for line, fields in ways.items():
            labels = {"mismatch": CHANNEL, "line": line}
            yield variant(scale, seed, TABLE_CROSSOVER, f, fields, labels)


def _begun(scale: Scale, seed: int) -> Iterator[Cell]:
    """Yield SLF at f = 4 that begins with a ridge fit to pilots."""
    cell = pilots.start(scale, seed)
    labels = {**cell.labels, "mismatch": CHANNEL, "line": RIDGE, "frozen": PARTS}
    yield replace(cell, labels=labels)


def _labelled(cells: Sequence[Cell], line: str, axis: str) -> Iterator[Cell]:
    """Yield the cells of a sweep that are of one line, labelled with its axis."""
    for cell in cells:
        if cell.labels["line"] == line:
            yield replace(cell, labels={"mismatch": axis, **cell.labels})
