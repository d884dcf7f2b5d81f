"""A kind of run: alignment without training, from pilots, by every aligner there is."""

from __future__ import annotations

from dataclasses import dataclass

from slfkit.errors import ParameterError
from slfkit.records import fields
from slfkit.records.spec import Sending, Spec, TransceiverSpec, classifier_for

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
