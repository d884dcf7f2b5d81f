"""The learning rate of fine-tuning, which the paper leaves open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from slfkit.experiments.grid import Cell, Scale, variant
from slfkit.experiments.registry import Labels, experiment
from slfkit.experiments.results import PAPER_LINK, recovery_of
from slfkit.experiments.study import FROZEN, TABLE_CROSSOVER, Setup
from slfkit.recovery import Link
from slfkit.reporting import sentences
from slfkit.reporting.intervals import interval, text
from slfkit.reporting.panels import METRICS
from slfkit.reporting.rows import Row, grouped
from slfkit.reporting.style import INK, WIDTH, legend_above, subplots

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def rate_cells(
    scale: Scale, seed: int, crossover: float, frozen: Sequence[int], rates: Sequence[float]
) -> list[Cell]:
    """Return the runs at each learning rate of fine-tuning; f = 0 has its own, so one run."""
    whole = variant(scale, seed, crossover, 0, {})
    labels = {**whole.labels, "learning_rate": whole.spec.rate}
    return [Cell(labels, whole.spec)] * (0 in frozen) + [
        variant(scale, seed, crossover, f, {"learning_rate": float(rate)})
        for rate in rates
        for f in frozen
        if f != 0
    ]


# Heading -> key of a row
RATE_COLUMNS = {"f": "frozen", "Learning rate": "rate", "MSE": "mse", "Accuracy (%)": "accuracy",
         "Codewords": "perplexity",
         "Epochs (MSE)": "epochs_mse", "Epochs (accuracy)": "epochs_accuracy",
         "Recovery time (s)": "seconds", "Seeds": "seeds"}  # fmt: skip
_FORMS = {"mse": ("{:.4f}", 1.0), "accuracy": ("{:.2f}", 100.0), "perplexity": ("{:.1f}", 1.0),
          "epochs_mse": ("{:.3g}", 1.0),
          "epochs_accuracy": ("{:.3g}", 1.0), "seconds": ("{:.3f}", 1.0)}  # fmt: skip
_LOOKS = ({"color": INK, "marker": "o", "linestyle": "-"},
          {"color": "#8a5a00", "marker": "s", "linestyle": "--"},
          {"color": "#5a3d9a", "marker": "^", "linestyle": ":"})  # fmt: skip


def rate_table(rows: Sequence[Row], link: Link = PAPER_LINK) -> list[Row]:
    """Return a row for each f and learning rate; metrics are texts, mean ± 95 % half width.

    Args:
        link: at which the recovery time of reconstruction is modelled; by default the paper's.
    """
    timed = [{**row, "seconds": recovery_of(row, row["epochs_mse"], link).total} for row in rows]
    return [
        {"frozen": f, "rate": f"{rate:g}", "seeds": len(group), **_texts(group)}
        for (f, rate), group in sorted(grouped(timed, "frozen", "learning_rate").items())
    ]


def _texts(group: Sequence[Row]) -> dict[str, str]:
    return {key: text((scale * row[key] for row in group), form)
            for key, (form, scale) in _FORMS.items()}  # fmt: skip


def rate_panels(rows: Sequence[Row]) -> Figure:
    """Draw MSE and accuracy over f, a line for each learning rate; f = 0 has but one.

    Whiskers are 95 % intervals where there are several seeds.
    """
    figure, places = subplots(2, figsize=(WIDTH, 6), sharex=True)
    for axes, metric in zip(places, ("mse", "accuracy"), strict=True):
        axes.set_ylabel(METRICS[metric][1])
        for rate, look in zip(_rates(rows), _LOOKS, strict=False):
            _line(axes, [row for row in rows if row["learning_rate"] == rate], metric, look)
    places[-1].set_xlabel("f, frozen parts")
    places[-1].set_xticks(sorted({row["frozen"] for row in rows}))
    legend_above(figure, places[:1], columns=3)
    return figure


def _rates(rows: Sequence[Row]) -> list[float]:
    return sorted({row["learning_rate"] for row in rows})


def _line(axes, rows: Sequence[Row], metric: str, look: dict) -> None:
    """Draw one learning rate: its f >= 1 as a line, f = 0 as a point of its own."""
    scale = METRICS[metric][3]
    for part in ([row for row in rows if row["frozen"]], [r for r in rows if not r["frozen"]]):
        at = sorted({row["frozen"] for row in part})
        known = [interval(scale * r[metric] for r in part if r["frozen"] == f) for f in at]
        halves = [half or 0.0 for _, half in known]
        name = f"learning rate {part[0]['learning_rate']:g}" if at else ""
        if at:
            axes.errorbar(at, [mean for mean, _ in known], halves, label=name, **look)


def finding(rows: Sequence[Row], missing: Sequence = ()) -> str:
    """Say in two sentences what the learning rate does, and whether the MSE then rises with f.

    Args:
        missing: the cells without a record; the second sentence tells how many there are.
    """
    rates = _tuned_rates(rows)
    if not rates:
        return sentences.nothing(missing)
    compared = "No run at a second learning rate is stored yet, so nothing can be compared"
    if len(rates) > 1:
        compared = _compared(rows, rates[0], rates[-1])
    return f"{compared}. {_rising(rows)} ({sentences.basis(rows, missing)})."


def times(rows: Sequence[Row], link: Link) -> str:
    """Say for both tasks how the recovery time moves from f = 0 to the last f at each rate.

    Means, with half their 95 % interval, are over the seeds that have both; the time is modelled
    at the link.
    """
    said = []
    for name, metric in (("reconstruction", "mse"), ("classification", "accuracy")):
        ends = [_ends(rows, rate, f"epochs_{metric}", link) for rate in _tuned_rates(rows)]
        known = [end for end in ends if end]
        if known:
            said.append(f"For {name} the recovery time goes {', '.join(known)}.")
    return " ".join(said) or "Of recovery times nothing can be said yet."


def _ends(rows: Sequence[Row], rate: float, epochs: str, link: Link) -> str:
    """Say from which time at f = 0 to which at the last f one rate goes; "" where either lacks."""
    tuned = [row for row in rows if row["frozen"] and row["learning_rate"] == rate]
    last = max(row["frozen"] for row in tuned)
    first = {row["seed"]: row for row in rows if not row["frozen"]}
    pairs = [(first[row["seed"]], row) for row in tuned
             if row["frozen"] == last and row["seed"] in first]  # fmt: skip
    if not pairs:
        return ""
    start, end = (
        text((recovery_of(pair[k], pair[k][epochs], link).total for pair in pairs), "{:.2f}")
        for k in (0, 1)
    )
    return f"from {start} s at f = 0 to {end} s at f = {last} fine-tuned at {rate:g}"


def _tuned_rates(rows: Sequence[Row]) -> list[float]:
    return _rates([row for row in rows if row["frozen"]])


def _compared(rows: Sequence[Row], low: float, high: float) -> str:
    """Say for how many f and seeds the higher of two rates is better, without a full stop."""
    by = {(row["learning_rate"], row["frozen"], row["seed"]): row for row in rows if row["frozen"]}
    pairs = [(by[low, f, seed], by[high, f, seed]) for rate, f, seed in by
             if rate == low and (high, f, seed) in by]  # fmt: skip
    lower = sum(new["mse"] < old["mse"] for old, new in pairs)
    higher = sum(new["accuracy"] > old["accuracy"] for old, new in pairs)
    sooner = sum(new["epochs_mse"] < old["epochs_mse"] for old, new in pairs)
    return (
        f"Fine-tuned at a learning rate of {high:g} instead of {low:g}, SLF ends at a lower MSE in "
        f"{lower} of {len(pairs)} pairs of runs with f ≥ 1, at a higher accuracy in {higher}, and "
        f"after fewer epochs in {sooner}"
    )


def _rising(rows: Sequence[Row]) -> str:
    """Say at which learning rates the MSE rises with every step of f, without a full stop."""
    said = []
    for rate in _tuned_rates(rows):
        series: dict[int, dict[int, float]] = {}
        for row in rows:
            if not row["frozen"] or row["learning_rate"] == rate:
                series.setdefault(row["seed"], {})[row["frozen"]] = row["mse"]
        lines = [[one[f] for f in sorted(one)] for one in series.values() if len(one) > 2]
        rising = sum(all(a < b for a, b in pairwise(line)) for line in lines)
        said.append(f"in {rising} of {len(lines)} series at {rate:g}")
    return f"With every step of f the MSE rises {' and '.join(said)}"


RATES = (1e-4, 1e-3)  # learning rates of fine-tuning: ours, and that of pre-training


def _place(labels: Labels) -> tuple[float, ...]:
    """Our own rate is Table I's column; other rates come late."""
    own = labels["learning_rate"] == RATES[0] or not labels["frozen"]
    return (0,) if own else (3,)


@experiment(
    "06_rate",
    place=_place,
    table=rate_table,
    figure=rate_panels,
    finding=finding,
)
def fine_tuning_rate(
    setup: Setup,
    crossover: float = TABLE_CROSSOVER,
    frozen: Sequence[int] = FROZEN,
    rates: Sequence[float] = RATES,
) -> Iterator[Cell]:
    """SLF at several learning rates: the paper gives none for f >= 1.

    At f = 0 there is one run, at the rate of pre-training (Section IV).

    Args:
        crossover: eps of the air, in [0, 1].
        frozen: f, each 0 to 4.
        rates: learning rates of Adam for f >= 1, each above zero.
    """
    for seed in setup.seeds(repeated=crossover == TABLE_CROSSOVER):
        yield from rate_cells(setup.scale, seed, crossover, frozen, rates)
