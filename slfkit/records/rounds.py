"""What a run of federated averaging is; see ``slfkit.rivals.averaging``."""

from __future__ import annotations

from dataclasses import dataclass

from slfkit.records import fields
from slfkit.records.base import Borrowing, Spec
from slfkit.records.spec import TransceiverSpec, classifier_for

VARIANTS = ("own", "common", "matched", "private", "codebook")


@dataclass(frozen=True)
class RoundSpec(Borrowing):
    """Federated averaging between two users, each with his own images and channel."""

    files = (
        *("rivals/averaging.py", "rivals/matching.py", "aligners/assignment.py"),
        "runs/rounds.py",
    )

    alice: TransceiverSpec = fields.declare("the sender's transceiver")
    david: TransceiverSpec = fields.declare("the receiver's transceiver")
    crossover: float = fields.crossover("crossover probability of the channel")
    variant: str = fields.declare("what is averaged", "own", fields.one_of(VARIANTS))
    seed: int = fields.seed()
    rounds: int = fields.declare("federated averaging: at most this many", 60, fields.at_least(1))
    local: int = fields.declare("epochs of each user in a round", 1, fields.at_least(0))
    batch: int = fields.batch()
    learning_rate: float = fields.learning_rate("learning rate of Adam, federated averaging", 1e-3)
    beta: float = fields.beta()
    warm_up: int = fields.warm_up()
    draws: int = fields.draws()
    patience: int = fields.patience()
    precision: str = fields.precision()

    @property
    def like(self) -> TransceiverSpec:
        """Alice's: she sends, and each user has as many images as she."""
        return self.alice

    @property
    def epochs(self) -> int:
        """Entries of its history at most: one for each round."""
        return self.rounds

    @property
    def passes(self) -> int:
        """How often all users together pass over their images in a round."""
        return 2 * self.local

    @property
    def stem(self) -> str:
        """The readable part of its file name."""
        users = f"{self.alice.stem}-to-{self.david.stem}"
        name = self.variant if self.local else f"{self.variant}-at-once"
        return f"{users}-eps{self.crossover:g}-{name}-s{self.seed}"

    def needs(self) -> tuple[Spec, ...]:
        """Return the runs whose weights this one reads."""
        users = (self.alice, self.david)
        return tuple(dict.fromkeys((*users, *map(classifier_for, users))))
