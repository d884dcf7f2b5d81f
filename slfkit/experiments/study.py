"""A study: an experiment's grid with its parameters checked, and its records read or computed.

Importing this module loads no torch: parameters are checked before anything heavy starts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from slfkit.errors import ParameterError, brief
from slfkit.experiments.grid import Cell, Scale, scale_of
from slfkit.experiments.results import Results, ceiling_of, judgement_of, row_of
from slfkit.experiments.settings import checked
from slfkit.records.spec import PARTS, PROFILES, Spec
from slfkit.records.store import Store
from slfkit.runs.compute import load_or_run

FROZEN = tuple(range(PARTS + 1))
COMPUTE = ("new", "all", "none")
TABLE_CROSSOVER = 0.3  # eps of Table I, ours: the channel David was trained for


@dataclass(frozen=True)
class Setup:
    """What every grid is built from.

    Attributes:
        scale: how large the runs are, and the transceivers T1, T2, T3 at that scale, with what
            the reader has set.
        asked: the seeds asked for; empty: each cell's own.
    """

    scale: Scale
    asked: tuple[int, ...] = ()

    @classmethod
    def checked(
        cls,
        profile: str,
        seeds: Sequence[int],
        compute: str,
        sources: Sequence[str],
        settings: Mapping[str, Any],
    ) -> Setup:
        """Return the setup of the parameters that all experiments share.

        Args:
            profile: smoke, quick or paper.
            seeds: which pre-trained transceivers; empty takes the profile's own, which are more
                for cells that get an interval.
            compute: "new" computes missing runs unless they belong to the published grid, "all"
                computes every missing run, "none" computes nothing.
            sources: a reader's own images of T1 and T2, and of T3; empty takes the profile's.
            settings: constants of the runs by name, in place of the profile's; see ``settings``.

        Raises:
            ParameterError: a value is unknown or out of range.
            DataError: a folder of images is missing, or not laid out as expected.
        """
        if profile not in PROFILES:
            raise ParameterError(f"profile {profile!r} is unknown: choose {', '.join(PROFILES)}")
        if compute not in COMPUTE:
            raise ParameterError(f"compute {compute!r} is unknown: choose {', '.join(COMPUTE)}")
        for name, value in (("seeds", seeds), ("sources", sources)):
            if isinstance(value, str) or not isinstance(value, Sequence):
                raise ParameterError(f"{name} is {brief(value)}: expected a list, also of one")
        for seed in seeds:
            if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
                raise ParameterError(f"seeds holds {seed!r}: a seed is a whole number from 0")
        constants = checked(settings)
        return cls(scale_of(profile, sources).changed(constants), tuple(dict.fromkeys(seeds)))

    def seeds(self, repeated: bool = False) -> tuple[int, ...]:
        """Return the seeds of a cell: those asked for, else the profile's own.

        Args:
            repeated: whether the cell gets an interval, and so the profile's further seeds.
        """
        return self.asked or self.scale.seeds + (self.scale.repeats if repeated else ())

    def seeds_at(self, crossover: float) -> tuple[int, ...]:
        """Return the seeds of a cell over a channel: Table I's gets an interval."""
        return self.seeds(repeated=crossover == TABLE_CROSSOVER)

    def seeds_of_column(self, crossover: float) -> tuple[int, ...]:
        """Return the seeds of a cell of the paper's SLF over a channel: Table I's has most."""
        more = () if self.asked or crossover != TABLE_CROSSOVER else self.scale.column
        return self.seeds_at(crossover) + more


def like_defaults(given: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
    """Raise ParameterError for a value of another type than the default of its name.

    The command checks types before a notebook runs; papermill called by hand hands on anything.
    """
    for name, default in defaults.items():
        if name in given and not _like(given[name], default):
            shown = list(default) if isinstance(default, tuple) else default
            words = "a list" if isinstance(default, tuple | list) else "a value"
            raise ParameterError(
                f"{name} is {brief(given[name])}: expected {words} such as {shown!r}"
            )


def _like(value: Any, default: Any) -> bool:
    """Tell whether a value has the type of a default; an int may stand for a float."""
    if isinstance(default, tuple | list):
        listed = isinstance(value, tuple | list)
        return listed and all(_like(each, default[0]) for each in value if default)
    if isinstance(default, bool | str):
        return isinstance(value, type(default))
    if isinstance(default, int | float):
        kinds = int | float if isinstance(default, float) else int
        return isinstance(value, kinds) and not isinstance(value, bool)
    return True


def listed_once(parameters: Mapping[str, Any]) -> None:
    """Raise ParameterError for a list that is empty or holds a value twice."""
    for name, values in parameters.items():
        if isinstance(values, list | tuple) and (not values or len(set(values)) != len(values)):
            raise ParameterError(
                f"{name} {list(values)!r} must hold at least one value, without duplicates"
            )


@dataclass(frozen=True)
class Study:
    """An experiment with its parameters, checked.

    Attributes:
        name, notebook: those of its ``registry.Experiment``.
        parameters: those it was asked with, by name.
        published: the runs that ``compute="new"`` leaves to ``slfkit reproduce``.
    """

    name: str
    notebook: str
    profile: str
    cells: tuple[Cell, ...]
    compute: str = "new"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    published: Callable[[], frozenset[Spec]] = field(default_factory=lambda: frozenset)

    @property
    def settings(self) -> Mapping[str, float]:
        """The constants that a reader has set."""
        return self.parameters.get("settings", {})

    def specs(self) -> list[Spec]:
        """Return the runs of the grid, each ceiling before its cell, without duplicates."""
        return list(dict.fromkeys(spec for cell in self.cells for spec in cell.runs()))

    def run(self, store: Store | None = None) -> Results:
        """Read the records and compute what ``compute`` allows.

        Raises:
            RecordError, DataError, TrainingError: as the runs do.
        """
        store = store or Store(self.profile)
        stored, computed = load_or_run(self.specs(), store, self._may_compute)
        shown = [cell for cell in self.cells if cell.spec in stored]
        records = [stored[cell.spec] for cell in shown]
        rows = [
            {**row_of(cell, record), **ceiling_of(record, store), **judgement_of(record, store)}
            for cell, record in zip(shown, records, strict=True)
        ]
        missing = [cell for cell in self.cells if cell.spec not in stored]
        return Results(self, rows, missing, len(stored) - computed, computed, records)

    def _may_compute(self, spec: Spec) -> bool:
        if self.compute == "new":
            return self.profile != "paper" or spec not in self.published()
        return self.compute == "all"
