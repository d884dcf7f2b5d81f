"""Alignment without training, from pilots: quality, bytes and seconds beside those of SLF."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from statistics import fmean
from typing import Any

from slfkit.experiments.grid import Cell, Scale, extended, variant
from slfkit.experiments.pilot_figures import decision_map, plane
from slfkit.experiments.registry import experiment
from slfkit.experiments.study import FROZEN, TABLE_CROSSOVER, Setup
from slfkit.experiments.sweeps import ALPHAS, CROSSOVERS, channels, mixtures
from slfkit.experiments.ways import (
    aligner,
    at_world,
    best_within,
    counted,
    price,
    quotient,
    standings,
    way_table,
    ways,
    worlds,
)
from slfkit.records.pilots import PilotSpec, StartSpec
from slfkit.records.spec import PARTS, AlignmentSpec, TransceiverSpec
from slfkit.reporting.intervals import text, times
from slfkit.reporting.metrics import METRICS
from slfkit.reporting.rows import Row, along, grouped
from slfkit.reporting.sentences import basis, with_basis

COUNTS = (0, 1, 3, 10, 30, 100, 300, 1_000)
COARSE = (10, 100, 1_000)  # over all mismatches
TESTED = 2_000  # of the test images, since a record tests eighteen links
SHARE = 8  # pilots are at most one of this many of a small profile's training images
BEGUN = 100  # pilots of a start for fine-tuning
STATED = 10  # pilots of the sentence that says what was found
BUDGET = 0.1  # seconds within which the first page looks for the best aligner


def pilot_spec(
    scale: Scale,
    users: tuple[TransceiverSpec, TransceiverSpec],
    crossover: float,
    pilots: int,
    seed: int,
    images: Mapping[str, Any],
) -> PilotSpec:
    """Return a run of all aligners from Alice to David; images: fields of what else she sends."""
    about = {"seed": seed, **sizes(scale), **images}
    return PilotSpec(*users, crossover, pilots, users[0].source, **about)


def sizes(scale: Scale) -> dict[str, float]:
    """Return the images and draws of a run that tests many links."""
    test = min(TESTED, scale.shared.get("test") or TESTED)
    return {**scale.given("train", "held_out"), "test": test, "draws": 1}


def pilot_cells(scale: Scale, cells: Sequence[Cell], counts: Sequence[int]) -> Iterator[Cell]:
    """Yield the aligners at the mismatch and seed of some cells, the unaligned pair among them."""
    unaligned = next(cell for cell in cells if cell.labels["line"] == "unaligned")
    pair = unaligned.spec
    at = {name: value for name, value in unaligned.labels.items() if name != "line"}
    mixed = {name: getattr(pair, name) for name in ("other", "alpha", "mixing")}
    for n in allowed(scale, counts):
        users = pair.sender, pair.receiver
        spec = pilot_spec(scale, users, pair.crossover, n, at["seed"], mixed)
        yield Cell({"line": "pilots", "pilots": n, **at}, spec)


def _with_pilots(
    scale: Scale, mismatches: Iterable[Sequence[Cell]], counts: Sequence[int]
) -> Iterator[Cell]:
    """Yield SLF and the aligners in each mismatch, with the lines that frame them."""
    for cells in mismatches:
        yield from cells
        yield from pilot_cells(scale, cells, counts)


def start(scale: Scale, seed: int, crossover: float = TABLE_CROSSOVER) -> Cell:
    """Return the run of SLF at f = 4 that begins with Alice's last layer fitted to pilots."""
    plain = variant(scale, seed, crossover, PARTS, {}).spec
    count = allowed(scale, (STATED, BEGUN))[-1]
    labels = {"line": "start", "pilots": count, "crossover": plain.crossover, "seed": seed}
    return Cell(labels, extended(StartSpec, plain, pilots=count))


def allowed(scale: Scale, counts: Sequence[int]) -> list[int]:
    """Return the numbers of pilots that leave a small profile images enough."""
    train = scale.shared.get("train", 0)
    most = (train - scale.shared.get("held_out", AlignmentSpec.held_out)) // SHARE
    return [n for n in counts if not train or n <= most]


def full(scale: Scale) -> bool:
    """Tell whether runs take all images, as those of the paper profile do."""
    return not scale.shared.get("train")


@with_basis
def finding(rows: Sequence[Row]) -> str:
    """Say for each mismatch how a map from a few pilots compares with SLF at f = 4 and at f = 0."""
    made = ways(rows)
    return ". ".join(filter(None, (_compared(at_world(made, world)) for world in worlds(made))))


def _compared(made: Sequence[Row]) -> str:
    """Compare, at one mismatch, a 3 x 3 map from the stated pilots with SLF, by MSE."""
    few = aligner(made, pilots=STATED)
    if not few:
        return ""
    slf = {f: [way for way in made if way.get("frozen") == f] for f in (4, 0)}
    rivals = [f"{quotient(few, group)} at f = {f}" for f, group in slf.items() if group]
    left = text((way["mse"] for way in few), METRICS["mse"].form)
    own = f"{STATED} pilots and a 3 × 3 ridge map leave an MSE of {left}"
    beside = f"; SLF leaves {' and '.join(rivals)}" if rivals else ""
    return f"At {few[0]['world']}, {own}{beside}"


@with_basis
def verdict(rows: Sequence[Row]) -> str:
    """Say for each mismatch at which f the best aligner within a budget has the lower MSE.

    It is chosen on other seeds than it is judged by.
    """
    made = ways(rows)
    best = {world: best_within(at_world(made, world), BUDGET) for world in worlds(made)}
    few, slf = list(chain(*best.values())), [way for way in made if "frozen" in way]
    if not few or not slf:
        return ""
    times = [fmean(w["seconds"] for w in g) for g in grouped(slf, "way", "world").values()]
    parts = [f"at {world}, {_places(best[world], at_world(slf, world))}" for world in best]
    names = " or ".join(dict.fromkeys(map(_named, few)))
    return (
        f"Within {BUDGET:g} s, {names} ({price(few)}, best on other seeds) aligns two users "
        f"without upload; SLF by its stopping rule takes {min(times):.2f} s or more. The map's MSE "
        f"is, {'; '.join(parts)}"
    )


def _named(way: Row) -> str:
    """Write an aligner by indices: "a 5 × 5 ridge map from 100 pilots"."""
    kernel = way["way"].removeprefix("ridge ")
    method = way["way"] if kernel == way["way"] else f"a {kernel} × {kernel} ridge map"
    return f"{method} from {counted(way['pilots'])}"


def _places(few: Sequence[Row], slf: Sequence[Row]) -> str:
    """Say at which f an aligner is ahead of SLF, behind, or undecided."""
    found, said = standings(few, along(slf, "frozen")), []
    for sign, word in {1: "lower than SLF's", -1: "higher", 0: "undecided"}.items():
        at = [str(f) for f in found if found[f] == sign]
        named = "every f" if len(at) == len(found) > 1 else f"f = {', '.join(at)}"
        said += [f"{word} at {named}"] if at else []
    return ", ".join(said)


@with_basis
def map_finding(rows: Sequence[Row]) -> str:
    """Say in how many mismatches a few pilots leave a lower mean MSE than SLF, and the reverse."""
    made = ways(rows)
    margins = {f: _margins(made, f) for f in (4, 0)}
    parts = [
        f"than SLF at f = {f} in {sum(margin > 0 for margin in of)} of {len(of)}"
        for f, of in margins.items()
        if of
    ]
    few = f"{STATED} pilots and a 3 × 3 ridge map have a lower mean MSE"
    return f"Over all mismatches, {few} {' and '.join(parts)}" if parts else ""


def _margins(made: Sequence[Row], frozen: int) -> list[float]:
    """Return by how much the stated pilots' mean MSE is below SLF's in each mismatch of both."""
    margins = []
    for world in worlds(made):
        here = at_world(made, world)
        few, slf = aligner(here, pilots=STATED), [w for w in here if w.get("frozen") == frozen]
        if few and slf:
            margins.append(fmean(w["mse"] for w in slf) - fmean(w["mse"] for w in few))
    return margins


def alone(rows: Sequence[Row]) -> str:
    """Name the mismatches with a single seed, which decides nothing; "" if there is none."""
    made = ways(rows)
    single = [w for w in worlds(made) if len({way["seed"] for way in at_world(made, w)}) == 1]
    return f"One seed, which decides nothing: {', '.join(single)}." if single else ""


def start_finding(rows: Sequence[Row]) -> str:
    """Say how many epochs SLF at f = 4 takes from an aligned start, and where it ends.

    David's own pair bounds what f = 4 can reach: his encoder was trained for the parts it freezes.
    """
    here = [row for row in rows if "crossover" in row]
    slf = [row for row in here if row["line"] == "slf" and row.get("frozen") == PARTS]
    plain = {row["seed"]: row for row in slf}
    own = {row["seed"]: row["mse"] for row in here if row["line"] == "matched"}
    begun = [row for row in rows if row["line"] == "start" and row["seed"] in plain]
    if not begun:
        return "No run with a ridge fit first is stored yet."
    spared = [plain[row["seed"]]["epochs_mse"] - row["epochs_mse"] for row in begun]
    ratios = [math.log(row["mse"] / plain[row["seed"]]["mse"]) for row in begun]
    above = [math.log(row["mse"] / own[row["seed"]]) for row in begun if row["seed"] in own]
    bound = f", {times(above)} that of David's own pair" if above else ""
    return (
        f"With the ridge fit first, f = 4 takes {text(spared, '{:.1f}')} epochs fewer and ends "
        f"at {times(ratios)} the MSE{bound} ({basis(begun)})."
    )


@experiment("09_pilots", place=9, table=way_table, figure=plane, finding=finding)
def pilots(
    setup: Setup,
    crossover: float = TABLE_CROSSOVER,
    alpha: float = 0.0,
    counts: Sequence[int] = COUNTS,
    frozen: Sequence[int] = FROZEN,
) -> Iterator[Cell]:
    """Aligners from n pilots beside SLF, for one mismatch of channels and one of data.

    Args:
        crossover: eps of the channel where Alice has T1 and David T2, in [0, 1].
        alpha: share of David's source in Alice's images where he has T3, in [0, 1].
        counts: n, numbers of pilots; 0 matches only the codebooks.
        frozen: f of SLF, each 0 to 4.
    """
    yield from _with_pilots(setup.scale, channels(setup, (crossover,), frozen), counts)
    for seed in setup.seeds_of_column(crossover) if PARTS in frozen else ():
        yield start(setup.scale, seed, crossover)
    yield from _with_pilots(setup.scale, mixtures(setup, (alpha,), frozen), counts)


@experiment("09_pilots", place=9, table=way_table, figure=decision_map, finding=map_finding)
def pilot_map(setup: Setup) -> Iterator[Cell]:
    """Aligners from n pilots beside SLF over every channel and mixture of the paper's sweeps.

    A small profile has one channel and one mixture.
    """
    whole = full(setup.scale)
    over_channels = channels(setup, CROSSOVERS if whole else (TABLE_CROSSOVER,), FROZEN)
    over_data = mixtures(setup, ALPHAS if whole else (0.0,), FROZEN)
    yield from _with_pilots(setup.scale, chain(over_channels, over_data), COARSE)
