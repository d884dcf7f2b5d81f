"""The learning rate of fine-tuning at f >= 1, which the paper leaves open: table, figure, finding.

Rows are those of ``studies.fine_tuning_rate``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from . import findings
from .figures import METRICS
from .grouping import Row
from .recovery import Link
from .rows import recovery_of
from .statistics import interval, text
from .style import INK, WIDTH, legend_above, use_style

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


def rate_table(rows: Sequence[Row], link: Link) -> list[Row]:
    """Return a row for each f and learning rate; metrics are texts, mean ± 95 % half width.

    Args:
        link: at which the recovery time of reconstruction is modelled, in seconds.
    """
    timed = [{**row, "seconds": recovery_of(row, row["epochs_mse"], link).total} for row in rows]
    return [
        {"frozen": f, "rate": f"{rate:g}", "seeds": len(group), **_texts(group)}
        for (f, rate), group in sorted(_grouped(timed).items())
    ]


def _grouped(rows: Sequence[Row]) -> dict[tuple[int, float], list[Row]]:
    groups: dict[tuple[int, float], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["frozen"], row["learning_rate"]), []).append(row)
    return groups


def _texts(group: Sequence[Row]) -> dict[str, str]:
    return {key: text((scale * row[key] for row in group), form)
            for key, (form, scale) in _FORMS.items()}  # fmt: skip


def rate_panels(rows: Sequence[Row]) -> Figure:
    """Draw MSE and accuracy over f, a line for each learning rate; f = 0 has but one.

    Whiskers are 95 % intervals where there are several seeds.
    """
    use_style()
    figure, places = plt.subplots(2, figsize=(WIDTH, 6), sharex=True, layout="constrained")
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
        return findings.nothing(missing)
    compared = "No run at a second learning rate is stored yet, so nothing can be compared"
    if len(rates) > 1:
        compared = _compared(rows, rates[0], rates[-1])
    return f"{compared}. {_rising(rows)} ({findings.basis(rows, missing)})."


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
