"""Split learning with layer freezing (SLF), its four steps (Section III-B)."""

from __future__ import annotations

import copy
from dataclasses import dataclass

from slfkit.early_stopping import RULES, StoppingRule
from slfkit.errors import ParameterError
from slfkit.exchange import opened, pack, seal, tensors, unpack
from slfkit.models import Transceiver, reset
from slfkit.objective import Penalty
from slfkit.rng import generator
from slfkit.training import Environment, History, Progress, Schedule, fit_transceiver

ORDERS = ("last", "first")  # from which end of the decoder freezing counts


@dataclass(frozen=True)
class FineTuning:
    """How Alice fine-tunes (step 2); the defaults are the paper's.

    Where no schedule is given, the rate is that of pre-training at f = 0 (Section IV) and a tenth
    of it at f >= 1, and ``RULES`` end the training (ours).
    """

    frozen: int  # f, the parts that are frozen, 0 to 4
    order: str = "last"  # from which end parts are frozen, "last" or "first"
    reinitialise: bool = True  # at f = 0, start from new weights instead of the downloaded ones
    refit: bool = False  # start downloaded weights as new ones: by k-means after a warm-up (ours)
    schedule: Schedule | None = None  # in place of the default one
    epochs: int = 60  # at most so many, where no schedule is given (ours)

    @property
    def fresh(self) -> bool:
        """Whether training starts from re-initialised weights."""
        return self.frozen == 0 and self.reinitialise

    def scheduled(self) -> Schedule:
        """Return the schedule: the given one, or the default for this f."""
        rate = 1e-4 if self.frozen else 1e-3
        return self.schedule or Schedule(RULES, self.epochs, learning_rate=rate)


@dataclass
class Alignment:
    """What SLF leaves with Alice."""

    transceiver: Transceiver  # her encoder with David's codebook and decoder, as last trained
    history: History  # validation metrics and weights after each epoch
    download: bytes  # the message of step 1
    tuning: FineTuning  # how she fine-tuned

    def at(self, epoch: int) -> Transceiver:
        """Return Alice's transceiver as it was after an epoch, counted from 1."""
        then = copy.deepcopy(self.transceiver)
        then.load_state_dict(self.history.weights[epoch - 1])
        return then

    def upload(self, epoch: int) -> bytes:
        """Return the message of step 3: the unfrozen parts after an epoch; b"" at f = 4."""
        return seal(self._packed(epoch, ()))

    def changed(self, epoch: int) -> bytes:
        """Return all weights that training changed, after an epoch, packed to be stored."""
        return self._packed(epoch, ("encoder",))

    def best(self) -> Transceiver:
        """Return Alice's transceiver after the epoch with the least MSE on held-out images."""
        return self.at(self.best_epoch())

    def best_epoch(self, rule: StoppingRule | None = None) -> int:
        """Return the epoch whose weights a task keeps, counted from 1; by default that of MSE."""
        rule = rule or self.tuning.scheduled().rules[0]
        return rule.best(self.history.values(rule.metric))

    def _packed(self, epoch: int, more: tuple[str, ...]) -> bytes:
        then = self.at(epoch)
        tuned = tuned_parts(then, self.tuning.frozen, self.tuning.order)
        return pack(tensors(then, (*more, *tuned)), len(then.codebook.weight))


def frozen_parts(transceiver: Transceiver, frozen: int, order: str = "last") -> tuple[str, ...]:
    """Return the names of the f parts that are frozen.

    Args:
        order: "last" counts from the decoder's last layer, as the paper does; "first" from the
            codebook, the paper's comparison without numbers (Section III-B).

    Raises:
        ParameterError: f is not a whole number from 0 to 4, or an unknown order.
    """
    names = tuple(transceiver.parts())
    most = len(names)
    if frozen not in range(most + 1):
        raise ParameterError(f"frozen {frozen!r} is not a number of parts: choose 0 to {most}")
    if order not in ORDERS:
        raise ParameterError(f"order {order!r} is unknown: choose {' or '.join(ORDERS)}")
    return names[:frozen] if order == "last" else names[::-1][:frozen]


def tuned_parts(transceiver: Transceiver, frozen: int, order: str = "last") -> tuple[str, ...]:
    """Return the names of the parts that are fine-tuned and uploaded (Section III-B).

    Raises:
        ParameterError: as ``frozen_parts`` does.
    """
    held = frozen_parts(transceiver, frozen, order)
    return tuple(name for name in transceiver.parts() if name not in held)


def freeze(transceiver: Transceiver, frozen: int, order: str = "last") -> None:
    """Let only the encoder and the other 4 - f parts be trained, in place (step 2).

    Raises:
        ParameterError: as ``frozen_parts`` does.
    """
    transceiver.requires_grad_(True)
    for name in frozen_parts(transceiver, frozen, order):
        transceiver.parts()[name].requires_grad_(False)


def download(david: Transceiver) -> bytes:
    """Return the message of step 1: David's codebook and decoder."""
    return seal(pack(tensors(david, david.parts()), len(david.codebook.weight)))


def connect(alice: Transceiver, message: bytes) -> Transceiver:
    """Return the virtual transceiver: Alice's encoder with what the message carries (step 2).

    Raises:
        MessageError: the message does not fit Alice's networks.
    """
    return _install(alice, message, tuple(alice.parts()))


def receive(david: Transceiver, message: bytes, frozen: int, order: str = "last") -> Transceiver:
    """Return David's transceiver after the upload: his own weights but for the unfrozen parts.

    He keeps his encoder, so this is also what his old partner from now on hears through.

    Raises:
        MessageError: the message does not carry just the unfrozen parts.
    """
    return _install(david, message, tuned_parts(david, frozen, order))


def _install(owner: Transceiver, message: bytes, parts: tuple[str, ...]) -> Transceiver:
    """Return a copy of a transceiver with these parts taken from a message."""
    updated = copy.deepcopy(owner)
    weights = unpack(opened(message), tensors(owner, parts), len(owner.codebook.weight))
    updated.load_state_dict(weights, strict=False)  # names were checked on arrival
    return updated


def align(
    alice: Transceiver,
    david: Transceiver,
    environment: Environment,
    tuning: FineTuning,
    *,
    seed: int = 0,
    penalty: Penalty | None = None,
    progress: Progress = lambda epoch: None,
) -> Alignment:
    """Run steps 1 and 2 of SLF: download David's decoder, fine-tune all but its last f parts.

    Args:
        alice, david: pre-trained transceivers; neither is changed.
        environment: Alice's images, and eps as she has measured it on the channel to David.
        tuning: f, and how she fine-tunes.
        seed: fixes new weights, the order of the images and the noise.
        penalty: a further term of the loss; none by default, as in the paper.
        progress: called after each epoch with its entry of the history.

    Raises:
        ParameterError: f, eps or the order out of range.
        TrainingError: the loss became non-finite.
    """
    message = download(david)
    virtual = connect(alice, message)
    if tuning.fresh:
        reset(virtual, generator("re-initialise", seed))
    freeze(virtual, tuning.frozen, tuning.order)
    history = fit_transceiver(
        virtual,
        environment,
        tuning.scheduled(),
        stream=("align", seed),
        fresh=tuning.fresh or tuning.refit,
        penalty=penalty,
        progress=progress,
    )
    return Alignment(virtual, history, message, tuning)
