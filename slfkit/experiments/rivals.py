"""The rivals, run: federated averaging and split learning over the air beside SLF (Section III-A).

Split learning over the air is f = 0 computed in two places, from new weights or from David's: its
quality is that of such a run of SLF, and only what crosses is its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

from slfkit.experiments.grid import Cell, Scale, pair_spec, variant
from slfkit.experiments.pilots import full, pilot_spec
from slfkit.experiments.registry import experiment
from slfkit.experiments.remedies import damage
from slfkit.experiments.results import PAPER_LINK
from slfkit.experiments.rival_figures import plane
from slfkit.experiments.rival_prices import AIR, AIR_KEPT, amounts, price, priced
from slfkit.experiments.study import FROZEN, TABLE_CROSSOVER, Setup
from slfkit.records.rounds import VARIANTS, RoundSpec
from slfkit.reporting.intervals import factor, text, times, undecided
from slfkit.reporting.metrics import columns, metric_texts
from slfkit.reporting.rows import Row, grouped
from slfkit.reporting.sentences import with_basis

Groups = Mapping[str, Sequence[Row]]  # rows by way
AVERAGED = {
    "own": "averaging, own weights",
    "common": "averaging, new common start",
    "matched": "averaging, neurons matched",
    "private": "averaging, decoders private",
    "codebook": "averaging, codebooks alone",
}
PILOTS, FEW = 100, 10  # of an aligner, on all images and in small profiles
APART = ("matched", "own")  # variants also tried with users of different seeds, and at once
TABLE = columns(
    *("way", "mse", "accuracy", "tflop", "megabytes", "seconds", "old", "seeds"),
    way="Way",
    tflop="TFLOP",
    megabytes="MB",
    old="Old link after (%)",
)
OWN = columns(*("way", "own", "seeds"), way="Way", own="Alice's own MSE / before")


def without(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of pairs without any alignment."""
    return [row for row in rows if row["way"] in ("unaligned", "matched")]


def table(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each way: quality, when it ends, what it costs, and both old links."""
    shown = []
    for (way,), of in grouped([*without(rows), *priced(rows)], "way").items():
        texts = metric_texts(of, ("mse", "accuracy"))
        shown.append({"way": way, **texts, **({} if without(of) else _costs(of))})
    return shown


def _costs(rows: Sequence[Row]) -> Row:
    prices = [price(row) for row in rows]
    texts = {
        "tflop": _in_short([one.flops / 1e12 for one in prices]),
        "megabytes": _in_short([one.bytes / 1e6 for one in prices]),
        "seconds": _in_short([one.seconds(PAPER_LINK) for one in prices]),
    }
    if "history" in rows[0]:
        links = [row["old_link"]["after"]["accuracy"] for row in rows]
        texts["old"] = text((100 * link for link in links), "{:.1f}")
    if "own_link" in rows[0]:
        texts["own"] = factor(damage(row, "own_link") for row in rows)
    return texts


def _in_short(values: Sequence[float]) -> str:
    """Return mean ± half width with three digits of the mean; amounts differ by six powers."""
    mean = fmean(values)
    decimals = max(0, 2 - math.floor(math.log10(mean))) if mean else 0
    return text(values, f"{{:,.{decimals}f}}")


@with_basis
def finding(rows: Sequence[Row]) -> str:
    """Say what the best averaging reaches and costs, beside SLF and training over the air."""
    groups = {way: of for (way,), of in grouped(priced(rows), "way").items()}
    slf = {way: of for way, of in groups.items() if way.startswith("SLF")}
    airs = sorted({AIR, AIR_KEPT} & groups.keys(), key=lambda way: _mse(groups[way]))
    parts = [
        _the_best("of SLF", slf),
        *_averages(groups),
        _the_best("training", {way: groups[way] for way in airs[:1]}),
    ]
    said = "; ".join(filter(None, parts))
    return said[:1].upper() + said[1:]


def _averages(groups: Groups) -> Iterator[str]:
    """Yield what averaging reaches with training, and what it leaves without."""
    trained = {way: of for way, of in groups.items() if of[0].get("at_once") is False}
    slf = {way: of for way, of in groups.items() if way.startswith("SLF")}
    yield (
        _the_best(f"of {len(trained)} ways to average" * (len(trained) > 1), trained, slf)
        or "no run of averaging with training is stored yet"
    )
    once = [way for way, of in groups.items() if of[0].get("at_once")]
    if once:
        best, worst = (pick(once, key=lambda way: _mse(groups[way])) for pick in (min, max))
        yield (
            f"without training, averages leave an MSE of {_spread(groups[best])} to "
            f"{_spread(groups[worst])}"
        )


def _the_best(what: str, groups: Groups, others: Groups | None = None) -> str:
    """Say what the best way reaches and costs, beside the best of others; "" without any."""
    if not groups:
        return ""
    way = min(groups, key=lambda way: _mse(groups[way]))
    beside = _beside(groups[way], min(others.values(), key=_mse)) if others else ""
    prices = [price(row) for row in groups[way]]
    short = way.removeprefix("averaging, ").removeprefix("SLF, ")
    named = f"{what} {way}".strip() if len(groups) == 1 else f"the best {what}, {short},"
    return (
        f"{named} ends at an MSE of {_spread(groups[way])}{beside} after "
        f"{fmean(one.bytes for one in prices) / 1e6:,.2f} MB and "
        f"{fmean(one.seconds(PAPER_LINK) for one in prices):,.1f} s"
    )


def _beside(rows: Sequence[Row], others: Sequence[Row]) -> str:
    """Say how the MSE compares with that of SLF on the seeds that both have; "" without any."""
    base = {row["seed"]: row["mse"] for row in others}
    ratios = [math.log(row["mse"] / base[row["seed"]]) for row in rows if row["seed"] in base]
    if not ratios:
        return ""
    shared = f"{len(ratios)} shared seed{'s' * (len(ratios) > 1)}"
    return f", {times(ratios)} that of SLF on {shared}{undecided(ratios)},"


def _spread(rows: Sequence[Row]) -> str:
    return text((row["mse"] for row in rows), "{:.4f}")


def _mse(rows: Sequence[Row]) -> float:
    return fmean(row["mse"] for row in rows)


@experiment(
    "12_rivals",
    place=7,
    table=table,
    figure=lambda rows: plane([*without(rows), *priced(rows)], amounts()),
    finding=finding,
)
def rivals(
    setup: Setup,
    crossover: float = TABLE_CROSSOVER,
    frozen: Sequence[int] = FROZEN,
    variants: Sequence[str] = VARIANTS,
) -> Iterator[Cell]:
    """SLF, split learning over the air and federated averaging between T1 and T2.

    Averaging trains each user on his own channel; all are tested on the new link. An aligner from
    pilots stands beside them. Averaging, and what starts from David's weights, has fewer seeds.

    Args:
        crossover: eps of the channel, in [0, 1].
        frozen: f of SLF, each 0 to 4.
        variants: of averaging, among own, common, matched, private and codebook.
    """
    scale, at = setup.scale, float(crossover)
    fewer = setup.seeds_at(crossover)
    for seed in setup.seeds_of_column(crossover):
        alice, david = scale.users(seed)["T1"], scale.users(seed)["T2"]
        own = {"crossover": at, "seed": seed}
        for way, sender in {"unaligned": alice, "matched": david}.items():
            yield Cell({"way": way, **own}, pair_spec(scale, sender, david, at, alice))
        for f in frozen:
            yield variant(scale, seed, at, f, {}, {"way": f"SLF, f = {f}"})
        for name in (AIR, AIR_KEPT)[: 1 + (seed in fewer)]:
            air = variant(scale, seed, at, 0, {"reinitialise": name == AIR}, {"way": name})
            yield Cell({**air.labels, "batch": air.spec.batch}, air.spec)
        yield _pilots(scale, seed, at)
        for name in variants if seed in fewer else ():
            yield _averaged(scale, seed, at, name)
            if name in APART:
                for apart, at_once in ((True, False), (False, True), (True, True)):
                    yield _averaged(scale, seed, at, name, apart, at_once)


def _pilots(scale: Scale, seed: int, crossover: float) -> Cell:
    """Return the cell of an aligner: a run of the page on pilots, of which one aligner is shown."""
    n = PILOTS if full(scale) else FEW
    users = scale.users(seed)["T1"], scale.users(seed)["T2"]
    labels = {"way": f"{n} pilots", "pilots": n, "crossover": crossover, "seed": seed}
    return Cell(labels, pilot_spec(scale, users, crossover, n, seed, {}))


def _averaged(
    scale: Scale, seed: int, crossover: float, name: str, apart: bool = False, at_once: bool = False
) -> Cell:
    """Return the cell of a variant of averaging between T1 and T2.

    T1 and T2 of one seed have begun from the same random weights, which helps their average; apart,
    T1 is of the next seed.
    """
    alice, david = scale.users(seed + apart)["T1"], scale.users(seed)["T2"]
    fields = _constants(scale) | ({"rounds": 1, "local": 0, "draws": 1} if at_once else {})
    way = AVERAGED.get(name, name) + ", other seeds" * apart + ", at once" * at_once
    labels = {"way": way, "variant": name, "apart": apart, "at_once": at_once}
    spec = RoundSpec(alice, david, crossover, name, seed=seed, **fields)
    return Cell({**labels, "crossover": crossover, "seed": seed}, spec)


def _constants(scale: Scale) -> dict[str, Any]:
    """Return the fields of a run of averaging that a scale sets, most by those of fine-tuning."""
    fields = scale.given("batch", "beta", "warm_up", "draws", "patience", "precision")
    tuned = scale.fine_tuning
    if "epochs" in tuned:
        fields["rounds"] = max(2, int(tuned["epochs"]))
    if "full_learning_rate" in tuned:
        fields["learning_rate"] = tuned["full_learning_rate"]
    return fields
