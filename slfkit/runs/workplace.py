"""What a run needs around it: images on its device, and trained networks from the store."""

from __future__ import annotations

import dataclasses
from functools import lru_cache

import torch

from slfkit import exchange
from slfkit.data import loading as data
from slfkit.errors import RecordError
from slfkit.exchange import tensors
from slfkit.images import Images, blend, join, mixture, split_held_out
from slfkit.models import Classifier, Transceiver
from slfkit.records.spec import AlignmentSpec, ClassifierSpec, Spec, TransceiverSpec
from slfkit.records.store import Store
from slfkit.rng import generator
from slfkit.runs.compiling import compiling
from slfkit.slf import tuned_parts
from slfkit.training import Progress


@dataclasses.dataclass
class Workplace:
    """What a run needs around it: store, device, progress; and the checksums of its data.

    ``compiled`` tells whether training steps are compiled, by default what SLFKIT_COMPILE says.
    """

    store: Store
    device: str = "cpu"
    progress: Progress = lambda epoch: None
    compiled: bool = dataclasses.field(default_factory=compiling)
    checksums: dict[str, str] = dataclasses.field(default_factory=dict)

    def test_images(self, spec: Spec) -> Images:
        """Return a run's test images, on the device."""
        return _combine(spec, [self._source(name, "test", spec.test) for name in spec.sources])

    def training_images(self, spec: Spec) -> tuple[Images, Images]:
        """Return a run's images to train on and its held-out ones, on the device."""
        sets = [self._source(name, "train", spec.train) for name in spec.sources]
        parts = [split_held_out(one, spec.held_out) for one in sets]
        return _combine(spec, [part[0] for part in parts]), _combine(
            spec, [part[1] for part in parts]
        )

    def transceiver(self, spec: TransceiverSpec) -> Transceiver:
        """Return a pre-trained transceiver from the store."""
        network = Transceiver(generator("shape"), spec.codewords, spec.dimension)
        network.load_state_dict(self._weights(spec, network.state_dict(), spec.codewords))
        return network.to(self.device)

    def aligned(self, spec: AlignmentSpec) -> Transceiver:
        """Return Alice's transceiver after a stored run of SLF, at its best epoch.

        Raises:
            RecordError: the run has no record, or kept no weights.
        """
        network = self.transceiver(spec.david)
        tuned = tensors(network, ("encoder", *tuned_parts(network, spec.frozen, spec.order)))
        network.load_state_dict(self._weights(spec, tuned, spec.david.codewords), strict=False)
        return network

    def classifier(self, spec: ClassifierSpec, classes: int) -> Classifier:
        """Return a trained classifier from the store, frozen."""
        network = Classifier(generator("shape"), classes)
        network.load_state_dict(self._weights(spec, network.state_dict(), 0))
        return network.to(self.device).requires_grad_(False)

    def _source(self, name: str, split: str, count: int) -> Images:
        images, self.checksums[f"{name}/{split}"] = _load(name, split, count, self.device)
        return images

    def _weights(
        self, spec: Spec, expected: dict[str, torch.Tensor], codewords: int
    ) -> dict[str, torch.Tensor]:
        record = self.store.load(spec)
        if record is None:
            raise RecordError(f"{spec.stem} must be trained before it is used")
        if "weights_sha256" not in record.results:
            raise RecordError(f"{spec.stem} kept no weights: delete its record and run it again")
        message = self.store.load_weights(spec, record.results["weights_sha256"])
        return exchange.unpack(message, expected, codewords)


@lru_cache(maxsize=4)
def _load(source: str, split: str, count: int, device: str) -> tuple[Images, str]:
    """Load a split once a process; return it with its checksum."""
    images = data.load(source, split, count)
    return images.to(device), images.checksum()


def _combine(spec: Spec, sets: list[Images]) -> Images:
    """Put the images of a run's sources together: all for a classifier, else mixed (eq. 8)."""
    if len(sets) == 1:
        return sets[0]
    if isinstance(spec, ClassifierSpec):
        return join(*sets)
    return (blend if spec.mixing == "pixels" else mixture)(*sets, spec.alpha)
