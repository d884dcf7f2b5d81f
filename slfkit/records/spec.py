"""What a run is: frozen dataclasses with a canonical hash, and nothing that computes.

A key leaves out every field at its default, so a field added later with a default keeps all old
keys. The metadata of a field say what it is, in which unit, and whose choice its default is; the
page *How this was computed* is made from them.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from dataclasses import dataclass
from typing import Any

from slfkit.errors import ParameterError

PROFILES = ("smoke", "quick", "paper")
CHOICES = {"mixing": ("images", "pixels"), "order": ("last", "first")}
PARTS = 4  # what f can freeze: three decoder layers and the codebook


def _field(meaning: str, default: Any = dataclasses.MISSING, **known: str) -> Any:
    """Declare a field with what the constants table shows of it."""
    metadata = {"meaning": meaning, "symbol": "", "unit": "", "whose": "ours", **known}
    return dataclasses.field(default=default, metadata=metadata)


def _probability() -> dict[str, str]:
    return {"symbol": "eps", "unit": "probability"}


@dataclass(frozen=True)
class Spec:
    """Base of all specifications: checks numbers on construction and knows its key."""

    def __post_init__(self) -> None:
        for item in dataclasses.fields(self):
            value = getattr(self, item.name)
            if item.type == "float" and isinstance(value, int):
                object.__setattr__(self, item.name, float(value))  # one key for 0 and 0.0
            self._check(item.name, value)

    def _check(self, name: str, value: Any) -> None:
        """Raise ParameterError if a field's value is out of range."""
        if name in ("crossover", "alpha") and not 0.0 <= value <= 1.0:
            raise ParameterError(f"{name} {value!r} is outside [0, 1]")
        if name == "alpha" and value and not self.other:
            raise ParameterError(f"alpha {value!r} needs a second source: name it in other")
        if name in CHOICES and value not in CHOICES[name]:
            known = " or ".join(CHOICES[name])
            raise ParameterError(f"{name} {value!r} is unknown: choose {known}")
        if name == "frozen" and (type(value) is not int or value not in range(PARTS + 1)):
            raise ParameterError(f"frozen {value!r} is no number of parts: choose 0 to {PARTS}")
        if name in ("seed", "train", "test", "warm_up") and value < 0:
            raise ParameterError(f"{name} {value!r} must not be negative")
        if name in ("epochs", "batch", "held_out", "draws", "dimension") and value < 1:
            raise ParameterError(f"{name} {value!r} must be at least 1")
        if name == "codewords" and value < 2:
            raise ParameterError(f"codewords {value!r} must be at least 2")
        rates = ("learning_rate", "full_learning_rate", "beta")
        if name in rates and not (value > 0 and math.isfinite(value)):
            raise ParameterError(f"{name} {value!r} must be above zero and finite")

    @property
    def kind(self) -> str:
        """The kind of run, as it names folders: transceivers, classifiers, pairs, ..."""
        return type(self).__name__.removesuffix("Spec").lower() + "s"

    def canonical(self) -> dict[str, Any]:
        """Return the specification as plain JSON data without fields at their default."""
        plain = {"kind": self.kind}
        for item in dataclasses.fields(self):
            value = getattr(self, item.name)
            if value != item.default:
                plain[item.name] = value.canonical() if isinstance(value, Spec) else value
        return plain

    @property
    def key(self) -> str:
        """The content hash that names this run's record: 16 hex digits."""
        text = json.dumps(self.canonical(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


_SEED = "fixes weights, order of the images and noise"
_TRAIN = "training images used, held-out ones included; 0: all"
_TEST = "test images used; 0: all"
_HELD_OUT = "training images kept for the stopping rule, never trained on"


@dataclass(frozen=True)
class TransceiverSpec(Spec):
    """Pre-training of one transceiver T_i on its own images and channel."""

    source: str = _field("images it is trained on", whose="paper's")
    crossover: float = _field("crossover probability in training", **_probability())
    seed: int = _field(_SEED, 0)
    train: int = _field(_TRAIN, 0, unit="images")
    test: int = _field(_TEST, 0, unit="images")
    held_out: int = _field(_HELD_OUT, 5_000, unit="images")
    codewords: int = _field("size of the codebook", 32, symbol="K")
    dimension: int = _field("dimension of a codeword", 16, symbol="D")
    epochs: int = _field("pre-training: at most so many epochs", 30)
    batch: int = _field("images a step", 64, unit="images")
    learning_rate: float = _field("learning rate of Adam, pre-training", 1e-3)
    beta: float = _field("weight of the commitment term", 0.25, symbol="beta")
    warm_up: int = _field("fresh weights: steps before the codebook is set by k-means", 100)
    draws: int = _field("draws of the test channel", 5)

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of the sources whose images this run uses."""
        return (self.source,)

    @property
    def stem(self) -> str:
        """The readable part of its file name."""
        return f"{self.source}-eps{self.crossover:g}-s{self.seed}"


@dataclass(frozen=True)
class ClassifierSpec(Spec):
    """Training of the task network psi on clean images of one or two sources."""

    sources: tuple[str, ...] = _field("sources whose classes it tells apart")
    seed: int = _field(_SEED, 0)
    train: int = _field(_TRAIN, 0, unit="images")
    test: int = _field(_TEST, 0, unit="images")
    held_out: int = _field(_HELD_OUT, 5_000, unit="images")
    epochs: int = _field("classifier: at most so many epochs", 20)
    batch: int = _field("images a step", 64, unit="images")
    learning_rate: float = _field("learning rate of Adam, classifier", 1e-3)

    @property
    def stem(self) -> str:
        """The readable part of its file name."""
        return "-".join(self.sources) + f"-s{self.seed}"


@dataclass(frozen=True)
class PairSpec(Spec):
    """Test of one user's encoder against another's decoder, nothing trained (Fig. 2)."""

    sender: TransceiverSpec = _field("whose encoder and codebook send")
    receiver: TransceiverSpec = _field("whose codebook and decoder receive")
    crossover: float = _field("crossover probability of the air", **_probability())
    source: str = _field("images that are sent")
    other: str = _field("second source of a mixture; empty: none", "")
    alpha: float = _field("share of the second source (eq. 8)", 0.0, symbol="alpha")
    mixing: str = _field("reading of eq. 8: images are mixed, or their pixels", "images")
    test: int = _field(_TEST, 0, unit="images")
    draws: int = _field("draws of the test channel", 5)

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of the sources whose images this run uses."""
        return (self.source, self.other) if self.other else (self.source,)

    @property
    def stem(self) -> str:
        """The readable part of its file name."""
        return (
            f"{self.sender.stem}-to-{self.receiver.stem}"
            f"-{_sent(self)}-eps{self.crossover:g}"
        )  # fmt: skip


@dataclass(frozen=True)
class CeilingSpec(Spec):
    """Test of the classifier on the clean images of a mixture (eq. 8): a link's images as sent."""

    source: str = _field("images that are judged")
    other: str = _field("second source of the mixture")
    alpha: float = _field("share of the second source (eq. 8)", symbol="alpha")
    classifier: ClassifierSpec = _field("the task network that judges them")
    mixing: str = _field("reading of eq. 8: images are mixed, or their pixels", "images")
    test: int = _field(_TEST, 0, unit="images")

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of the sources whose images this run uses."""
        return (self.source, self.other)

    @property
    def stem(self) -> str:
        """The readable part of its file name."""
        return _sent(self)


@dataclass(frozen=True)
class AlignmentSpec(Spec):
    """One run of SLF: Alice fine-tunes David's decoder and her encoder (Section III-B)."""

    alice: TransceiverSpec = _field("the sender's transceiver")
    david: TransceiverSpec = _field("the receiver's transceiver")
    crossover: float = _field("crossover probability of the air", **_probability())
    frozen: int = _field("parts frozen, counted from the last layer", symbol="f")
    source: str = _field("images that Alice sends")
    other: str = _field("second source of a mixture; empty: none", "")
    alpha: float = _field("share of the second source (eq. 8)", 0.0, symbol="alpha")
    mixing: str = _field("reading of eq. 8: images are mixed, or their pixels", "images")
    seed: int = _field(_SEED, 0)
    train: int = _field(_TRAIN, 0, unit="images")
    test: int = _field(_TEST, 0, unit="images")
    held_out: int = _field(_HELD_OUT, 5_000, unit="images")
    epochs: int = _field("fine-tuning: at most so many epochs", 20)
    batch: int = _field("images a step", 64, unit="images")
    learning_rate: float = _field("learning rate of Adam, fine-tuning at f >= 1", 1e-4)
    full_learning_rate: float = _field("learning rate of Adam, fine-tuning at f = 0", 1e-3)
    reinitialise: bool = _field("at f = 0, start from new weights", True, whose="paper's")
    refit: bool = _field("set the codebook by k-means first, as new weights do", False)
    order: str = _field("end from which parts are frozen", "last", whose="paper's")
    beta: float = _field("weight of the commitment term", 0.25, symbol="beta")
    warm_up: int = _field("fresh weights: steps before the codebook is set by k-means", 100)
    draws: int = _field("draws of the test channel", 5)

    @property
    def rate(self) -> float:
        """The learning rate this run uses: the pre-training one at f = 0 (Section IV)."""
        return self.learning_rate if self.frozen else self.full_learning_rate

    def __post_init__(self) -> None:
        super().__post_init__()
        held = self.frozen == PARTS if self.order == "last" else self.frozen > 0
        if self.refit and (held or self.fresh):
            raise ParameterError(
                f"refit at frozen {self.frozen} changes nothing: it sets a downloaded codebook "
                "that is trained; choose a smaller f, or reinitialise False at f = 0"
            )

    @property
    def fresh(self) -> bool:
        """Whether this run starts from re-initialised weights."""
        return self.frozen == 0 and self.reinitialise

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of the sources whose images this run uses."""
        return (self.source, self.other) if self.other else (self.source,)

    @property
    def stem(self) -> str:
        """The readable part of its file name."""
        return (
            f"{self.alice.stem}-to-{self.david.stem}"
            f"-{_sent(self)}-eps{self.crossover:g}-f{self.frozen}{self._variant}-s{self.seed}"
        )  # fmt: skip

    @property
    def _variant(self) -> str:
        """Name what this run does otherwise than the paper's SLF."""
        kept = "" if self.reinitialise else "-kept"
        kept += "-refit" if self.refit else ""
        return kept + ("" if self.order == "last" else f"-{self.order}")


def _sent(spec: PairSpec | CeilingSpec | AlignmentSpec) -> str:
    """Name the images that are sent."""
    if not spec.other:
        return spec.source
    return f"{spec.source}-{spec.other}-{'a' if spec.mixing == 'images' else 'blend'}{spec.alpha:g}"


_KINDS = {"transceivers": TransceiverSpec, "classifiers": ClassifierSpec,
          "pairs": PairSpec, "ceilings": CeilingSpec, "alignments": AlignmentSpec}  # fmt: skip


def from_canonical(plain: dict[str, Any]) -> Spec:
    """Rebuild a specification from ``Spec.canonical()``.

    Raises:
        ParameterError: an unknown kind or field, or a value out of range.
    """
    fields = dict(plain)
    try:
        kind = _KINDS[fields.pop("kind")]
        for name, value in fields.items():
            if isinstance(value, dict):
                fields[name] = from_canonical(value)
            elif isinstance(value, list):
                fields[name] = tuple(value)
        return kind(**fields)
    except (KeyError, TypeError) as error:
        raise ParameterError(f"no specification slfkit knows: {error}") from error


def classifier_for(spec: TransceiverSpec | PairSpec | AlignmentSpec) -> ClassifierSpec:
    """Return the classifier that judges what arrives, David's task network.

    One for each set of sources, shared by all seeds.
    """
    like = spec if isinstance(spec, TransceiverSpec) else _transceivers(spec)[0]
    blended = getattr(spec, "mixing", "images") == "pixels"  # only the first source has labels
    sources = spec.sources[:1] if blended else spec.sources
    return ClassifierSpec(sources, train=like.train, test=like.test, held_out=like.held_out)


def ceiling_for(spec: PairSpec | AlignmentSpec) -> CeilingSpec | None:
    """Return the test of the classifier on a run's images as sent; None for a single source.

    There the classifier's own record holds it.
    """
    if not spec.other:
        return None
    return CeilingSpec(
        spec.source, spec.other, spec.alpha, classifier_for(spec), spec.mixing, spec.test
    )


def _transceivers(spec: PairSpec | AlignmentSpec) -> tuple[TransceiverSpec, TransceiverSpec]:
    """Return the sender's and the receiver's transceiver."""
    if isinstance(spec, PairSpec):
        return spec.sender, spec.receiver
    return spec.alice, spec.david


def needs(spec: Spec) -> tuple[Spec, ...]:
    """Return the runs whose weights this one reads."""
    if isinstance(spec, ClassifierSpec):
        return ()
    if isinstance(spec, TransceiverSpec):
        return (classifier_for(spec),)
    if isinstance(spec, CeilingSpec):
        return (spec.classifier,)
    found = [*_transceivers(spec), classifier_for(spec)]
    if isinstance(spec, AlignmentSpec):
        found.append(classifier_for(spec.david))  # judges David's old link
    return tuple(dict.fromkeys(found))
