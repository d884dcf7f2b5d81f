"""A kind of run: a transceiver's own link, judged by a classifier of another seed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from slfkit.records import fields
from slfkit.records.base import Borrowing, Spec
from slfkit.records.spec import ClassifierSpec, TransceiverSpec, classifier_for


@dataclass(frozen=True)
class OpinionSpec(Borrowing):
    """Test of a transceiver's own link by another classifier than the one that judges all runs.

    Images, channel and noise are those of the pair that ``PairSpec`` tests, so the accuracies
    differ by the judge alone.
    """

    files = ("runs/opinions.py",)

    transceiver: TransceiverSpec = fields.declare("whose encoder sends and whose decoder receives")
    judge: int = fields.declare("seed of the classifier", 1, fields.at_least(1))
    draws: int = fields.draws()

    @property
    def classifier(self) -> ClassifierSpec:
        """The task network that judges what arrives."""
        return replace(classifier_for(self.transceiver), seed=self.judge)

    @property
    def seed(self) -> int:
        """Of the transceiver, and so of the noise."""
        return self.transceiver.seed

    @property
    def stem(self) -> str:
        """The readable part of its file name."""
        return f"{self.transceiver.stem}-judge{self.judge}"

    def needs(self) -> tuple[Spec, ...]:
        """Return the runs whose weights this one reads."""
        return (self.transceiver, self.classifier)
