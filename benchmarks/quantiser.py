"""The quantiser alone, beside the layer of vector-quantize-pytorch with the same K and D.

Both find the nearest codeword, pass the gradient straight through and add the terms that train
codebook and encoder; then a squared error goes backward. No optimiser step in either. LEARNED
makes the library's layer most like ours, but one loss term of weight beta trains both codebook and
encoder, where eq. 7 has two; its defaults, moving averages and rotation trick, are another
algorithm.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from benchmarks.scene import Scene
from benchmarks.timing import NotMeasured, Row, Turn
from slfkit.models import GRID, Codebook, Transmission
from slfkit.objective import vq_loss

BETA = 0.25
CELLS = GRID * GRID  # latent vectors of an image
LEARNED = {"learnable_codebook": True, "ema_update": False, "rotation_trick": False}
Step = Callable[[nn.Module, torch.Tensor, torch.Tensor], torch.Tensor]


def our_step(book: Codebook, latent: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Quantise (N, D) as ``Transceiver.forward`` does, without its channel; return the loss."""
    sent = book.nearest(latent)
    received = book(sent).detach()
    through = latent + (received - latent).detach()
    return vq_loss(target, Transmission(latent, sent, through), book).total(BETA)


def peer_step(layer: nn.Module, latent: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Do the same with the library's layer: (B, 256, D)."""
    through, _, loss = layer(latent)
    return F.mse_loss(through, target) + loss


def peer_layer(scene: Scene, **options: Any) -> nn.Module:
    """Return the library's layer on the device.

    Raises:
        NotMeasured: the library is not installed.
    """
    try:
        from vector_quantize_pytorch import VectorQuantize
    except ImportError as error:
        reason = "vector-quantize-pytorch is not installed: use make bench"
        raise NotMeasured(reason) from error
    size = {"dim": scene.dimension, "codebook_size": scene.codewords}
    return VectorQuantize(**size, commitment_weight=BETA, **options).to(scene.device)


def make(scene: Scene, layer: nn.Module, step: Step, *shape: int) -> Turn:
    """Return a turn: forward and backward once for each full batch of the scene's images."""
    latent = torch.randn(*shape, scene.dimension, device=scene.device, requires_grad=True)
    target = torch.randn_like(latent, requires_grad=False)

    def turn() -> None:
        for _ in range(scene.steps):
            latent.grad = None
            layer.zero_grad(set_to_none=True)
            step(layer, latent, target).backward()

    return turn


def contestants(scene: Scene) -> list[Row]:
    """Return slfkit's quantiser, the library's trained by gradient, and with its defaults."""
    images = scene.steps * scene.batch

    def ours() -> Turn:
        book = Codebook(scene.codewords, scene.dimension).to(scene.device)
        nn.init.normal_(book.weight)
        return make(scene, book, our_step, scene.batch * CELLS)

    def library(**options: Any) -> Turn:
        return make(scene, peer_layer(scene, **options), peer_step, scene.batch, CELLS)

    name, learned = "quantiser: vector-quantize-pytorch", partial(library, **LEARNED)
    return [
        Row("quantiser-slfkit", "quantiser: slfkit", images, ours),
        Row("quantiser-library", f"{name}, gradient", images, learned),
        Row("quantiser-library-default", f"{name}, as it comes", images, library),
    ]
