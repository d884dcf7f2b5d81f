"""A rerun beside the notebook's own run: two tables of stored records, merged on their labels."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from slfkit.experiments.registry import studies_of
from slfkit.experiments.results import recovery_of
from slfkit.recovery import Link
from slfkit.reporting.metrics import SIGNS
from slfkit.reporting.rows import Row
from slfkit.reporting.tables import Table

Values = Mapping[str, Any]
Key = tuple[tuple[str, Any], ...]  # a cell's labels without the seed
COLUMNS = {
    name.capitalize(): name for name in ("cell", "metric", "default", "new", "difference", "seeds")
}
SYMBOLS = {**SIGNS, "learning_rate": "rate"}


@dataclass(frozen=True)
class Metric:
    """A number that is compared: its name, how a row gives it, and how it is written.

    A row without the key that it needs, as a pair has no epochs, has no such number.
    """

    name: str
    of: Callable[[Row], float]
    form: str
    needs: str = "mse"

    def suits(self, *sides: Mapping[int, Row | None] | None) -> bool:
        """Tell whether all stored rows of a cell have this number."""
        stored = (row for side in sides for row in (side or {}).values() if row)
        return all(self.needs in row for row in stored)


@dataclass(frozen=True)
class Side:
    """One of the two runs: its images, its metrics, and a row or None by cell and seed."""

    images: str
    metrics: list[Metric]
    cells: dict[Key, dict[int, Row | None]]

    def single(self) -> set[str]:
        """Return the labels that have one value only."""
        labels = {label for key in self.cells for label in key}
        return {name for name, count in Counter(name for name, _ in labels).items() if count == 1}


def compare(notebook: str, given: Values, defaults: Values) -> str:
    """Return a table of a notebook's default run against one with new parameters, as text.

    Nothing is computed. Where the profile is another one, the default run is that of the new
    profile if its records differ from the new ones, otherwise that of the notebook's own.

    Args:
        notebook: its name, 02_channel.
        given: the parameters of the new run that were given, by name.
        defaults: all parameters of the notebook at their defaults.

    Returns:
        The text; "" where no result can differ, or the notebook runs no experiment.

    Raises:
        ParameterError: a value is out of range.
        RecordError: a stored record is damaged.
    """
    changed = [name for name in given if name != "compute" and given[name] != defaults[name]]
    new = _side(notebook, {**defaults, **given})
    if not changed or not new.cells:
        return ""
    profile = given.get("profile", defaults["profile"])
    default = _side(notebook, {**defaults, "profile": profile})
    differences = {line.get("difference") for line in _merged(default, new)}
    if profile != defaults["profile"] and differences <= {None, "same run"}:
        default = _side(notebook, defaults)
    told = ", ".join(f"{name} {given[name]!r} (default {defaults[name]!r})" for name in changed)
    return "\n".join(
        [
            "Default against new results.",
            f"New: {told}. Default results: {default.images}.",
            *_notes(default, new),
            "",
            repr(Table(_merged(default, new), COLUMNS)),
        ]
    )


def _side(notebook: str, values: Values) -> Side:
    """Read what a notebook's studies have on record with these parameters."""
    cells: dict[Key, dict[int, Row | None]] = {}
    sources: dict[str, None] = {}
    for study in studies_of(notebook, **values):
        results = dataclasses.replace(study, compute="none").run()
        rows = {(row["cell"], row["seed"]): row for row in results.rows}
        for cell in study.cells:
            at = cell.identity, cell.labels["seed"]
            cells.setdefault(at[0], {})[at[1]] = rows.get(at)
            sources |= dict.fromkeys(cell.spec.sources)
    images = f"{', '.join(sources)} (profile {values.get('profile')})"
    return Side(images, _metrics(values), cells)


def _metrics(values: Values) -> list[Metric]:
    """Return what is compared; where a link is given, the recovery times at it too."""
    metrics = [
        Metric("MSE", lambda row: row["mse"], ".4f"),
        Metric("accuracy (%)", lambda row: 100 * row["accuracy"], ".2f"),
    ]
    if {"downlink", "uplink", "power"} <= values.keys():
        link = Link(values["downlink"], values["uplink"], values["power"])
        for task, rule in (("reconstruction", "mse"), ("classification", "accuracy")):
            name, key = f"time, {task} (s)", f"epochs_{rule}"
            metrics.append(Metric(name, _seconds(rule, link), ".3f", key))
    return metrics


def _seconds(rule: str, link: Link) -> Callable[[Row], float]:
    """Return the recovery time of a row at a link, with the epochs of one task's stopping rule."""
    return lambda row: recovery_of(row, row[f"epochs_{rule}"], link).total


def _partners(default: Side, new: Side) -> dict[Key, Key | None]:
    """Return for each new cell the key of the default cell it belongs to.

    A label with a single value on each side was changed as a whole: it keeps no cells apart.
    """
    ignored = default.single() & new.single()

    def bare(key: Key) -> frozenset[tuple[str, Any]]:
        return frozenset(label for label in key if label[0] not in ignored)

    keys = {bare(key): key for key in default.cells}
    return {key: keys.get(bare(key)) for key in new.cells}


def _merged(default: Side, new: Side) -> list[Row]:
    """Return a line for each new cell and metric."""
    partners = _partners(default, new)
    return [
        _line(key, (default.cells.get(partners[key]), runs), metrics)
        for key, runs in new.cells.items()
        for metrics in zip(default.metrics, new.metrics, strict=True)
        if metrics[1].suits(default.cells.get(partners[key]), runs)
    ]


def _line(key: Key, sides: tuple[dict | None, dict], metrics: tuple[Metric, Metric]) -> Row:
    """Return one line: both means over the seeds both have, or over each one's own."""
    stored = [{seed: row for seed, row in (side or {}).items() if row} for side in sides]
    seeds = [sorted(stored[0].keys() & stored[1].keys() or rows) for rows in stored]
    rows = [[side[seed] for seed in own] for side, own in zip(stored, seeds, strict=True)]
    means = [fmean(map(m.of, of)) if of else None for m, of in zip(metrics, rows, strict=True)]
    form, absent = metrics[1].form, "no such cell" if sides[0] is None else "no record"
    line = {
        "cell": _name(key),
        "metric": metrics[1].name,
        "default": f"{means[0]:{form}}" if rows[0] else absent,
        "new": f"{means[1]:{form}}" if rows[1] else "no record",
        "seeds": " | ".join(dict.fromkeys(" ".join(map(str, own)) for own in seeds if own)),
    }
    if all(rows):
        same = rows[0] == rows[1] and means[0] == means[1]
        line["difference"] = "same run" if same else f"{means[1] - means[0]:+{form}}"
    return line


def _name(key: Key) -> str:
    """Name a cell by its labels; SLF's own line goes without saying."""
    return ", ".join(
        f"{SYMBOLS.get(name, name)} = {f'{value:g}' if isinstance(value, float) else value}"
        for name, value in key
        if (name, value) != ("line", "slf")
    )


def _notes(default: Side, new: Side) -> list[str]:
    """Say where the images differ, and how many cells of the default run have no new one."""
    notes = []
    if default.images != new.images:
        notes.append(
            f"The images differ: {default.images} by default, {new.images} in the new run; so "
            "the difference is not only that of the other parameters."
        )
    alone = len(default.cells.keys() - _partners(default, new).values())
    if alone:
        notes.append(
            f"{alone} of {len(default.cells)} cells of the default run have no new counterpart."
        )
    return notes
