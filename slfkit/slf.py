"""Split learning with layer freezing (SLF), its four steps (Section III-B)."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from slfkit.errors import ParameterError
from slfkit.exchange import pack, tensors, unpack
from slfkit.images import Images
from slfkit.models import Transceiver, reset
from slfkit.rng import generator
from slfkit.training import History, Schedule, fit_transceiver

ORDERS = ("last", "first")  # from which end of the decoder freezing counts


@dataclass
class Alignment:
    """What SLF leaves with Alice.

    Attributes:
        transceiver: her encoder with the downloaded codebook and decoder, as last trained.
        history: validation metrics and weights after each epoch.
        download: the message of step 1.
        frozen: f.
        order: from which end parts were frozen, "last" or "first".
    """

    transceiver: Transceiver
    history: History
    download: bytes
    frozen: int
    order: str = "last"

    def at(self, epoch: int) -> Transceiver:
        """Return Alice's transceiver as it was after an epoch, counted from 1."""
        then = copy.deepcopy(self.transceiver)
        then.load_state_dict(self.history.weights[epoch - 1])
        return then

    def upload(self, epoch: int) -> bytes:
        """Return the message of step 3: the unfrozen parts after an epoch; b"" at f = 4."""
        then = self.at(epoch)
        tuned = tuned_parts(then, self.frozen, self.order)
        return pack(tensors(then, tuned), len(then.codebook.weight))


def frozen_parts(transceiver: Transceiver, frozen: int, order: str = "last") -> tuple[str, ...]:
    """Return the names of the f parts that are frozen.

    Args:
        order: "last" counts from the decoder's last layer, as the paper does; "first" from the
            codebook, the paper's comparison without numbers (Section III-B).

    Raises:
        ParameterError: f is not a whole number from 0 to 4, or an unknown order.
    """
    names = tuple(transceiver.parts())
    if frozen not in range(len(names) + 1):
        raise ParameterError(f"frozen {frozen!r} is no number of parts: choose 0 to {len(names)}")
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
    return pack(tensors(david, david.parts()), len(david.codebook.weight))


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
    weights = unpack(message, tensors(owner, parts), len(owner.codebook.weight))
    updated.load_state_dict(weights, strict=False)  # names were checked on arrival
    return updated


def align(
    alice: Transceiver,
    david: Transceiver,
    images: Images,
    held_out: Images,
    crossover: float,
    frozen: int,
    classifier: nn.Module,
    schedule: Schedule,
    *,
    seed: int = 0,
    reinitialise: bool = True,
    refit: bool = False,
    order: str = "last",
    progress: Callable[[dict[str, float]], None] = lambda epoch: None,
) -> Alignment:
    """Run steps 1 and 2 of SLF: download David's decoder, fine-tune all but its last f parts.

    Args:
        alice, david: pre-trained transceivers; neither is changed.
        images, held_out: Alice's images to train on and for the stopping rule.
        crossover: eps she has measured on the channel to David.
        frozen: f, 0 to 4.
        classifier: judges the held-out images for the history; frozen.
        reinitialise: at f = 0, start from new weights instead of the downloaded ones.
        refit: with downloaded weights too, start as new ones do: some steps without quantiser,
            then the codebook set by k-means (ours).
        order: from which end parts are frozen, "last" or "first".

    Raises:
        ParameterError: f, eps or the order out of range.
        TrainingError: the loss became non-finite.
    """
    fresh = frozen == 0 and reinitialise
    message = download(david)
    virtual = connect(alice, message)
    if fresh:
        reset(virtual, generator("re-initialise", seed))
    freeze(virtual, frozen, order)
    history = fit_transceiver(
        virtual, images, held_out, crossover, classifier, schedule,
        stream=("align", seed), fresh=fresh or refit, progress=progress,
    )  # fmt: skip
    return Alignment(virtual, history, message, frozen, order)
