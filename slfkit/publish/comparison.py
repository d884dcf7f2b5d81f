"""A rerun beside the notebook's own run: default against new results, from stored records alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from slfkit.experiments.grid import Cell
from slfkit.experiments.registry import studies_of
from slfkit.experiments.results import recovery_of
from slfkit.experiments.study import Study
from slfkit.records.spec import Spec
from slfkit.records.store import Store
from slfkit.reporting.tables import Table

Values = dict[str, Any]
Key = tuple[tuple[str, Any], ...]
COLUMNS = {"Cell": "cell", "Metric": "metric", "Default": "default", "New": "new",
           "Difference": "difference", "Seeds": "seeds"}  # fmt: skip
SYMBOLS = {"crossover": "ε", "alpha": "α", "frozen": "f", "learning_rate": "rate"}
NO_CELL, NO_RECORD = "no such cell", "no record"
NOT_RESULTS = ("compute",)  # says what may be computed, not of what


@dataclass(frozen=True)
class Metric:
    """A number that is compared: its name, how a row gives it, and how it is written."""

    name: str
    of: Callable[[Values], float]
    form: str


@dataclass
class Group:
    """A cell of the grid over its seeds: the runs, and the rows of those that have a record."""

    specs: dict[int, Spec] = field(default_factory=dict)
    rows: dict[int, Values] = field(default_factory=dict)


@dataclass(frozen=True)
class Side:
    """One of the two runs: its profile, its metrics and its cells, by labels without the seed."""

    profile: str
    metrics: list[Metric]
    groups: dict[Key, Group]

    def images(self) -> str:
        """Name the images behind it."""
        specs = [spec for group in self.groups.values() for spec in group.specs.values()]
        return ", ".join(dict.fromkeys(name for spec in specs for name in spec.sources))


def compare(notebook: str, given: Values, defaults: Values) -> str:
    """Return a table of a notebook's default run against one with new parameters, as text.

    Nothing is computed. Where the profile is another one, the default run is that of the new
    profile as far as its records differ from the new ones, otherwise that of the notebook's own.

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
    changed = {name: value for name, value in given.items()
               if name not in NOT_RESULTS and value != defaults[name]}  # fmt: skip
    new = _side(notebook, defaults | given)
    if not changed or not new.groups:
        return ""
    default, pairs = _baseline(notebook, new, defaults)
    lines = _lines(default, new, pairs)
    head = ["Default against new results.", *_changes(changed, defaults, default.profile)]
    if default.images() != new.images() or default.profile != new.profile:
        head.append(_images(default, new))
    return "\n".join([*head, "", repr(Table(lines, COLUMNS)), *_left_out(default, new, pairs)])


def _side(notebook: str, values: Values) -> Side:
    """Read what a notebook's studies have on record with these parameters."""
    groups: dict[Key, Group] = {}
    studies = studies_of(notebook, **values)
    for study in studies:
        for cell, row in _recorded(study):
            labels = {name: value for name, value in cell.labels.items() if name != "seed"}
            group = groups.setdefault(tuple(labels.items()), Group())
            group.specs[cell.labels["seed"]] = cell.spec
            if row is not None:
                group.rows[cell.labels["seed"]] = row
    return Side(values.get("profile", ""), _metrics(values), groups)


def _recorded(study: Study) -> list[tuple[Cell, Values | None]]:
    """Return the cells of a study, each with its row or None; nothing is computed."""
    results = dataclasses.replace(study, compute="none").run(Store(study.profile))
    missing = {cell.spec for cell in results.missing}
    rows = iter(results.rows)
    return [(cell, None if cell.spec in missing else next(rows)) for cell in study.cells]


def _metrics(values: Values) -> list[Metric]:
    """Return what is compared; where a link is given, the recovery times at it too."""
    found = [
        Metric("MSE", lambda row: row["mse"], ".4f"),
        Metric("accuracy (%)", lambda row: 100 * row["accuracy"], ".2f"),
    ]
    if {"downlink", "uplink", "power"} <= values.keys():
        from slfkit.recovery import Link

        link = Link(values["downlink"], values["uplink"], values["power"])
        for task, metric in (("reconstruction", "mse"), ("classification", "accuracy")):
            found.append(Metric(f"time, {task} (s)", _seconds(metric, link), ".3f"))
    return found


def _seconds(metric: str, link: Any) -> Callable[[Values], float]:
    """Return the recovery time of a row at a link, with the epochs of one task's stopping rule."""
    return lambda row: recovery_of(row, row[f"epochs_{metric}"], link).total


def _baseline(notebook: str, new: Side, defaults: Values) -> tuple[Side, dict[Key, Key]]:
    """Return the default run to compare with, and which of its cells belongs to a new one."""
    own = _side(notebook, defaults | {"profile": new.profile})
    pairs = _pairs(own, new)
    differing = any(line["change"] for line in _lines(own, new, pairs))
    if differing or new.profile == defaults["profile"]:
        return own, pairs
    published = _side(notebook, defaults)
    return published, _pairs(published, new)


def _pairs(default: Side, new: Side) -> dict[Key, Key]:
    """Return for each new cell the key of the default cell it belongs to.

    A label that has one value on each side and not the same one was changed as a whole: it does
    not keep the cells apart.
    """
    ranges = [_ranges(side) for side in (default, new)]
    whole = {
        name for name in ranges[0].keys() & ranges[1].keys()
        if len(ranges[0][name]) == len(ranges[1][name]) == 1
    }  # fmt: skip

    def bare(key: Key) -> frozenset:
        return frozenset(label for label in key if label[0] not in whole)

    known = {bare(key): key for key in default.groups}
    return {key: known[bare(key)] for key in new.groups if bare(key) in known}


def _ranges(side: Side) -> dict[str, list]:
    """Return the values each label takes, in the order of the cells."""
    found: dict[str, dict] = {}
    for key in side.groups:
        for name, value in key:
            found.setdefault(name, {})[value] = None
    return {name: list(values) for name, values in found.items()}


def _lines(default: Side, new: Side, pairs: dict[Key, Key]) -> list[Values]:
    """Return a line for each new cell and metric."""
    return [
        _line(key, (default.groups.get(pairs.get(key)), group), metrics)
        for key, group in new.groups.items()
        for metrics in zip(default.metrics, new.metrics, strict=True)
    ]


def _line(key: Key, groups: tuple[Group | None, Group], metrics: tuple[Metric, Metric]) -> Values:
    """Return one line: both means over the seeds both have, or over each one's own."""
    rows = [{} if group is None else group.rows for group in groups]
    common = sorted(rows[0].keys() & rows[1].keys())
    seeds = [common or sorted(found) for found in rows]
    means = [
        fmean(metric.of(found[seed]) for seed in chosen) if chosen else None
        for metric, found, chosen in zip(metrics, rows, seeds, strict=True)
    ]
    known = None not in means
    specs = [[group.specs[seed] for seed in chosen] if group else None
             for group, chosen in zip(groups, seeds, strict=True)]  # fmt: skip
    same = known and specs[0] == specs[1] and means[0] == means[1]
    form = metrics[1].form
    texts = [_text(mean, form, group) for mean, group in zip(means, groups, strict=True)]
    return {
        "cell": _name(key), "metric": metrics[1].name, "default": texts[0], "new": texts[1],
        "difference": "same run" if same else f"{means[1] - means[0]:+{form}}" if known else "",
        "seeds": _seeds(seeds), "change": known and not same,
    }  # fmt: skip


def _text(mean: float | None, form: str, group: Group | None) -> str:
    if mean is not None:
        return f"{mean:{form}}"
    return NO_CELL if group is None else NO_RECORD


def _seeds(seeds: Sequence[Sequence[int]]) -> str:
    """Write the seeds behind the two means; once where they are the same."""
    texts = [" ".join(map(str, chosen)) for chosen in seeds]
    known = [text for text in texts if text]
    return " | ".join(dict.fromkeys(known)) if len(set(known)) < 2 else " | ".join(texts)


def _name(key: Key) -> str:
    """Name a cell by its labels."""
    labels = dict(key)
    words = [f"{labels.pop('sender')} to {labels.pop('receiver')}"] if "sender" in labels else []
    line = labels.pop("line", "slf")
    words += [line] if line != "slf" else []
    if "order" in labels:
        words.append(f"frozen from the {labels.pop('order')}")
    if "reinitialise" in labels:
        words.append("new weights" if labels.pop("reinitialise") else "downloaded weights")
    known = [name for name in ("frozen", *labels) if name in labels]
    return ", ".join([*words, *(f"{SYMBOLS.get(name, name)} = {_short(labels[name])}"
                                for name in dict.fromkeys(known))])  # fmt: skip


def _short(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _changes(changed: Values, defaults: Values, profile: str) -> list[str]:
    """Say which parameters are new, and in which profile the default results were made."""
    told = [f"{name} {value!r} (default {defaults[name]!r})" for name, value in changed.items()]
    return ["New: " + ", ".join(told) + f". Default results: profile {profile}."]


def _images(default: Side, new: Side) -> str:
    """Say that the two runs have other images, or as many of them as another profile takes."""
    return (
        f"The images differ: {default.images()} (profile {default.profile}) by default, "
        f"{new.images()} (profile {new.profile}) in the new run; so the difference is not that of "
        "the other parameters alone."
    )


def _left_out(default: Side, new: Side, pairs: dict[Key, Key]) -> list[str]:
    """Say which values only one of the two runs has, and how many default cells stand alone."""
    ranges = {"default": _ranges(default), "new": _ranges(new)}
    said = []
    for one, other in (("default", "new"), ("new", "default")):
        only = [
            f"{SYMBOLS.get(name, name)} = {', '.join(map(_short, values))}"
            for name, known in ranges[one].items()
            if (values := [v for v in known if v not in ranges[other].get(name, [])])
        ]
        if only:
            said.append(f"Only in the {one} run: {'; '.join(only)}.")
    alone = len(default.groups) - len(set(pairs.values()))
    if alone:
        said.append(f"{alone} of {len(default.groups)} cells of the default run have no new one.")
    return said
