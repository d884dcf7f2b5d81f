"""Kinds of run that align from pilots: two users or a whole city, alone or before SLF."""

from __future__ import annotations

from dataclasses import dataclass

from slfkit.errors import ParameterError
from slfkit.records import fields
from slfkit.records.spec import (
    AlignmentSpec,
    ClassifierSpec,
    Sending,
    Spec,
    TransceiverSpec,
    classifier_for,
)

ALIGNERS = tuple(
    f"aligners/{name}.py" for name in ("assignment", "indices", "linear", "link", "message", "work")
)


@dataclass(frozen=True)
class PilotSpec(Sending):
    """Test of Alice with an aligner against David as he is, for each aligner fitted on n pilots.

    Pilots are drawn from Alice's training images, a smaller number being part of a larger one.
    Without pilots, only the codebooks are matched.
    """

    files = (*ALIGNERS, "runs/pilots.py")

    alice: TransceiverSpec = fields.declare("the sender's transceiver")
    david: TransceiverSpec = fields.declare("the receiver's transceiver")
    crossover: float = fields.crossover("crossover probability of the channel")
    pilots: int = fields.declare(
        "images that both have encoded; 0: codebooks alone", check=fields.at_least(0), symbol="n"
    )
    source: str = fields.declare("images that Alice sends")
    other: str = fields.other()
    alpha: float = fields.alpha(default=0.0)
    mixing: str = fields.mixing()
    seed: int = fields.declare("fixes pilots and noise", 0, fields.at_least(0))
    train: int = fields.train()
    test: int = fields.test()
    held_out: int = fields.held_out()
    draws: int = fields.draws()

    def __post_init__(self) -> None:
        super().__post_init__()
        left = self.train - self.held_out
        if self.train and self.pilots > left:
            raise ParameterError(
                f"pilots {self.pilots} is too many: {left} images are left to train on"
            )

    @property
    def links(self) -> int:
        """How many links are tested: one per aligner, and David's own."""
        return 18 if self.pilots else 2

    @property
    def stem(self) -> str:
        """The readable part of its file name."""
        users = f"{self.alice.stem}-to-{self.david.stem}"
        return f"{users}-{self.sent}-eps{self.crossover:g}-n{self.pilots}-s{self.seed}"

    def needs(self) -> tuple[Spec, ...]:
        """Return the runs whose weights this one reads."""
        return tuple(dict.fromkeys((self.alice, self.david, classifier_for(self))))


@dataclass(frozen=True)
class TrialSpec(PilotSpec):
    """Test on held-out images of Alice with a 3 x 3 ridge map from the indices of n pilots.

    ``PilotSpec`` tests the same map, among others, on test images: those may report a choice but
    not make it.

    Raises:
        ParameterError: as of ``PilotSpec``, or there is no pilot.
    """

    files = (*PilotSpec.files, "runs/trials.py")
    links = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.pilots:
            raise ParameterError("pilots 0 is too few: a map is fitted to at least one")

    @property
    def stem(self) -> str:
        """The readable part of its file name."""
        return f"{super().stem}-held"


@dataclass(frozen=True)
class StartSpec(AlignmentSpec):
    """One run of SLF that begins with Alice's last layer fitted to David's latents of n pilots.

    Raises:
        ParameterError: as of ``AlignmentSpec``, or for new weights, which would forget that start.
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
