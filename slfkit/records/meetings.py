"""A kind of run: one user of a city meets all others, by every scheme that needs no training."""

from __future__ import annotations

from dataclasses import dataclass

from slfkit.errors import ParameterError
from slfkit.records import fields
from slfkit.records.pilots import ALIGNERS
from slfkit.records.spec import ClassifierSpec, Spec, TransceiverSpec, classifier_for


@dataclass(frozen=True)
class MeetingSpec(Spec):
    """Test of one member's links to all others: unaligned, by a map for each, by a common space.

    The member sends images of its own source over air as noisy as it was trained for. The pilots
    are a public set with an equal share of every source of the city.
    """

    files = (*ALIGNERS, "aligners/universe.py", "runs/meetings.py")
    other = ""  # no mixture is sent

    members: tuple[TransceiverSpec, ...] = fields.declare("transceivers of the city")
    sender: int = fields.declare("which of them sends, from 0", check=fields.at_least(0))
    pilots: int = fields.declare("images that all have encoded", 100, fields.at_least(1))
    kernel: int = fields.declare("neighbourhood of the ridge maps", 3, fields.at_least(1))
    seed: int = fields.declare("fixes pilots and noise", 0, fields.at_least(0))
    train: int = fields.train()
    test: int = fields.test()
    held_out: int = fields.held_out()
    draws: int = fields.draws()

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.members) < 2 or self.sender >= len(self.members):
            raise ParameterError(
                f"sender {self.sender} of {len(self.members)} members: expected at least two "
                "members, counted from 0"
            )

    @property
    def own(self) -> TransceiverSpec:
        """The sender's transceiver."""
        return self.members[self.sender]

    @property
    def crossover(self) -> float:
        """eps of the channel."""
        return self.own.crossover

    @property
    def sources(self) -> tuple[str, ...]:
        """The source whose images are sent."""
        return self.own.sources

    @property
    def links(self) -> int:
        """How many links are tested: its own, and four to every other."""
        return 1 + 4 * (len(self.members) - 1)

    @property
    def codewords(self) -> int:
        """K, of all."""
        return self.own.codewords

    @property
    def dimension(self) -> int:
        """D, of all."""
        return self.own.dimension

    @property
    def stem(self) -> str:
        """The readable part of its file name."""
        return f"{self.own.stem}-to-{len(self.members) - 1}-n{self.pilots}-s{self.seed}"

    def judge_of(self) -> ClassifierSpec:
        """Return the classifier that judges what arrives, that of the sender's source."""
        return classifier_for(self.own)

    def needs(self) -> tuple[Spec, ...]:
        """Return the runs whose weights this one reads."""
        return tuple(dict.fromkeys((*self.members, self.judge_of())))
