"""The quantiser alone, beside the layer of vector-quantize-pytorch with the same K and D.

Both find the nearest codeword, pass the gradient straight through and add the terms that train
codebook and encoder; then a squared error goes backward. No optimiser step in either.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F

from slfkit.models import GRID, Codebook, Transmission
from slfkit.training import vq_loss

from .scene import Scene
from .timing import Contestant, NotMeasured, Turn

BETA = 0.25
NOT_INSTALLED = "vector-quantize-pytorch is not installed: use make bench"
LEARNED = {"learnable_codebook": True, "ema_update": False, "rotation_trick": False}


def our_step(book: Codebook, latent: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Quantise (N, D) as ``Transceiver.forward`` does, without its channel; return the loss."""
    sent = book.nearest(latent)
    received = book(sent).detach()
    through = latent + (received - latent).detach()
    return vq_loss(target, Transmission(latent, sent, through), book).total(BETA)


def peer_step(layer, latent: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Do the same with the library's layer: (B, 256, D)."""
    through, _, loss = layer(latent)
    return F.mse_loss(through, target) + loss


def peer_layer(scene: Scene, **choice):
    """Return the library's layer on the device.

    Raises:
        NotMeasured: the library is not installed.
    """
    try:
        from vector_quantize_pytorch import VectorQuantize
    except ImportError as error:
        raise NotMeasured(NOT_INSTALLED) from error
    layer = VectorQuantize(
        dim=scene.dimension, codebook_size=scene.codewords, commitment_weight=BETA, **choice
    )
    return layer.to(scene.device)


def our_layer(scene: Scene) -> Codebook:
    """Return a codebook of unit normal codewords."""
    book = Codebook(scene.codewords, scene.dimension)
    torch.nn.init.normal_(book.weight)
    return book.to(scene.device)


def make(scene: Scene, layer: torch.nn.Module, step, shape: tuple[int, ...]) -> Turn:
    """Return a turn: forward and backward once for each batch of the scene's images."""
    latent = torch.randn(*shape, scene.dimension, device=scene.device, requires_grad=True)
    target = torch.randn(*shape, scene.dimension, device=scene.device)

    def turn() -> None:
        for _ in range(scene.images // scene.batch):
            latent.grad = None
            layer.zero_grad(set_to_none=True)
            step(layer, latent, target).backward()

    return turn


def contestants(scene: Scene) -> list[Contestant]:
    """Return slfkit's quantiser, the library's trained by gradient, and with its defaults."""
    images = scene.images // scene.batch * scene.batch
    cells = GRID * GRID

    def library(**choice) -> Turn:
        layer = peer_layer(scene, **choice)
        return make(scene, layer, peer_step, (scene.batch, cells))

    ours = Contestant(
        "quantiser-slfkit", "quantiser: slfkit", images,
        lambda: make(scene, our_layer(scene), our_step, (scene.batch * cells,)),
    )  # fmt: skip
    learned = Contestant(
        "quantiser-library", "quantiser: vector-quantize-pytorch, gradient", images,
        lambda: library(**LEARNED),
        "learnable_codebook=True, ema_update=False, rotation_trick=False: codebook trained by "
        "gradient, straight through, as ours; one loss term of weight beta trains codebook and "
        "encoder, where eq. 7 has two",
    )  # fmt: skip
    default = Contestant(
        "quantiser-library-default", "quantiser: vector-quantize-pytorch, as it comes", images,
        library, "moving averages and rotation trick, another algorithm than ours",
    )  # fmt: skip
    return [ours, learned, default]
