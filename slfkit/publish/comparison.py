"""A rerun beside the notebook's own run: two tables of stored records, merged on their labels."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
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
Run = tuple[Row, dict[str, float]]  # its row, and the numbers that are compared by name
COLUMNS = {
    name.capitalize(): name for name in ("cell", "metric", "default", "new", "difference", "seeds")
}
SYMBOLS = {**SIGNS, "learning_rate": "rate"}
# recovery times, each with the stopping rule whose epochs it takes
TIMES = {"time, reconstruction (s)": "mse", "time, classification (s)": "accuracy"}
FORMS = {"MSE": ".4f", "accuracy (%)": ".2f", **dict.fromkeys(TIMES, ".3f")}


@dataclass(frozen=True)
class Side:
    """One of the two runs: its images, its metrics, and by cell the stored runs by seed."""

    images: str
    metrics: list[str]
    cells: dict[Key, dict[int, Run]]

    def single(self) -> set[str]:
        """Return the labels that have one value only."""
        labels = {label for key in self.cells for label in key}
        return {name for name, count in Counter(name for name, _ in labels).items() if count == 1}


def compare(notebook: str, given: Values, defaults: Values) -> str:
    """Return a table of a notebook's default run against one with new parameters, as text.

    Nothing is computed. Where the profile is another one, the default run is that of the new
    profile if its records differ from the new ones, otherwise that of the notebook's own. The text
    is "" where no result can differ, or the notebook runs no experiment.

    Args:
        given: the parameters of the new run that were given, by name.
        defaults: all parameters of the notebook at their defaults.

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
    cells: dict[Key, dict[int, Run]] = {}
    sources: dict[str, None] = {}
    timed = {"downlink", "uplink", "power"} <= values.keys()
    link = Link(values["downlink"], values["uplink"], values["power"]) if timed else None
    for study in studies_of(notebook, **values):
        for cell in study.cells:
            cells.setdefault(cell.identity, {})
            sources |= dict.fromkeys(cell.spec.sources)
        for row in dataclasses.replace(study, compute="none").run().rows:
            cells[row["cell"]][row["seed"]] = row, _numbers(row, link)
    images = f"{', '.join(sources)} (profile {values.get('profile')})"
    return Side(images, [name for name in FORMS if link or name not in TIMES], cells)


def _numbers(row: Row, link: Link | None) -> dict[str, float]:
    """Return what is compared of a row; a pair has no epochs, and so no recovery times."""
    numbers = {"MSE": row["mse"], "accuracy (%)": 100 * row["accuracy"]}
    for name, rule in TIMES.items():
        if link and f"epochs_{rule}" in row:
            numbers[name] = recovery_of(row, row[f"epochs_{rule}"], link).total
    return numbers


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
    """Return a line for each new cell and each metric that all its stored runs have."""
    partners = _partners(default, new)
    return [
        _line(key, sides, name)
        for key, runs in new.cells.items()
        for sides in [(default.cells.get(partners[key]), runs)]
        for name in new.metrics
        if all(name in numbers for side in sides for _, numbers in (side or {}).values())
    ]


def _line(key: Key, sides: tuple[dict | None, dict], name: str) -> Row:
    """Return one line: both means over the seeds both have, or over each one's own."""
    stored = [side or {} for side in sides]
    seeds = [sorted(stored[0].keys() & stored[1].keys() or runs) for runs in stored]
    runs = [[side[seed] for seed in own] for side, own in zip(stored, seeds, strict=True)]
    means = [fmean(numbers[name] for _, numbers in of) if of else None for of in runs]
    form, absent = FORMS[name], "no such cell" if sides[0] is None else "no record"
    line = {
        "cell": _name(key),
        "metric": name,
        "default": f"{means[0]:{form}}" if runs[0] else absent,
        "new": f"{means[1]:{form}}" if runs[1] else "no record",
        "seeds": " | ".join(dict.fromkeys(" ".join(map(str, own)) for own in seeds if own)),
    }
    if all(runs):
        same = means[0] == means[1] and [row for row, _ in runs[0]] == [row for row, _ in runs[1]]
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
