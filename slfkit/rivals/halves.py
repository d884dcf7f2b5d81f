"""The two halves of split learning over the air: what each computes in a step, and sends.

Eq. 7 splits at the channel. Alice has the encoder and the images' indices; of the loss she knows
the commitment term, and the codebook's, whose gradient is nothing but K x D numbers. David has
codebook, decoder and the images; he knows the reconstruction term, and gives back its gradient at
what arrived, which the straight-through estimator makes that of her latent vectors. Source:
Vepakomma et al., *Split learning for health*, 2018, the paper's [17].
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F

from slfkit.aligners.message import pack_indices, unpack_indices
from slfkit.channel import SymmetricDMC
from slfkit.errors import MessageError, ParameterError
from slfkit.exchange import pack, unpack
from slfkit.images import Images, normalise
from slfkit.models import Transceiver
from slfkit.rng import generator
from slfkit.sizes import FLOAT_BYTES, POSITIONS, index_bytes, over_the_air_bytes

PRECISIONS = ("float32", "int8")  # of the gradient that comes back
SLACK = 2048  # bytes of a message besides its tensors, at most


@dataclass(frozen=True)
class Terms:
    """What both halves must agree on before the first step.

    Attributes:
        images: checksum of the training images, which both have.
        count: how many they are.
        crossover: eps of the channel.
        codewords, dimension: K and D.
        batch, epochs, learning_rate, beta: of the training.
        seed: fixes order and noise, as in ``slf.align``.
        precision: of the gradient that David sends, "float32" or "int8".
    """

    images: str
    count: int
    crossover: float
    codewords: int = 32
    dimension: int = 16
    batch: int = 64
    epochs: int = 1
    learning_rate: float = 1e-3
    beta: float = 0.25
    seed: int = 0
    precision: str = "float32"

    def __post_init__(self) -> None:
        if self.precision not in PRECISIONS:
            raise ParameterError(
                f"precision {self.precision!r} is unknown: choose {' or '.join(PRECISIONS)}"
            )

    @property
    def steps(self) -> int:
        """The steps of the whole training."""
        return self.epochs * -(-self.count // self.batch)

    def to_bytes(self) -> bytes:
        """Return them as a message."""
        return json.dumps(asdict(self), sort_keys=True).encode()

    def difference(self, message: bytes) -> str:
        """Say in what a peer's terms differ from these; "" if they are the same."""
        try:
            other = json.loads(message)
        except (ValueError, RecursionError):
            return "the peer's terms cannot be read"
        for name, own in asdict(self).items():
            theirs = other.get(name) if isinstance(other, dict) else None
            if theirs != own:
                return f"{name} is {own!r} here and {repr(theirs)[:40]} there: start both alike"
        return ""


def formula(terms: Terms, images: int, steps: int) -> int:
    """Return the bytes of this many images in this many steps; see ``sizes.over_the_air_bytes``."""
    gradient = 1 if terms.precision == "int8" else FLOAT_BYTES
    return over_the_air_bytes(images, steps, terms.codewords, terms.dimension, gradient)


def batches(terms: Terms) -> Iterator[torch.Tensor]:
    """Yield the numbers of the images of each step; both sides draw the same."""
    order = generator("order", "align", terms.seed)
    for _ in range(terms.epochs):
        yield from torch.randperm(terms.count, generator=order).split(terms.batch)


class AliceHalf:
    """Encoder, trained in place, and a copy of the codebook that David keeps fresh."""

    def __init__(self, network: Transceiver, images: Images, terms: Terms) -> None:
        self.network, self.images, self.terms = network, images, terms
        encoder = network.encoder.requires_grad_(True).parameters()
        self.optimiser = torch.optim.Adam(encoder, lr=terms.learning_rate, fused=True)
        self.latent = self.commitment = torch.empty(0)

    def start(self, message: bytes) -> None:
        """Take over David's codebook.

        Raises:
            MessageError: it does not fit.
        """
        codebook = {"codebook": torch.empty(self.terms.codewords, self.terms.dimension)}
        self._refresh(unpack(message, codebook, self.terms.codewords)["codebook"])

    def request(self, which: torch.Tensor) -> bytes:
        """Return a step's message: indices of the codewords sent, gradient of the codebook."""
        codebook, terms = self.network.codebook, self.terms
        self.latent = self.network.encode(normalise(self.images.pixels[which]))  # (B * 256, D)
        sent = codebook.nearest(self.latent)  # (B * 256,)
        chosen = codebook(sent)  # (B * 256, D)
        self.commitment = terms.beta * F.mse_loss(self.latent, chosen.detach())
        (gradient,) = torch.autograd.grad(F.mse_loss(chosen, self.latent.detach()), codebook.weight)
        indices = pack_indices(sent.cpu(), terms.codewords)
        return pack({"gradient": gradient, "indices": indices}, terms.codewords)

    def apply(self, message: bytes) -> None:
        """Finish a step with David's answer.

        Raises:
            MessageError: it does not fit, or holds a value that is not finite.
        """
        answer = unpack(message, _answer(self.terms, len(self.latent)), self.terms.codewords)
        gradient = answer["gradient"].float()  # (B * 256, D)
        if "scale" in answer:
            gradient *= answer["scale"].repeat_interleave(POSITIONS)[:, None]
        self.optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward([self.latent, self.commitment], [gradient, None])
        self.optimiser.step()
        self._refresh(answer["codebook"])

    def _refresh(self, codebook: torch.Tensor) -> None:
        with torch.no_grad():
            self.network.codebook.weight.copy_(codebook)


class DavidHalf:
    """Codebook and decoder, trained in place, and the channel in front of them.

    The loss compares what arrives with the images that Alice sends.
    """

    def __init__(self, network: Transceiver, images: Images, terms: Terms) -> None:
        self.network, self.images, self.terms = network, images, terms
        self.channel = SymmetricDMC(terms.crossover, terms.codewords)
        self.noise = generator("noise", "align", terms.seed)
        trained = [*network.codebook.parameters(), *network.decoder.parameters()]
        for parameter in trained:
            parameter.requires_grad_(True)
        self.optimiser = torch.optim.Adam(trained, lr=terms.learning_rate, fused=True)
        self.losses: list[float] = []  # reconstruction, of each step

    def start(self) -> bytes:
        """Return the codebook as a message."""
        return pack({"codebook": self._codebook()}, self.terms.codewords)

    def answer(self, message: bytes, which: torch.Tensor) -> bytes:
        """Make a step; return its message: gradient of what arrived, and the new codebook.

        Raises:
            MessageError: the request does not fit, or names a codeword there is none of.
        """
        sent, gradient = self._read(message, len(which) * POSITIONS)
        codebook = self.network.codebook
        received = codebook(self.channel.swap(sent, self.noise)).detach()  # (B * 256, D)
        seen = self.network.decode(received.requires_grad_(True))  # (B, 3, 32, 32)
        loss = F.mse_loss(seen, normalise(self.images.pixels[which]))
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        codebook.weight.grad = gradient
        self.optimiser.step()
        self.losses.append(float(loss.detach()))
        returned = _quantised(received.grad, self.terms.precision)
        return pack({**returned, "codebook": self._codebook()}, self.terms.codewords)

    def _read(self, message: bytes, count: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the indices and the codebook's gradient in a request."""
        terms = self.terms
        expected = {
            "gradient": torch.empty(terms.codewords, terms.dimension),
            "indices": torch.empty(index_bytes(count, terms.codewords), dtype=torch.uint8),
        }
        got = unpack(message, expected, terms.codewords)
        sent = unpack_indices(got["indices"], terms.codewords, count)
        if int(sent.max()) >= terms.codewords:
            raise MessageError(f"index {int(sent.max())} is none of {terms.codewords} codewords")
        return sent, got["gradient"]

    def _codebook(self) -> torch.Tensor:
        return self.network.codebook.weight.detach().clone()


def _quantised(gradient: torch.Tensor, precision: str) -> dict[str, torch.Tensor]:
    """Return the tensors that carry a gradient (B * 256, D); int8 with a scale for each image."""
    if precision == "float32":
        return {"gradient": gradient.contiguous()}
    largest = gradient.abs().view(-1, POSITIONS * gradient.shape[1]).amax(1)  # (B,)
    scale = (largest / 127).clamp(min=torch.finfo(torch.float32).tiny)
    steps = gradient / scale.repeat_interleave(POSITIONS)[:, None]
    return {"gradient": steps.round().to(torch.int8), "scale": scale}


def _answer(terms: Terms, rows: int) -> dict[str, torch.Tensor]:
    """Return tensors with the names, shapes and types of an answer."""
    expected = {"codebook": torch.empty(terms.codewords, terms.dimension)}
    if terms.precision == "int8":
        expected["gradient"] = torch.empty(rows, terms.dimension, dtype=torch.int8)
        return {**expected, "scale": torch.empty(rows // POSITIONS)}
    return {**expected, "gradient": torch.empty(rows, terms.dimension)}


def largest(terms: Terms) -> int:
    """Return the bytes that no body of a frame exceeds."""
    return formula(terms, terms.batch, 1) + SLACK
