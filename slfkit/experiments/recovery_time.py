"""Table I: the recovery time of SLF at one channel, ours beside the paper's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import TYPE_CHECKING, Any

from slfkit.experiments import paper, recovery_figures
from slfkit.experiments.frontier import TASKS, points_of, recovered
from slfkit.experiments.grid import Cell, variant
from slfkit.experiments.registry import experiment
from slfkit.experiments.results import PAPER_LINK, recovery_of
from slfkit.experiments.study import FROZEN, TABLE_CROSSOVER, Setup
from slfkit.recovery import Link
from slfkit.reporting import sentences
from slfkit.reporting.intervals import interval, text
from slfkit.reporting.rows import Row

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Heading -> key of a row
_COST = {"f": "frozen", "Down (kB)": "down", "Up (kB)": "up", "Epochs": "epochs",
         "TFLOP": "tflop", "Time (s)": "seconds"}  # fmt: skip
_REST = {"Dominated by f": "dominated", "Measured (min)": "measured", "Seeds": "seeds"}
OURS = {
    "reconstruction": {**_COST, "MSE": "mse", "MSE / variance": "normalised", **_REST},
    "classification": {**_COST, "Accuracy (%)": "accuracy", **_REST},
}
BESIDE = {"f": "frozen", "Up, paper (kB)": "up_paper", "Up, ours": "up",
          "Epochs, paper": "epochs_paper", "Epochs, ours": "epochs", "TFLOP, paper": "tflop_paper",
          "TFLOP, ours": "tflop", "Time, paper (s)": "seconds_paper",
          "Recomputed": "recomputed", "Time, ours": "seconds"}  # fmt: skip
QUALITY = {"f": "frozen", "MSE, paper": "mse_paper", "MSE / variance, ours": "normalised",
           "Accuracy, paper (%)": "accuracy_paper", "Ours (%)": "accuracy"}  # fmt: skip


def ours(rows: Sequence[Row], task: str, link: Link) -> list[Row]:
    """Return our table for a task, a row for each f: texts, mean ± 95 % half width over seeds.

    Args:
        rows: of ``studies.recovery``, one an f and seed.
        task: "reconstruction" or "classification"; each takes the epochs of its own stopping rule.
        link: at which the time is modelled; what this machine took is a column of its own.
    """
    kind = TASKS[task]
    answers = recovered(points_of(rows, kind), kind, link)
    found = []
    for answer in answers:
        group = [row for row in rows if row["frozen"] == answer.point.frozen]
        runs = [_run(row, kind.metric, link) for row in group]
        texts = {key: text([run[key] for run in runs], form) for key, form in _FORMS.items()}
        texts |= {key: _FORMS[key].format(fmean(run[key] for run in runs)) for key in _COUNTED}
        dominated = "" if answer.dominated_by is None else str(answer.dominated_by)
        found.append({"frozen": answer.point.frozen, **texts, "dominated": dominated,
                      "seeds": len(group)})  # fmt: skip
    return found


_FORMS = {"down": "{:.1f}", "up": "{:.1f}", "epochs": "{:.3g}", "tflop": "{:.2f}",
          "seconds": "{:.3f}", "mse": "{:.4f}", "normalised": "{:.3f}", "accuracy": "{:.2f}",
          "measured": "{:.0f}"}  # fmt: skip
_COUNTED = ("down", "up")  # bytes, the same for every seed: an interval would say nothing


def _run(row: Row, metric: str, link: Link) -> dict[str, float]:
    """Return what the table shows of one run."""
    epochs = row[f"epochs_{metric}"]
    flops = epochs * row["training_images"] * row["flops_per_image"]
    return {
        "down": row["bytes_down"] / 1000, "up": row["bytes_up"] / 1000, "epochs": epochs,
        "tflop": flops / 1e12, "seconds": recovery_of(row, epochs, link).total, "mse": row["mse"],
        "normalised": row["mse"] / row["pixel_variance"], "accuracy": 100 * row["accuracy"],
        "measured": row["wall_seconds"] / 60,
    }  # fmt: skip


def beside(rows: Sequence[Row], task: str, link: Link) -> list[Row]:
    """Return the paper's table beside ours for a task, a row for each f.

    "recomputed" is the paper's time from its decoded constants, "accuracy_paper" what it prints
    for this f if that is not the lost cell; the qualities are the same for both tasks. An f without
    a record of ours has the paper's cells only.
    """
    own = {row["frozen"]: row for row in (ours(rows, task, link) if rows else [])}
    return [
        {
            "frozen": column.frozen, "up_paper": f"{column.bytes_up / 1000:.0f}",
            "epochs_paper": column.epochs[task], "tflop_paper": f"{column.tflop[task]:.2f}",
            "seconds_paper": f"{column.seconds[task]:.3f}",
            "recomputed": f"{paper.recomputed_seconds(column, task):.3f}",
            "mse_paper": f"{column.mse:.3f}",
            "accuracy_paper": " or ".join(
                f"{100 * share:.2f}" for share in paper.accuracies_at(column.frozen)
            ),
            **{key: own.get(column.frozen, {}).get(key, "") for key in
               ("up", "epochs", "tflop", "seconds", "normalised", "accuracy")},
        }
        for column in paper.table1()
    ]  # fmt: skip


def anytime(
    rows: Sequence[Row], metric: str, link: Link
) -> dict[int, list[tuple[float, float, float | None]]]:
    """Return for each f (recovery time in s, test metric, its 95 % half width) after each epoch.

    If training stopped after that epoch, that would be the time; means over the seeds, as far as
    all of them have trained.
    """
    curves = {}
    for f in sorted({row["frozen"] for row in rows}):
        group = [row for row in rows if row["frozen"] == f]
        epochs = min(len(row["history"]) for row in group)
        curves[f] = [
            (
                fmean(recovery_of(row, epoch, link).total for row in group),
                *interval(row["history"][epoch - 1][f"test_{metric}"] for row in group),
            )
            for epoch in range(1, epochs + 1)
        ]
    return curves


def finding(rows: Sequence[Row], missing: Sequence = (), link: Link = PAPER_LINK) -> str:
    """Say in two sentences how time and quality move with f, one sentence a task.

    Args:
        rows: of ``studies.recovery``.
        missing: the cells without a record; the second sentence tells how many there are.
        link: at which the time is modelled; by default the paper's.
    """
    if not rows:
        return sentences.nothing(missing)
    said = [_one_task(rows, name, link) for name in TASKS]
    return f"{'. '.join(said)} ({sentences.basis(rows, missing)})."


def _one_task(rows: Sequence[Row], name: str, link: Link) -> str:
    """Say for a task what the least and the most frozen f reach, and what is dominated."""
    task = TASKS[name]
    answers = recovered(points_of(rows, task), task, link)
    first, last = answers[0], answers[-1]
    dominated = [str(a.point.frozen) for a in answers if a.dominated_by is not None]
    listed = " and ".join(filter(None, (", ".join(dominated[:-1]), *dominated[-1:])))
    return (
        f"For {name}, the recovery time goes from {first.time.total:.2f} s at "
        f"f = {first.point.frozen} to {last.time.total:.2f} s at f = {last.point.frozen}, the "
        f"{task.name} from {_shown(first, task)} to {_shown(last, task)}; "
        + (f"dominated: f = {listed}" if dominated else "none is dominated")
    )


def _shown(answer: Any, task: Any) -> str:
    digits = 4 if task.metric == "mse" else 2
    return f"{answer.point.quality:.{digits}f}{task.unit}"


def _table(rows: Sequence[Row]) -> list[Row]:
    return ours(rows, "reconstruction", PAPER_LINK)


def _figure(rows: Sequence[Row]) -> Figure:
    task = TASKS["reconstruction"]
    return recovery_figures.shares({"our runs": recovered(points_of(rows, task), task, PAPER_LINK)})


@experiment(
    "04_recovery",
    place=lambda labels: (0,),
    table=_table,
    figure=_figure,
    finding=finding,
    link=Link,
)
def recovery(
    setup: Setup, crossover: float = TABLE_CROSSOVER, frozen: Sequence[int] = FROZEN
) -> Iterator[Cell]:
    """SLF at one channel, the runs of Table I: a column of the channel sweep.

    Args:
        crossover: eps of the air, in [0, 1].
        frozen: f, each 0 to 4.
    """
    for seed in setup.seeds(repeated=crossover == TABLE_CROSSOVER):
        for f in frozen:
            yield variant(setup.scale, seed, crossover, f, {})
