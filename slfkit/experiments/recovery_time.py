"""Table I: the recovery time of SLF at one channel, ours beside the paper's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from statistics import fmean

from slfkit.experiments import recovery_figures
from slfkit.experiments.frontier import Answer, points_of, recovered
from slfkit.experiments.grid import Cell, variant
from slfkit.experiments.registry import experiment
from slfkit.experiments.results import PAPER_LINK, flops_of, recovery_of
from slfkit.experiments.study import FROZEN, TABLE_CROSSOVER, Setup
from slfkit.recovery import Link
from slfkit.reporting.intervals import interval, text, undecided
from slfkit.reporting.metrics import METRICS, TASKS, Task, metric_texts, normalised
from slfkit.reporting.rows import Row, along
from slfkit.reporting.sentences import with_basis
from slfkit.reporting.style import Figure


def ours(rows: Sequence[Row], task: str, link: Link) -> list[Row]:
    """Return our table for a task, a row for each f: texts, mean ± 95 % half width over seeds.

    Each task takes the epochs of its own stopping rule. The time is modelled at the link; what this
    machine took has its own column.
    """
    kind, table = TASKS[task], []
    groups = along(normalised(rows), "frozen")
    for answer in recovered(points_of(rows, kind), kind, link):
        runs = [{**row, **_cost(row, kind, link)} for row in groups[answer.point.frozen]]
        dominated = "" if answer.dominated_by is None else str(answer.dominated_by)
        labels = {"frozen": answer.point.frozen, "dominated": dominated}
        table.append({**metric_texts(runs), **labels})
    return table


def _cost(row: Row, task: Task, link: Link) -> Row:
    """Return what a run costs if it ends with a task: kB, epochs, TFLOP, modelled and real time."""
    epochs = row[task.epochs]
    return {
        "down": row["bytes_down"] / 1000,
        "up": row["bytes_up"] / 1000,
        "epochs": epochs,
        "tflop": flops_of(row, epochs) / 1e12,
        "seconds": recovery_of(row, epochs, link).total,
        "measured": row["wall_seconds"] / 60,
    }


def anytime(
    rows: Sequence[Row], metric: str, link: Link
) -> dict[int, list[tuple[float, float, float | None]]]:
    """Return for each f (recovery time in s, test metric, its 95 % half width) after each epoch.

    If training stopped after that epoch, that would be the time; means over the seeds, up to the
    last epoch that all of them have.
    """
    curves = {}
    for f, group in along(rows, "frozen").items():
        epochs = min(len(row["history"]) for row in group)
        curves[f] = [
            (
                fmean(recovery_of(row, epoch, link).total for row in group),
                *interval(row["history"][epoch - 1][f"test_{metric}"] for row in group),
            )
            for epoch in range(1, epochs + 1)
        ]
    return curves


@with_basis
def finding(rows: Sequence[Row], link: Link = PAPER_LINK) -> str:
    """Say in two sentences how time and quality move with f, one per task."""
    return ". ".join(_one_task(rows, name, link) for name in TASKS)


def _one_task(rows: Sequence[Row], name: str, link: Link) -> str:
    """Say for a task what the least and the most frozen f reach, and what is dominated."""
    task = TASKS[name]
    answers = recovered(points_of(rows, task), task, link)
    first, last = answers[0], answers[-1]
    ends = [[row for row in rows if row["frozen"] == a.point.frozen] for a in (first, last)]
    start, end = (
        {row["seed"]: recovery_of(row, row[task.epochs], link).total for row in of} for of in ends
    )
    dominated = [str(a.point.frozen) for a in answers if a.dominated_by is not None]
    listed = " and ".join(filter(None, (", ".join(dominated[:-1]), *dominated[-1:])))
    return (
        f"For {name}, the recovery time goes from {text(start.values(), '{:.2f}')} s at "
        f"f = {first.point.frozen} to {text(end.values(), '{:.2f}')} s at f = {last.point.frozen}"
        f"{_change(start, end)}, the "
        f"{task.name} from {_shown(first, task)} to {_shown(last, task)}; "
        + (f"dominated: f = {listed}" if dominated else "none is dominated")
    )


def _change(start: Mapping[int, float], end: Mapping[int, float]) -> str:
    """Say the paired change with its interval, or that it is undecided; "" for one seed."""
    changes = [end[seed] - start[seed] for seed in start if seed in end]
    if len(changes) < 2:
        return ""
    return f" ({text(changes, '{:+.2f}')} s, paired{undecided(changes, ', undecided')})"


def _shown(answer: Answer, task: Task) -> str:
    form, spread = METRICS[task.metric].form, answer.point.quality_spread
    reach = f" ± {form.format(spread)}" if spread else ""
    return form.format(answer.point.quality) + reach + task.unit


def _figure(rows: Sequence[Row]) -> Figure:
    task = TASKS["reconstruction"]
    return recovery_figures.shares({"our runs": recovered(points_of(rows, task), task, PAPER_LINK)})


@experiment(
    "04_recovery",
    table=partial(ours, task="reconstruction", link=PAPER_LINK),
    figure=_figure,
    finding=finding,
    link=Link,
)
def recovery(
    setup: Setup, crossover: float = TABLE_CROSSOVER, frozen: Sequence[int] = FROZEN
) -> Iterator[Cell]:
    """SLF at one channel, the runs of Table I: a column of the channel sweep.

    Args:
        crossover: eps of the channel, in [0, 1].
        frozen: f, each 0 to 4.
    """
    for seed in setup.seeds_of_column(crossover):
        for f in frozen:
            yield variant(setup.scale, seed, crossover, f, {})
