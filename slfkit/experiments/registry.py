"""The experiments of the book, each entered by the decorator ``experiment`` in its own file.

A new experiment is one file: a grid of cells, its table, figure and finding, and the decorator,
which names the notebook and the place in a sweep. Nothing else has to know of it: files in this
folder are found, one from elsewhere is entered when it is imported.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from slfkit.errors import ParameterError
from slfkit.experiments import opinions
from slfkit.experiments.grid import SCALES, Cell
from slfkit.experiments.settings import NONE, numbers, require_room
from slfkit.experiments.study import Setup, Study, like_defaults, listed_once
from slfkit.records.spec import ClassifierSpec, Spec
from slfkit.reporting.rows import Row
from slfkit.runs.compute import in_order

Place = float | Callable[[Mapping[str, Any]], float]
SHARED = ("profile", "seeds", "compute", "sources", "settings")  # parameters of every experiment


@dataclass(frozen=True)
class Experiment:
    """One experiment of the book.

    Attributes:
        name: as ``slfkit reproduce --study`` and the ledger of claims take it.
        notebook: the page that shows it, such as "02_channel".
        study: its parameters -> a ``Study``; calling it checks them and computes nothing.
        parameters: the names of its own parameters, besides ``SHARED``.
        place: where its cells stand in a sweep, or a function of a cell's labels that says it;
            smaller comes first.
        table, figure: rows -> what the page shows first.
        finding: rows and missing cells -> the result in one or two sentences.
        link: a dataclass of further parameters of the notebook that play no part in the runs;
            it may take settings, too.
    """

    name: str
    notebook: str
    study: Callable[..., Study]
    parameters: tuple[str, ...]
    place: Place
    table: Callable[[Sequence[Row]], Any]
    figure: Callable[[Sequence[Row]], Any]
    finding: Callable[[Sequence[Row], Sequence[Cell]], str]
    link: type | None = None

    def of(self, values: Mapping[str, Any]) -> Study:
        """Return its study with those of a notebook's parameters that are its own.

        Raises:
            ParameterError: a value is unknown or out of range.
        """
        own = (*SHARED, *self.parameters)
        study = self.study(**{name: values[name] for name in own if name in values})
        if self.link:
            known = {**study.settings, **values}
            given = {each: known[each.name] for each in fields(self.link) if each.name in known}
            rates = {each.name: value for each, value in given.items() if each.type == "float"}
            self.link(**{each.name: value for each, value in given.items()} | numbers(**rates))
        return study


_ENTERED: dict[str, Experiment] = {}


def experiment(
    notebook: str,
    *,
    place: Place = 0,
    table: Callable[[Sequence[Row]], Any],
    figure: Callable[[Sequence[Row]], Any],
    finding: Callable[[Sequence[Row], Sequence[Cell]], str],
    link: type | None = None,
) -> Callable[[Callable[..., Iterable[Cell]]], Callable[..., Study]]:
    """Enter an experiment; the decorated function yields the cells of its grid.

    It takes a ``Setup`` (the scale of a profile and the seeds asked for) and parameters of its own,
    and becomes a function of these and of the parameters ``SHARED`` that returns a checked
    ``Study``. The arguments are those of ``Experiment``.

    Raises:
        ParameterError: another module has entered an experiment of this name.
    """

    def enter(grid: Callable[..., Iterable[Cell]]) -> Callable[..., Study]:
        study, own = _study_of(grid, notebook), tuple(_own_parameters(grid))
        name = grid.__name__
        _enter(Experiment(name, notebook, study, own, place, table, figure, finding, link))
        return study

    return enter


def _enter(entry: Experiment) -> None:
    twin, module = _ENTERED.get(entry.name), entry.study.__module__
    if twin and twin.study.__module__ != module:
        raise ParameterError(
            f"{module} enters an experiment {entry.name!r}, and {twin.study.__module__} has one of "
            "this name: rename the function"
        )
    _ENTERED[entry.name] = entry
    published.cache_clear()


def _own_parameters(grid: Callable) -> dict[str, inspect.Parameter]:
    """Return the parameters of a grid behind its setup."""
    return dict(list(inspect.signature(grid).parameters.items())[1:])


def _study_of(grid: Callable[..., Iterable[Cell]], notebook: str) -> Callable[..., Study]:
    """Return the function that makes a checked study of a grid."""
    own = {name: each.default for name, each in _own_parameters(grid).items()}

    @functools.wraps(grid)
    def study(
        profile: str = "paper",
        *,
        seeds: Sequence[int] = (),
        compute: str = "new",
        sources: Sequence[str] = (),
        settings: Mapping[str, Any] = NONE,
        **parameters: Any,
    ) -> Study:
        setup = Setup.checked(profile, seeds, compute, sources, settings)
        like_defaults(parameters, own)
        listed_once(parameters)
        cells = tuple(grid(setup, **parameters))
        constants = dict(setup.scale.settings)
        if constants or parameters:
            require_room(cell.spec for cell in cells)
        asked = dict(zip(SHARED, (profile, seeds, compute, sources, constants), strict=True))
        asked |= parameters
        return Study(grid.__name__, notebook, profile, cells, compute, asked, published)

    study.__signature__ = _signature(study, _own_parameters(grid).values())
    return study


def _signature(study: Callable, own: Iterable[inspect.Parameter]) -> inspect.Signature:
    """Return a study's signature: the profile, the grid's own parameters, and the shared ones."""
    profile, *shared, _ = inspect.signature(study, follow_wrapped=False).parameters.values()
    named = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own]
    return inspect.Signature([profile, *named, *shared], return_annotation=Study)


def experiments() -> dict[str, Experiment]:
    """Return all experiments by name, in the order of their notebooks."""
    _load()
    entered = sorted(_ENTERED.values(), key=lambda entry: (entry.notebook, entry.name))
    return {entry.name: entry for entry in entered}


@functools.cache
def _load() -> None:
    """Import every module of this folder, so that its experiments enter themselves."""
    package = importlib.import_module(__package__)
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{__package__}.{module.name}")


def get(name: str) -> Experiment:
    """Return the experiment of this name.

    Raises:
        ParameterError: there is none.
    """
    entered = experiments()
    if name not in entered:
        raise ParameterError(f"study {name!r} is unknown: choose {', '.join(entered)}")
    return entered[name]


def notebooks() -> dict[str, tuple[Experiment, ...]]:
    """Return the notebooks that show experiments, each with its experiments."""
    shown: dict[str, tuple[Experiment, ...]] = {}
    for entry in experiments().values():
        shown[entry.notebook] = (*shown.get(entry.notebook, ()), entry)
    return shown


def studies_of(notebook: str, **parameters: Any) -> tuple[Study, ...]:
    """Return the studies a notebook runs with these parameters; none for one that runs nothing.

    Raises:
        ParameterError: a value is unknown or out of range.
    """
    return tuple(entry.of(parameters) for entry in notebooks().get(notebook, ()))


def plan(
    profile: str,
    studies: Sequence[str] = (),
    seeds: Sequence[int] = (),
    settings: Mapping[str, Any] = NONE,
) -> list[Spec]:
    """Return the runs of the named studies, all where none is named, in the order to compute.

    The first seed comes first, so that every experiment is there once before any is there twice;
    then each cell gets its other seeds, and with them its interval. Within a seed the tests of
    pairs come first, which cost little, then the cells by their experiment's ``place``. Where
    neither studies nor seeds are named, further seeds of the ``judges`` come last.

    Raises:
        ParameterError: an unknown profile or study, a seed below 0, or a setting out of range.
    """
    chosen = [get(name) for name in studies] or list(experiments().values())
    asked = {"seeds": seeds, "settings": settings}
    cells = [(entry, cell) for entry in chosen for cell in entry.study(profile, **asked).cells]
    first = min(cell.labels["seed"] for _, cell in cells)
    runs = [
        (_place(entry, cell, spec, first), spec) for entry, cell in cells for spec in cell.runs()
    ]
    planned = dict.fromkeys(spec for _, spec in sorted(runs, key=lambda run: run[0]))
    more = () if studies or seeds else judges(profile, planned)
    return [*planned, *more]


def judges(profile: str, specs: Iterable[Spec]) -> list[Spec]:
    """Return the classifiers that runs need at the profile's further seeds, and what they judge.

    Every run is judged by that of seed 0; these tell how much a classifier's training matters.
    """
    needed = dict.fromkeys(each for spec in specs for each in spec.needs())
    classifiers = [each for each in needed if isinstance(each, ClassifierSpec)]
    others = [replace(each, seed=n) for n in SCALES[profile].repeats for each in classifiers]
    return [*others, *opinions.asked(profile)]


def _place(entry: Experiment, cell: Cell, spec: Spec, first: int) -> tuple[Any, ...]:
    """Return where a run comes: seeds other than the first later, then trainings after tests."""
    seed, trained = cell.labels["seed"], hasattr(spec, "epochs")
    place = entry.place(cell.labels) if callable(entry.place) else entry.place
    return seed > first, trained, place if trained else 0, seed


def all_runs(profile: str = "paper", seeds: Sequence[int] = ()) -> list[Spec]:
    """Return every run of the published cells after those it needs, without duplicates.

    Without seeds, each cell has its own.
    """
    studies = (entry.study(profile, seeds=seeds) for entry in experiments().values())
    return in_order(spec for study in studies for spec in study.specs())


@functools.cache
def published() -> frozenset[Spec]:
    """Return all runs of the paper profile's grids: ``slfkit reproduce`` computes them."""
    return frozenset(
        spec for entry in experiments().values() for spec in entry.study("paper").specs()
    )


def command(
    study: str,
    missing: Sequence[Cell],
    profile: str = "paper",
    settings: Mapping[str, float] = NONE,
) -> str:
    """Return the command that computes a study's cells without a record; "" where none is missing.

    Seeds are named only where a cell lies outside the profile's own grid: with seeds, the whole
    grid is computed at each of them.
    """
    if not missing:
        return ""
    words = ["slfkit", "reproduce", "--profile", profile, "--study", study]
    words += [word for name in settings for word in ("--set", f"{name}={settings[name]}")]
    own = {cell.spec for cell in get(study).study(profile, settings=settings).cells}
    if not own.issuperset(cell.spec for cell in missing):
        words += ["--seeds", ",".join(map(str, seeds_of(missing)))]
    return shlex.join(words)


def seeds_of(cells: Sequence[Cell]) -> list[int]:
    """Return the seeds of these cells, ascending, without duplicates."""
    return sorted({cell.labels["seed"] for cell in cells})
