"""Separate coding: what the channel has capacity for, received without errors.

An ideal channel code turns the noisy channel into a clean one of C bits per use. Two ways to fill
it stand beside eq. 5's noisy link at equal channel uses: floor(2^C) words of equal length, and
entropy-coded words, of which more fit in. Neither encoder nor decoder has been trained for them, so
a codebook made for the code could do better still.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from slfkit.experiments.grid import Cell, Scale, pair_spec
from slfkit.experiments.registry import experiment
from slfkit.experiments.study import Setup
from slfkit.experiments.sweep_figures import draw_line
from slfkit.records.bounds import BoundSpec, StreamSpec
from slfkit.reporting.decibels import USUAL, DecibelAxis
from slfkit.reporting.intervals import text
from slfkit.reporting.metrics import METRICS, columns, metric_texts
from slfkit.reporting.panels import logarithmic
from slfkit.reporting.rows import Row, along, grouped, means, pairs
from slfkit.reporting.sentences import improved, with_basis
from slfkit.reporting.style import FREEZE_COLOURS, WIDTH, Figure, legend_above, subplots

JOINT, SEPARATE, STREAM = "joint", "separate", "stream"
NAMES = {
    JOINT: "K words over the noisy channel",
    SEPARATE: "words of equal length, no errors",
    STREAM: "entropy-coded words, no errors",
}
CROSSOVERS = (0.1, 0.3, 0.5)
TABLE = columns(
    *("crossover", "user", "way", "capacity", "words", "bits", "mse", "accuracy", "seeds"),
    user="Transceiver",
    way="Coding",
    capacity="Capacity (bits per index)",
    words="Words",
    bits="Bits per index",
)
_LOOKS = {
    "T1": {"color": FREEZE_COLOURS[0], "marker": "o"},
    "T2": {"color": FREEZE_COLOURS[2], "marker": "s"},
}
_WAYS = {
    JOINT: {"linestyle": "-"},
    SEPARATE: {"linestyle": "--", "markerfacecolor": "white"},
    STREAM: {"linestyle": ":", "fillstyle": "left", "markerfacecoloralt": "white"},
}


def table(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each eps, transceiver and way of coding; metrics are texts."""
    return [
        {
            **{"crossover": eps, "user": user, "way": NAMES[line], "words": of[0]["words"]},
            "capacity": f"{of[0]['capacity']:.2f}",
            "bits": text([row.get("bits", math.log2(row["words"])) for row in of], "{:.2f}"),
            **metric_texts(of, ("mse", "accuracy")),
        }
        for (eps, user, line), of in grouped(rows, "crossover", "user", "line").items()
    ]


def panel(rows: Sequence[Row], decibels: DecibelAxis = USUAL) -> Figure:
    """Draw the MSE over eps, a line for each transceiver and way of coding, means over seeds."""
    figure, axes = subplots(figsize=(WIDTH, 4.4))
    for (user, line), of in grouped(rows, "user", "line").items():
        style = {**_LOOKS[user], **_WAYS[line]}
        draw_line(axes, means(of, "crossover", "mse"), f"{user}, {NAMES[line]}", style)
    axes.set(xlabel="ε", ylabel=METRICS["mse"].label)
    logarithmic(axes, axes.yaxis, steps=(1, 2, 5))
    decibels.draw(axes)
    legend_above(figure, [axes], columns=1)
    return figure


@with_basis
def finding(rows: Sequence[Row]) -> str:
    """Say how often either ideal code has a lower MSE than the noisy link at equal channel uses."""
    counts = {"with": _counts(rows, STREAM), "without": _counts(rows, SEPARATE)}
    said = [f"{word} an entropy coder in {count}" for word, count in counts.items() if count]
    if not said:
        return "No pair of a noisy link and an ideal code is stored, so nothing can be compared"
    return (
        "At equal channel uses an ideal channel code has a lower MSE than the noisy link "
        f"{', '.join(said)}"
    )


def _counts(rows: Sequence[Row], line: str) -> str:
    """Say in how many cases a code is better, and at which eps it never is; "" without cases."""
    by_eps = {
        eps: pairs(of, "line", JOINT, line, "user", "seed")
        for eps, of in along(rows, "crossover").items()
    }
    better = {eps: improved(of, "mse") for eps, of in by_eps.items() if of}
    never = [f"{eps:g}" for eps, count in better.items() if not count]
    count, total = sum(better.values()), sum(map(len, by_eps.values()))
    where = f" (none at ε = {', '.join(never)})" if never and count else ""
    return f"{count} of {total} cases{where}" if total else ""


@experiment("12_rivals", table=table, figure=panel, finding=finding, link=DecibelAxis)
def separate_coding(setup: Setup, ideal: Sequence[float] = CROSSOVERS) -> Iterator[Cell]:
    """A transceiver over the noisy channel, and with what an ideal code carries without errors.

    Args:
        ideal: eps of the channel, each so low that an index carries a bit or more.
    """
    for eps in ideal:
        for seed in setup.seeds(repeated=True):
            yield from _cells(setup.scale, seed, float(eps))


def _cells(scale: Scale, seed: int, eps: float) -> Iterator[Cell]:
    """Yield the three ways of coding for T1 and T2."""
    for user in ("T1", "T2"):
        own = scale.users(seed)[user]
        bound = BoundSpec(own, eps, seed=seed, **scale.given("draws"))
        known = {"user": user, "crossover": eps, "seed": seed, "capacity": bound.capacity}
        joint = {"line": JOINT, "words": own.codewords, **known}
        yield Cell(joint, pair_spec(scale, own, own, eps, own))
        yield Cell({"line": SEPARATE, "words": bound.words, **known}, bound)
        yield Cell({"line": STREAM, **known}, StreamSpec(own, eps, seed=seed))
