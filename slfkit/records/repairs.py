"""What a run of SLF with a remedy for David's old partner is; see ``slfkit.remedies``."""

from __future__ import annotations

from dataclasses import dataclass

from slfkit.errors import ParameterError
from slfkit.records import fields
from slfkit.records.spec import PARTS, AlignmentSpec

ANCHORS = ("none", "l2sp", "ewc")


@dataclass(frozen=True)
class RepairSpec(AlignmentSpec):
    """One run of SLF that spares David's old partner; it has just one remedy.

    Raises:
        ParameterError: no remedy or several, nothing that is fine-tuned, or new weights, which
            neither an anchor nor a change of low rank starts from.
    """

    files = ("remedies.py", "runs/repairs.py")

    replay: int = fields.declare(
        "old grids of indices that David adds to the download", 0, fields.at_least(0), symbol="m"
    )
    anchor: str = fields.declare(
        "distance from David's weights that is penalised", "none", fields.one_of(ANCHORS)
    )
    rank: int = fields.declare(
        "of the change of each layer's weights; 0: any", 0, fields.at_least(0)
    )
    matched: bool = fields.declare(
        "codewords set by k-means take the numbers of David's that are nearest", False
    )
    weight: float = fields.declare("weight of the remedy's term", 1.0, fields.factor, symbol="mu")

    def __post_init__(self) -> None:
        super().__post_init__()
        remedies = (self.replay > 0, self.anchor != "none", self.rank > 0)
        if sum(remedies) != 1:
            raise ParameterError(
                f"replay {self.replay}, anchor {self.anchor!r} and rank {self.rank} make "
                f"{sum(remedies)} remedies: choose one"
            )
        if self.order == "last" and self.frozen == PARTS:
            raise ParameterError(f"frozen {PARTS} sends nothing, so there is nothing to repair")
        if self.fresh and not self.replay:
            raise ParameterError(
                "new weights are not near David's: with an anchor or a rank set reinitialise False"
            )
        if self.matched and not self.refit:
            raise ParameterError("matched has no use without refit, which sets the codebook")
        if self.rank and self.weight != RepairSpec.weight:
            raise ParameterError(f"weight {self.weight:g} has no use with rank {self.rank}")

    @property
    def remedy(self) -> str:
        """The remedy in a few characters, as file names have it."""
        if self.rank:
            return f"rank{self.rank}"
        return f"{f'replay{self.replay}' if self.replay else self.anchor}-mu{self.weight:g}"

    @property
    def stem(self) -> str:
        """The readable part of its file name."""
        return f"{super().stem}-{'matched-' if self.matched else ''}{self.remedy}"
