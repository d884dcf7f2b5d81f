"""Settings: constants of the runs that a reader may set, checked before anything starts.

Names, meanings and ranges are those of the fields of the specifications. A field that pre-training
and fine-tuning share is one setting for both. Where both have one of the same name but a meaning of
their own, the name alone is fine-tuning's.

Importing this module loads no torch.
"""

from __future__ import annotations

import ast
import dataclasses
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from slfkit.data import sources as image_sources
from slfkit.errors import ParameterError, brief, nearest
from slfkit.records.fields import Check
from slfkit.records.spec import AlignmentSpec, Spec, TransceiverSpec, require_vectors
from slfkit.runs.cost import SIZES

LEAST = 1e-6  # below that no rate, power, time or error means anything
NONE: Mapping[str, Any] = MappingProxyType({})
USERS = ("T1", "T2", "T3")
_KINDS = {"int": int, "float": float}
_OF_CELLS = ("seed", "alpha")  # fields that the grids themselves set


@dataclass(frozen=True)
class Setting:
    """A constant that a reader may set."""

    name: str  # as a reader gives it
    group: str  # the mapping of a ``grid.Scale`` that holds it
    key: str  # its name there: a field of specifications, or a transceiver whose eps it is
    meaning: str  # what it is, in a few words
    kind: type  # the type of its values, int or float
    default: float  # the value where a scale holds none
    check: Check  # what its values must be

    def value(self, given: Any) -> float:
        """Return a given value, or the one that its text means, in the setting's own type.

        Raises:
            ParameterError: another type, or out of range.
        """
        number = _number(given)
        if number is None or (self.kind is int and not isinstance(number, int)):
            words = "a whole number" if self.kind is int else "a number"
            raise ParameterError(
                f"setting {self.name} is {given!r}: expected {words} ({self.meaning})"
            )
        if wrong := self.check(number):
            raise ParameterError(f"setting {self.name} {number!r} {wrong} ({self.meaning})")
        return self.kind(number)


def _number(given: Any) -> float | None:
    """Return a finite number, or the one that a text means; None for anything else."""
    if isinstance(given, str):  # YAML takes 1e-3, and a command line everything, for a text
        try:
            given = ast.literal_eval(given.strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return None
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    try:
        return given if math.isfinite(given) else None
    except OverflowError:  # an int too large for a float
        return None


def numbers(**given: Any) -> dict[str, float]:
    """Return rates, powers and conditions as numbers, also where YAML took 3e13 for a text.

    Raises:
        ParameterError: one is no number, or above zero and so small that times overflow.
    """
    found: dict[str, float] = {}
    for name, value in given.items():
        number = value if type(value) in (int, float) else _number(value)
        if number is None:
            raise ParameterError(f"{name} is {brief(value)}: expected a number")
        if 0 < number < LEAST:
            raise ParameterError(f"{name} {number!r} is too small: give {LEAST:g} or more")
        found[name] = float(number)
    return found


def _setting(field: dataclasses.Field, name: str, group: str, user: str = "") -> Setting:
    """Return the setting of a field of a specification, or of a user's eps."""
    meaning = field.metadata["meaning"] + (f", {user}" if user else "")
    kind, check = _KINDS[field.type], field.metadata["check"]
    return Setting(name, group, user or field.name, meaning, kind, field.default, check)


def _constants(kind: type[Spec]) -> dict[str, dataclasses.Field]:
    """Return the fields of a specification that are numbers with a default."""
    own = (item for item in dataclasses.fields(kind) if item.name not in _OF_CELLS)
    usable = (item for item in own if item.type in _KINDS)
    return {item.name: item for item in usable if item.default is not dataclasses.MISSING}


def _settings() -> Iterable[Setting]:
    """Yield all settings: of pre-training, and what it shares; of fine-tuning; each eps."""
    before, after = _constants(TransceiverSpec), _constants(AlignmentSpec)
    told = [{(name, of[name].metadata["meaning"]) for name in of} for of in (before, after)]
    shared = {name for name, _ in set.intersection(*told)}
    for name, item in before.items():
        own = f"pretraining_{name}" if name in after.keys() - shared else name
        yield _setting(item, own, "shared" if name in shared else "pretraining")
    for name in after.keys() - shared:
        yield _setting(after[name], name, "fine_tuning")
    (eps,) = (item for item in dataclasses.fields(TransceiverSpec) if item.name == "crossover")
    for user in USERS:
        yield _setting(eps, f"{user.lower()}_crossover", "crossovers", user)


SETTINGS = {each.name: each for each in sorted(_settings(), key=lambda each: each.name)}


def checked(given: Mapping[str, Any]) -> dict[str, float]:
    """Return settings in their own types, by name in alphabetical order; values may be texts.

    Raises:
        ParameterError: no mapping, an unknown name, a wrong type or a value out of range.
    """
    if not isinstance(given, Mapping):
        raise ParameterError(
            f"settings is {given!r}: expected names and values such as {{codewords: 64}}; "
            "papermill takes them with -y"
        )
    for name in given:
        if name not in SETTINGS:
            raise ParameterError(f"there is no setting {name!r}{nearest(str(name), SETTINGS)}")
    return {name: each.value(given[name]) for name, each in SETTINGS.items() if name in given}


def require_room(specs: Iterable[Spec]) -> None:
    """Check that runs, and those they need, have images and vectors enough for their constants.

    Raises:
        ParameterError: more images are asked for than a source has, none are left to train on, or
            k-means has fewer vectors than codewords.
    """
    for spec in dict.fromkeys(each for asked in specs for each in (*asked.needs(), asked)):
        for source in spec.sources:
            _require_images(spec, source)


def _require_images(spec: Spec, source: str) -> None:
    """Check what a run takes of a source, if the number of that source's images is known."""
    stored = image_sources.sizes([source])
    if not stored and source in SIZES:
        stored = dict(zip(("train", "test"), SIZES[source], strict=True))
    for split in () if source in image_sources.STANDINS else stored:  # these make any number
        asked = getattr(spec, split, 0)
        if asked > stored[split]:
            raise ParameterError(
                f"{split} {asked} is too many: {source} has {stored[split]} {split} images"
            )
    images = getattr(spec, "train", 0) or stored.get("train", 0)
    if images and hasattr(spec, "held_out"):
        _require_training(spec, images)


def _require_training(spec: Spec, images: int) -> None:
    """Check that this many images leave some to train on, and vectors enough for a codebook."""
    if spec.held_out >= images:
        raise ParameterError(
            f"held_out {spec.held_out} leaves none of {images} images to train on: set it lower, "
            "or train higher"
        )
    left = images - spec.held_out
    if getattr(spec, "pilots", 0) > left:
        raise ParameterError(
            f"pilots {spec.pilots} is too many: {left} images are left to train on"
        )
    require_vectors(getattr(spec, "codewords", 0), min(getattr(spec, "batch", images), left))
