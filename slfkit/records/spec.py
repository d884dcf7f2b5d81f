"""What a run is: frozen dataclasses with a canonical hash, and nothing that computes.

A key leaves out every field at its default, so a field added later with a default keeps all old
keys. The metadata of a field check its values and say what it is; the page *How this was computed*
is made from them.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, replace
from typing import Any

from slfkit.errors import ParameterError
from slfkit.records import fields
from slfkit.records.base import Spec
from slfkit.sizes import POSITIONS

PROFILES = ("smoke", "quick", "paper")
CHOICES = {"mixing": fields.MIXING, "order": ("last", "first")}
PARTS = 4  # what f can freeze: three decoder layers and the codebook


class Sending(Spec):
    """What kinds of run have in common that send images of one source or of a mixture (eq. 8)."""

    source: str
    other: str
    alpha: float
    mixing: str

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.alpha and not self.other:
            raise ParameterError(f"alpha {self.alpha!r} needs a second source: name it in other")

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of the sources whose images this run uses."""
        return (self.source, self.other) if self.other else (self.source,)

    @property
    def sent(self) -> str:
        """The images that are sent, as file names have them."""
        share = f"{'a' if self.mixing == 'images' else 'blend'}{self.alpha:g}"
        return f"{self.source}-{self.other}-{share}" if self.other else self.source


def require_vectors(codewords: int, batch: int) -> None:
    """Raise ParameterError where a batch has fewer latent vectors than k-means has codewords."""
    if codewords > POSITIONS * batch:
        raise ParameterError(
            f"codewords {codewords} is more than the {POSITIONS * batch} vectors of a batch that "
            "k-means sets them by: set it lower, or batch higher"
        )


@dataclass(frozen=True)
class TransceiverSpec(Spec):
    """Pre-training of one transceiver T_i on its own images and channel."""

    source: str = fields.declare("images it is trained on", whose="paper's")
    crossover: float = fields.crossover("crossover probability in training")
    seed: int = fields.seed()
    train: int = fields.train()
    test: int = fields.test()
    held_out: int = fields.held_out()
    codewords: int = fields.declare("size of the codebook", 32, fields.at_least(2), symbol="K")
    dimension: int = fields.declare("dimension of a codeword", 16, fields.at_least(1), symbol="D")
    epochs: int = fields.epochs("pre-training: at most this many epochs", 30)
    batch: int = fields.batch()
    learning_rate: float = fields.learning_rate("learning rate of Adam, pre-training", 1e-3)
    beta: float = fields.beta()
    warm_up: int = fields.warm_up()
    draws: int = fields.draws()
    patience: int = fields.patience()
    precision: str = fields.precision()

    def __post_init__(self) -> None:
        super().__post_init__()
        require_vectors(self.codewords, self.batch)

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of the sources whose images this run uses."""
        return (self.source,)

    @property
    def stem(self) -> str:
        """The readable part of its file name."""
        return f"{self.source}-eps{self.crossover:g}-s{self.seed}"

    def needs(self) -> tuple[Spec, ...]:
        """Return the runs whose weights this one reads."""
        return (classifier_for(self),)


@dataclass(frozen=True)
class ClassifierSpec(Spec):
    """Training of the task network psi on clean images of one or two sources."""

    sources: tuple[str, ...] = fields.declare("sources whose classes it tells apart")
    seed: int = fields.seed()
    train: int = fields.train()
    test: int = fields.test()
    held_out: int = fields.held_out()
    epochs: int = fields.epochs("classifier: at most this many epochs", 20)
    batch: int = fields.batch()
    learning_rate: float = fields.learning_rate("learning rate of Adam, classifier", 1e-3)

    @property
    def stem(self) -> str:
        """The readable part of its file name."""
        return "-".join(self.sources) + f"-s{self.seed}"


@dataclass(frozen=True)
class PairSpec(Sending):
    """Test of one user's encoder against another's decoder, nothing trained (Fig. 2)."""

    sender: TransceiverSpec = fields.declare("whose encoder and codebook send")
    receiver: TransceiverSpec = fields.declare("whose codebook and decoder receive")
    crossover: float = fields.crossover("crossover probability of the channel")
    source: str = fields.declare("images that are sent")
    other: str = fields.other()
    alpha: float = fields.alpha(default=0.0)
    mixing: str = fields.mixing()
    test: int = fields.test()
    draws: int = fields.draws()
    judge: str = fields.declare(
        "whose classifier judges what arrives", "sender", fields.one_of(("sender", "receiver"))
    )

    @property
    def stem(self) -> str:
        """The readable part of its file name."""
        users = f"{self.sender.stem}-to-{self.receiver.stem}"
        judged = "" if self.judge == "sender" else "-judged-by-receiver"
        return f"{users}-{self.sent}-eps{self.crossover:g}{judged}"

    def needs(self) -> tuple[Spec, ...]:
        """Return the runs whose weights this one reads."""
        return tuple(dict.fromkeys((self.sender, self.receiver, classifier_for(self))))


@dataclass(frozen=True)
class CeilingSpec(Sending):
    """Test of the classifier on the clean images of a mixture (eq. 8): a link's images as sent."""

    source: str = fields.declare("images that are judged")
    other: str = fields.declare("second source of the mixture")
    alpha: float = fields.alpha()
    classifier: ClassifierSpec = fields.declare("the task network that judges them")
    mixing: str = fields.mixing()
    test: int = fields.test()

    @property
    def stem(self) -> str:
        """The readable part of its file name."""
        return self.sent

    def needs(self) -> tuple[Spec, ...]:
        """Return the runs whose weights this one reads."""
        return (self.classifier,)


@dataclass(frozen=True)
class AlignmentSpec(Sending):
    """One run of SLF: Alice fine-tunes David's decoder and her encoder (Section III-B)."""

    alice: TransceiverSpec = fields.declare("the sender's transceiver")
    david: TransceiverSpec = fields.declare("the receiver's transceiver")
    crossover: float = fields.crossover("crossover probability of the channel")
    frozen: int = fields.declare(
        "parts frozen, counted from the last layer", check=fields.parts_of(PARTS), symbol="f"
    )
    source: str = fields.declare("images that Alice sends")
    other: str = fields.other()
    alpha: float = fields.alpha(default=0.0)
    mixing: str = fields.mixing()
    seed: int = fields.seed()
    train: int = fields.train()
    test: int = fields.test()
    held_out: int = fields.held_out()
    epochs: int = fields.epochs("fine-tuning: at most this many epochs", 60)
    batch: int = fields.batch()
    learning_rate: float = fields.learning_rate(
        "learning rate of Adam, fine-tuning at f >= 1", 1e-4
    )
    full_learning_rate: float = fields.learning_rate(
        "learning rate of Adam, fine-tuning at f = 0", 1e-3
    )
    reinitialise: bool = fields.declare("at f = 0, start from new weights", True, whose="paper's")
    refit: bool = fields.declare("set the codebook by k-means first, as new weights do", False)
    order: str = fields.declare(
        "end from which parts are frozen", "last", fields.one_of(CHOICES["order"]), whose="paper's"
    )
    beta: float = fields.beta()
    warm_up: int = fields.warm_up()
    draws: int = fields.draws()
    patience: int = fields.patience()
    precision: str = fields.precision()

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.fresh or self.refit:
            require_vectors(self.david.codewords, self.batch)
        held = self.frozen == PARTS if self.order == "last" else self.frozen > 0
        if self.refit and (held or self.fresh):
            raise ParameterError(
                f"refit at frozen {self.frozen} changes nothing: it sets a downloaded codebook "
                "that is trained; choose a smaller f, or reinitialise False at f = 0"
            )

    @property
    def rate(self) -> float:
        """The learning rate this run uses: the pre-training one at f = 0 (Section IV)."""
        return self.learning_rate if self.frozen else self.full_learning_rate

    @property
    def fresh(self) -> bool:
        """Whether this run starts from re-initialised weights."""
        return self.frozen == 0 and self.reinitialise

    @property
    def stem(self) -> str:
        """The readable part of its file name; variants of the paper's SLF are named in it."""
        users = f"{self.alice.stem}-to-{self.david.stem}"
        variant = "" if self.reinitialise else "-kept"
        variant += "-refit" if self.refit else ""
        variant += "" if self.order == "last" else f"-{self.order}"
        variant += "" if self.precision == "float32" else f"-{self.precision}"
        air = f"{self.sent}-eps{self.crossover:g}"
        return f"{users}-{air}-f{self.frozen}{variant}-s{self.seed}"

    def needs(self) -> tuple[Spec, ...]:
        """Return the runs whose weights this one reads; David's classifier judges his old link."""
        judges = (classifier_for(self), classifier_for(self.david))
        return tuple(dict.fromkeys((self.alice, self.david, *judges)))


_MODULES = {
    "spec": ("transceivers", "classifiers", "pairs", "ceilings", "alignments"),
    "bounds": ("bounds", "streams"),
    "pilots": ("pilots", "trials", "starts", "meetings"),
    **{name: (name,) for name in ("rounds", "repairs", "airs", "opinions")},
}
# kind of run -> the module that declares it
KINDS = {kind: f"slfkit.records.{name}" for name, kinds in _MODULES.items() for kind in kinds}


def kind(name: str) -> type[Spec]:
    """Return the specification of a kind of run, such as ``pairs``."""
    module = importlib.import_module(KINDS[name])
    return getattr(module, name.removesuffix("s").capitalize() + "Spec")


def from_canonical(plain: dict[str, Any]) -> Spec:
    """Rebuild a specification from ``Spec.canonical()``.

    Raises:
        ParameterError: an unknown kind or field, or a value out of range.
    """
    values = dict(plain)
    try:
        declared = kind(values.pop("kind"))
        return declared(**{name: _value(plain) for name, plain in values.items()})
    except (KeyError, TypeError) as error:
        raise ParameterError(f"not a specification slfkit knows: {error}") from error


def _value(plain: Any) -> Any:
    """Return a field's value from plain JSON data."""
    if isinstance(plain, list):
        return tuple(map(_value, plain))
    return from_canonical(plain) if isinstance(plain, dict) else plain


def classifier_for(spec: TransceiverSpec | PairSpec | AlignmentSpec) -> ClassifierSpec:
    """Return the classifier that judges what arrives, David's task network.

    One for each set of sources, shared by all seeds.
    """
    if getattr(spec, "judge", "") == "receiver":
        return classifier_for(spec.receiver)
    like = spec.sender if isinstance(spec, PairSpec) else getattr(spec, "alice", spec)
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


def judged_by_receiver(spec: Spec) -> PairSpec | None:
    """Return the same test with the receiver as the judge; None where both judge alike.

    They do unless the receiver was trained on other images than those that are sent.
    """
    if not isinstance(spec, PairSpec) or spec.other or spec.source == spec.receiver.source:
        return None
    return replace(spec, judge="receiver") if spec.judge == "sender" else None
