"""What an image of David's old partner becomes after an upload, from the weights a run has kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from slfkit.channel import SymmetricDMC
from slfkit.exchange import pack, seal, tensors
from slfkit.images import normalise
from slfkit.models import Transceiver
from slfkit.records.spec import AlignmentSpec
from slfkit.records.store import Record
from slfkit.records.thumbnails import decode
from slfkit.rng import generator
from slfkit.runs.workplace import Workplace
from slfkit.slf import receive, tuned_parts

if TYPE_CHECKING:
    from numpy import ndarray


def rebuilt(spec: AlignmentSpec, place: Workplace) -> Transceiver:
    """Return David's transceiver after the upload of a stored run (step 3), at its best epoch.

    Raises:
        RecordError: the run has no record, or kept no weights.
    """
    aligned, david = place.aligned(spec), place.transceiver(spec.david)
    tuned = tuned_parts(aligned, spec.frozen, spec.order)
    message = seal(pack(tensors(aligned, tuned), len(aligned.codebook.weight)))
    return receive(david, message, spec.frozen, spec.order)


def pictures(record: Record, place: Workplace) -> dict[str, ndarray]:
    """Return the example images of a run as his old partner's: sent, and decoded by David.

    They pass David's own channel, with the same noise before and after.

    Returns:
        ``original``, ``before`` and ``after`` the upload, each uint8 (n, 3, 32, 32).

    Raises:
        RecordError: the run kept no weights.
    """
    spec = record.spec
    original = decode(record.results["examples"]["original"])
    sent = normalise(torch.tensor(original, device=place.device))
    ends = {"before": place.transceiver(spec.david), "after": rebuilt(spec, place)}
    seen = {name: _seen(end, sent, spec.david.crossover) for name, end in ends.items()}
    return {"original": original, **seen}


@torch.no_grad()
def _seen(transceiver: Transceiver, images: torch.Tensor, crossover: float) -> ndarray:
    """Send normalised images (n, 3, 32, 32) over the channel; return uint8 of that shape."""
    channel = SymmetricDMC(crossover, len(transceiver.codebook.weight))
    noise = generator("examples", device=images.device)
    arrived = transceiver(images, channel, noise).image  # (n, 3, 32, 32)
    return arrived.add(1).mul(127.5).round().clamp(0, 255).byte().cpu().numpy()
