"""A kind of run: a map from pilots, tested on held-out images, by which one may choose."""

from __future__ import annotations

from dataclasses import dataclass

from slfkit.errors import ParameterError
from slfkit.records.pilots import PilotSpec


@dataclass(frozen=True)
class TrialSpec(PilotSpec):
    """Test on held-out images of Alice with a 3 x 3 ridge map from the indices of n pilots.

    ``PilotSpec`` tests the same map, among others, on test images: those may report a choice but
    not make it.

    Raises:
        ParameterError: no pilot.
    """

    files = (*PilotSpec.files, "runs/trials.py")

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.pilots:
            raise ParameterError("pilots 0 is too few: a map is fitted to at least one")

    @property
    def links(self) -> int:
        """How many links are tested."""
        return 1

    @property
    def stem(self) -> str:
        """The readable part of its file name."""
        return f"{super().stem}-held"
