"""Separate coding: as many words as the channel has capacity for, received without errors.

An ideal channel code turns the noisy air into a clean one with floor(2^C) words per use. This
compares what that is worth to a transceiver as it is, with a codebook of this many words, with
eq. 5's noisy link at equal channel uses. Neither encoder nor decoder has been trained for it, so
this bounds what the code brings to them, not what separate coding could be made to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from slfkit.experiments.grid import Cell, Scale, pair_spec
from slfkit.experiments.old_link_figures import logarithmic
from slfkit.experiments.registry import experiment
from slfkit.experiments.study import Setup
from slfkit.experiments.sweep_figures import draw_line
from slfkit.records.bounds import BoundSpec
from slfkit.reporting.metrics import METRICS, columns, metric_texts
from slfkit.reporting.rows import Row, along, grouped, means, pairs
from slfkit.reporting.sentences import improved, with_basis
from slfkit.reporting.style import FREEZE_COLOURS, WIDTH, legend_above, subplots

if TYPE_CHECKING:
    from matplotlib.figure import Figure

JOINT, SEPARATE = "joint", "separate"
NAMES = {JOINT: "K words, over the noisy air", SEPARATE: "fewer words, without errors"}
CROSSOVERS = (0.1, 0.3, 0.5)
TABLE = columns(
    *("crossover", "user", "way", "capacity", "words", "mse", "accuracy", "seeds"),
    user="Transceiver",
    way="Coding",
    capacity="Capacity (bits per index)",
    words="Words",
)
_LOOKS = {
    "T1": {"color": FREEZE_COLOURS[0], "marker": "o"},
    "T2": {"color": FREEZE_COLOURS[2], "marker": "s"},
}
_WAYS = {
    JOINT: {"linestyle": "-"},
    SEPARATE: {"linestyle": "--", "markerfacecolor": "white"},
}


def table(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each eps, transceiver and way of coding; metrics are texts."""
    return [
        {
            **{"crossover": eps, "user": user, "way": NAMES[line], "words": of[0]["words"]},
            "capacity": f"{of[0]['capacity']:.2f}",
            **metric_texts(of, ("mse", "accuracy")),
        }
        for (eps, user, line), of in grouped(rows, "crossover", "user", "line").items()
    ]


def panel(rows: Sequence[Row]) -> Figure:
    """Draw the MSE over eps, a line for each transceiver and way of coding, means over seeds."""
    figure, axes = subplots(figsize=(WIDTH, 3.8))
    for (user, line), of in grouped(rows, "user", "line").items():
        style = {**_LOOKS[user], **_WAYS[line]}
        draw_line(axes, means(of, "crossover", "mse"), f"{user}, {NAMES[line]}", style)
    axes.set(xlabel="ε", ylabel=METRICS["mse"].label)
    logarithmic(axes, axes.yaxis)
    legend_above(figure, [axes], columns=1)
    return figure


@with_basis
def finding(rows: Sequence[Row]) -> str:
    """Say how often the noisy link has a lower MSE than an ideal code at equal channel uses."""
    parts = [
        f"{improved(compared, 'mse')} of {len(compared)} at ε = {eps:g}"
        for eps, of in along(rows, "crossover").items()
        if (compared := pairs(of, "line", SEPARATE, JOINT, "user", "seed"))
    ]
    if not parts:
        return "No pair of a noisy link and an ideal code is stored, so nothing can be compared"
    return (
        "At equal channel uses the noisy link has a lower MSE than an ideal code with fewer "
        f"words in {', '.join(parts)}"
    )


@experiment("12_rivals", place=lambda labels: (), table=table, figure=panel, finding=finding)
def separate_coding(setup: Setup, ideal: Sequence[float] = CROSSOVERS) -> Iterator[Cell]:
    """A transceiver over the noisy air, and with as many words as an ideal code carries.

    Args:
        ideal: eps of the air, each so low that an index carries a bit or more.
    """
    for eps in ideal:
        for seed in setup.seeds(repeated=True):
            yield from _cells(setup.scale, seed, float(eps))


def _cells(scale: Scale, seed: int, eps: float) -> Iterator[Cell]:
    """Yield both ways of coding for T1 and T2."""
    for user in ("T1", "T2"):
        own = scale.users(seed)[user]
        bound = BoundSpec(own, eps, seed=seed, **scale.given("draws"))
        known = {"user": user, "crossover": eps, "seed": seed, "capacity": bound.capacity}
        joint = {"line": JOINT, "words": own.codewords, **known}
        yield Cell(joint, pair_spec(scale, own, own, eps, own))
        yield Cell({"line": SEPARATE, "words": bound.words, **known}, bound)
