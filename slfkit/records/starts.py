"""A kind of run: SLF whose sender begins aligned, by a ridge map from pilots."""

from __future__ import annotations

from dataclasses import dataclass

from slfkit.errors import ParameterError
from slfkit.records import fields
from slfkit.records.pilots import ALIGNERS
from slfkit.records.spec import AlignmentSpec


@dataclass(frozen=True)
class StartSpec(AlignmentSpec):
    """One run of SLF that begins with Alice's last layer fitted to David's latents of n pilots.

    Raises:
        ParameterError: new weights are asked for, which forget the start.
    """

    files = (*ALIGNERS, "aligners/start.py", "runs/pilots.py", "runs/starts.py")

    pilots: int = fields.declare(
        "images that both have encoded", 100, fields.at_least(1), symbol="n"
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.fresh:
            raise ParameterError(
                "new weights forget what pilots have taught: choose frozen 1 to 4, or reinitialise "
                "False"
            )

    @property
    def stem(self) -> str:
        """The readable part of its file name."""
        return f"{super().stem}-n{self.pilots}"
