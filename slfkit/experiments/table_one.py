"""Table I as the paper prints it, f across and its rows down, with ours in the same fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from statistics import fmean

from slfkit.experiments import paper
from slfkit.experiments.frontier import points_of, printed_points, recovered
from slfkit.experiments.results import PAPER_LINK, flops_of, recovery_of
from slfkit.recovery import Link
from slfkit.reporting.beside import Beside, BesideTable
from slfkit.reporting.intervals import text
from slfkit.reporting.metrics import TASKS
from slfkit.reporting.rows import Row, along

KEPT = "f = 0, David's weights"


@dataclass(frozen=True)
class Line:
    """One row of the table."""

    name: str  # of the row, with its unit
    printed: Sequence[float]  # the paper's values by f; none where it prints none
    own: Callable[[Row], float]  # our value, from the row of a run
    form: str  # of our value
    digits: int  # decimals of the paper's value


def table(
    rows: Sequence[Row],
    kept: Sequence[Row] = (),
    link: Link = PAPER_LINK,
    judged: Sequence[float] = (),
) -> BesideTable:
    """Return Table I with the paper's value, ours and the deviation in each field.

    Args:
        rows: of ``recovery``, one per f and seed.
        kept: runs with f = 0 that start from David's weights, which the paper does not have; their
            column is left out without any.
        link: at which our times are modelled.
        judged: accuracy of one link by each of several classifiers, a share of 1. Another network
            than ours judges in the paper, so their spread is added to that over seeds.
    """
    columns: dict[str, tuple[int | None, Sequence[Row]]] = {}
    groups = along(rows, "frozen")
    for column in paper.table1():
        columns[f"f = {column.frozen}"] = (column.frozen, groups.get(column.frozen, []))
        if column.frozen == 0 and kept:
            columns[KEPT] = (None, kept)
    fields = {
        line.name: [_field(line, f, of) for f, of in columns.values()] for line in lines(link)
    }
    fields["Accuracy (%)"] = [_accuracy(f, of, judged) for f, of in columns.values()]
    for task in TASKS:
        beaten = _dominated(rows, task, link)
        fields[f"Dominated by, {task}"] = [beaten.get(f, Beside()) for f, _ in columns.values()]
    return BesideTable(list(columns), fields)


def lines(link: Link) -> list[Line]:
    """Return the rows that are numbers on both sides, in the paper's order.

    The paper prints operations and no epochs; epochs and the cost of one are our reading of them.
    """
    printed, decoded = paper.printed()["table1"], paper.printed()["decoded"]
    down, up = _seconds("download", link), _seconds("upload", link)
    both = {task: _seconds("total", link, task) for task in TASKS}
    return [
        Line("Download (kB)", printed["download_kb"], lambda r: r["bytes_down"] / 1e3, "{:.1f}", 0),
        Line("Download time (s)", printed["download_seconds"], down, "{:.3f}", 3),
        Line("TFLOP per epoch, decoded", decoded["tflop_an_epoch"], _epoch, "{:.3f}", 3),
        *(line for task in TASKS for line in _computing(task, link)),
        Line("Upload (kB)", printed["upload_kb"], lambda row: row["bytes_up"] / 1e3, "{:.1f}", 0),
        Line("Upload time (s)", printed["upload_seconds"], up, "{:.3f}", 3),
        *(
            Line(f"Recovery time (s), {task}", printed[f"{task}_seconds"], both[task], "{:.3f}", 3)
            for task in TASKS
        ),
        Line("MSE / variance", printed["reconstruction_mse"], _normalised, "{:.3f}", 3),
    ]


def _seconds(share: str, link: Link, task: str = "reconstruction") -> Callable[[Row], float]:
    """Return what takes a row's share of its recovery time; both messages are those of any task."""
    return lambda row: getattr(recovery_of(row, row[TASKS[task].epochs], link), share)


def _normalised(row: Row) -> float:
    return row["mse"] / row["pixel_variance"]


def _epoch(row: Row) -> float:
    return flops_of(row, 1) / 1e12


def _computing(task: str, link: Link) -> list[Line]:
    """Return the rows of the fine-tuning of one task: epochs, operations and their time."""
    printed, decoded = paper.printed()["table1"], paper.printed()["decoded"]
    epochs = TASKS[task].epochs

    def tflop(row: Row) -> float:
        return flops_of(row, row[epochs]) / 1e12

    seconds, compute = printed[f"{task}_compute_seconds"], _seconds("compute", link, task)
    return [
        Line(
            f"Epochs, {task}, decoded", decoded[f"epochs_{task}"], itemgetter(epochs), "{:.1f}", 0
        ),
        Line(f"TFLOP, {task}", printed[f"{task}_tflop"], tflop, "{:.1f}", 2),
        Line(f"Computing time (s), {task}", seconds, compute, "{:.2f}", 2),
    ]


def _field(line: Line, f: int | None, rows: Sequence[Row]) -> Beside:
    values = [line.own(row) for row in rows]
    own = text(values, line.form) if values else ""
    if f is None:
        return Beside(own=own)
    printed = line.printed[f]
    return Beside(f"{printed:.{line.digits}f}", own, _deviation(values, printed))


def _deviation(values: Sequence[float], printed: float) -> float | None:
    """Return the mean over the printed value, less 1; 0 of nothing is nothing's own deviation."""
    if not values:
        return None
    mean = fmean(values)
    return (0.0 if mean == 0 else None) if printed == 0 else mean / printed - 1


def _accuracy(f: int | None, rows: Sequence[Row], judged: Sequence[float]) -> Beside:
    """Return the accuracies; of the paper's five one is lost, so none is compared."""
    shares = [] if f is None else paper.accuracies_at(f)
    printed = " or ".join([*(f"{100 * share:.2f}" for share in shares), "lost"])
    values, shared = [100 * row["accuracy"] for row in rows], [100 * share for share in judged]
    own = text(values, "{:.2f}", shared) if values else ""
    return Beside("" if f is None else printed, own)


def _dominated(rows: Sequence[Row], task: str, link: Link) -> Mapping[int | None, Beside]:
    """Return for each f which other f is at least as fast and as good, in the paper and in ours."""
    kind = TASKS[task]
    own = {
        a.point.frozen: _by(a.dominated_by) for a in recovered(points_of(rows, kind), kind, link)
    }
    known = [point for point in printed_points()[task] if point.quality is not None]
    theirs = {a.point.frozen: _by(a.dominated_by) for a in recovered(known, kind, PAPER_LINK)}
    every = range(len(paper.table1()))
    return {f: Beside(theirs.get(f, "unknown"), own.get(f, "")) for f in every}


def _by(frozen: int | None) -> str:
    return "none" if frozen is None else f"f = {frozen}"
