"""When training stops, and which epoch a task keeps: rules on validation metrics, without torch.

The paper names no rule; these are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class StoppingRule:
    """Stop once a validation metric has not improved for ``patience`` epochs."""

    metric: str  # name in the history, ``mse`` or ``accuracy``
    larger_is_better: bool = False  # whether improvement means growth
    relative: float = 0.0  # an improvement must exceed this fraction of the value to count
    absolute: float = 0.0  # and must exceed this amount
    patience: int = 2

    def epochs(self, values: Sequence[float]) -> int | None:
        """Return after how many epochs the rule stops, or None if it has not stopped yet."""
        sign = 1.0 if self.larger_is_better else -1.0
        best, stale = values[0], 0
        for epoch, value in enumerate(values[1:], start=2):
            if sign * (value - best) > max(self.relative * abs(best), self.absolute):
                best, stale = value, 0
            else:
                stale += 1
            if stale == self.patience:
                return epoch
        return None

    def used(self, values: Sequence[float]) -> int:
        """Return how many epochs this rule takes of a run that may have gone on longer."""
        return self.epochs(values) or len(values)

    def best(self, values: Sequence[float]) -> int:
        """Return the best epoch, counted from 1, among those the rule takes."""
        taken = values[: self.used(values)]
        return 1 + taken.index(max(taken) if self.larger_is_better else min(taken))


MSE_RULE = StoppingRule("mse", relative=0.01)
ACCURACY_RULE = StoppingRule("accuracy", larger_is_better=True, absolute=0.001)
RULES = (MSE_RULE, ACCURACY_RULE)  # fine-tuning goes on until both have stopped


def rules(patience: int) -> tuple[StoppingRule, ...]:
    """Return the rules of fine-tuning with another patience, in epochs."""
    return tuple(replace(rule, patience=patience) for rule in RULES)
