"""The page *Align it yourself* in torch: what its rounding changes, and a picture on each link.

Readers without JavaScript see these pictures, and so does paper.
"""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import torch
from PIL import Image

from slfbook import align_data
from slfkit.aligners.linear import fit_ridge
from slfkit.aligners.link import grids, translator
from slfkit.channel import SymmetricDMC
from slfkit.experiments.grid import users
from slfkit.images import SIDE
from slfkit.models import Transceiver
from slfkit.records.store import Store
from slfkit.rng import generator
from slfkit.runs.workplace import Workplace

LINK = ("T1", "T2")  # where the page starts
BITS = align_data.MOST.bit_length() + 1  # of a rounded weight
VIEWS = {"plain": "Received as is", "ridge": "With the ridge", "slf": "After SLF"}


class Bench:
    """The networks and digits of the page, with its rounded weights, in torch.

    Attributes:
        users: the transceivers by name.
        exact: the same, as they are stored.
        aligned: Alice's after SLF, by sender and receiver; ``runs`` says of which run.
        images: the digits, double (10, 3, 32, 32) in [-1, 1].
        eps: where the slider starts.
    """

    def __init__(self, store: Store) -> None:
        place, three = Workplace(store), users("paper", 0)
        self.exact = {name: place.transceiver(spec).double() for name, spec in three.items()}
        self.users = {
            name: align_data.rounded(one.state_dict()) for name, one in self.exact.items()
        }
        self.runs = align_data.aligned_runs(store)
        self.aligned = {
            pair: align_data.rounded(place.aligned(run).state_dict())
            for pair, run in self.runs.items()
        }
        greys = np.stack([grey for _, grey in align_data.digits(store, three["T1"])])
        self.images = torch.from_numpy(greys)[:, None].expand(-1, 3, -1, -1).double() / 127.5 - 1
        self.eps = three["T1"].crossover

    def rounding(self) -> str:
        """Say what the rounding of the weights changes, over all digits and transceivers."""
        moved, most, count = 0, 0.0, 0
        for name, exact in self.exact.items():
            exact.requires_grad_(False)
            own, other = exact.encode(self.images), self.users[name].encode(self.images)
            sent = exact.codebook.nearest(own)
            moved += int((sent != self.users[name].codebook.nearest(other)).sum())
            count += len(sent)
            apart = _seen(exact, sent) - _seen(self.users[name], sent)
            most = max(most, 127.5 * float(apart.abs().max()))
        return (
            f"The weights are rounded to {BITS} bits here. On the {len(self.images)} digits that "
            f"changes {moved} of the {count:,} indices that the three send, and no decoded pixel "
            f"by more than {most:.1f} of 255 grey levels."
        )


def still(bench: Bench) -> list[dict[str, str]]:
    """Return one digit as sent and as it arrives on each link of the page, with the same noise."""
    alice, david = (bench.users[name] for name in LINK)
    one, others = bench.images[:1], bench.images[1:]
    ridge = fit_ridge(grids(alice, others), grids(david, others))
    mended = translator(alice, david.codebook.weight, ridge)
    mended.codebook.double()
    links: dict[str, tuple[Any, Transceiver]] = {"plain": (alice, david), "ridge": (mended, david)}
    if LINK in bench.aligned:
        links["slf"] = (bench.aligned[LINK],) * 2
    pictures = [_still("Sent", one, "A handwritten digit.")]
    for name, (sender, reader) in links.items():
        sent = sender.codebook.nearest(sender.encode(one))
        channel = SymmetricDMC(bench.eps, len(reader.codebook.weight))
        seen = _seen(reader, channel.transmit(sent, generator("still")))
        caption = f"{VIEWS[name]}: MSE {float((seen - one).square().mean()):.3f}"
        pictures.append(_still(caption, seen, f"The same digit. {VIEWS[name]}."))
    return pictures


def _seen(reader: Transceiver, indices: torch.Tensor) -> torch.Tensor:
    return reader.decode(reader.codebook(indices))


def _still(caption: str, image: torch.Tensor, alt: str) -> dict[str, str]:
    """Return a picture (1, 3, 32, 32) for the template."""
    pixels = image[0].add(1).mul(127.5).round().clamp(0, 255).byte().permute(1, 2, 0).numpy()
    file = io.BytesIO()
    large = Image.fromarray(pixels).resize((4 * SIDE, 4 * SIDE), Image.Resampling.NEAREST)
    large.save(file, format="png")
    return {"caption": caption, "alt": alt, "source": base64.b64encode(file.getvalue()).decode()}
