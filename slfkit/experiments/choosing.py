"""Which way to mend a link: by a deadline, to a quality, with a limit on the old partner's loss.

f*(T) is the way and the epoch of least MSE among those ready by T; its dual is the least T with an
MSE of at most q. Held-out images choose, test images report. A way counts only if every seed's run
meets the conditions. The tool of page 04 does the same in book/_static/recovery_choice.js.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import fmean

from slfkit.errors import ParameterError
from slfkit.experiments.candidates import Candidate, by_way
from slfkit.experiments.settings import numbers
from slfkit.recovery import Link
from slfkit.reporting.intervals import text, undecided
from slfkit.reporting.metrics import METRICS, columns
from slfkit.reporting.rows import Row
from slfkit.reporting.sentences import between, within

LATE, LOSS, POOR = "not ready in time", "David's old link falls too low", "never as good as asked"
LATER = "as good as asked only later"
LOSSES = {  # by metric: what held-out images say of a state, the least being the best
    "mse": lambda state: state.held_out,
    "accuracy": lambda state: -state.held_out_accuracy,
}
TABLE = columns(
    *("asked", "name", "epochs", "seconds", "mse", "accuracy", "old_link", "seeds"),
    asked="Asked",
    name="Choice",
    old_link="Old link (%)",
)


@dataclass(frozen=True)
class Need:
    """What is asked of a way, and the link and computer it has; defaults are the paper's.

    Attributes:
        downlink, uplink: rates of the background link in bit/s.
        power: of Alice's computer in FLOP/s.
        deadline: in seconds; 0 sets none.
        quality: the largest MSE that will do, in which case the soonest way is chosen; 0 sets none.
        old_link: the least accuracy of David's link to his old partner, in [0, 1]; 0 sets none.

    Raises:
        ParameterError: a rate or the power is not above zero, or a condition is out of range.
    """

    downlink: float = 2e6
    uplink: float = 2e6
    power: float = 30e12
    deadline: float = 0.0
    quality: float = 0.0
    old_link: float = 0.0

    def __post_init__(self) -> None:
        for name, value in numbers(**vars(self)).items():
            object.__setattr__(self, name, value)
        _ = self.link  # checks rates and power
        for name in ("deadline", "quality"):
            if not 0.0 <= getattr(self, name) < math.inf:
                raise ParameterError(
                    f"{name} {getattr(self, name)!r} must be a finite number above zero, or zero "
                    "for none"
                )
        if not 0.0 <= self.old_link <= 1.0:
            raise ParameterError(
                f"old_link {self.old_link!r} is outside [0, 1]: give an accuracy such as 0.97"
            )

    @cached_property
    def link(self) -> Link:
        """The background link and Alice's computer."""
        return Link(self.downlink, self.uplink, self.power)

    def refuses(self, state: Candidate) -> str:
        """Return why a state will not do; "" if it will."""
        if self.old_link and (state.old_link is None or state.old_link < self.old_link):
            return LOSS
        if self.deadline and state.seconds(self.link) > self.deadline:
            return LATE
        return POOR if self.quality and state.held_out > self.quality else ""

    def words(self) -> str:
        """Return the conditions in words; "" without any."""
        parts = [f"ready within {self.deadline:g} s"] if self.deadline else []
        parts += [f"at an MSE of {self.quality:g} or less"] if self.quality else []
        kept = f"with an old-link accuracy of {100 * self.old_link:g} % or more"
        return ", ".join(parts + ([kept] if self.old_link else []))


@dataclass(frozen=True)
class Choice:
    """A way that meets a need: the state that each seed's run would keep.

    Its time is that of the state kept. That it is the best shows only afterwards, so with a
    deadline Alice trains until then.
    """

    states: tuple[Candidate, ...]
    link: Link

    @property
    def name(self) -> str:
        """The way."""
        return self.states[0].name

    @property
    def trains(self) -> bool:
        """Whether Alice trains at all."""
        return any(state.epoch for state in self.states)

    @property
    def seconds(self) -> list[float]:
        """The recovery time of each seed's run."""
        return [state.seconds(self.link) for state in self.states]

    @property
    def stop(self) -> str:
        """The epoch that training stops after, of all seeds: "4" or "4 to 6"."""
        stops = [state.epoch for state in self.states]
        return between(f"{min(stops)}", f"{max(stops)}")

    def texts(self) -> Row:
        """Return what the test images say of it: means with intervals over seeds."""
        old = [100 * state.old_link for state in self.states if state.old_link is not None]
        return {
            "name": self.name,
            "seeds": len(self.states),
            "epochs": text((s.epoch for s in self.states), METRICS["epochs"].form),
            "seconds": text(self.seconds, "{:.2f}"),
            "mse": text((s.mse for s in self.states), METRICS["mse"].form),
            "accuracy": text((100 * s.accuracy for s in self.states), "{:.2f}"),
            "old_link": between(f"{min(old):.1f}", f"{max(old):.1f}") if old else "",
        }


def choices(candidates: Iterable[Candidate], need: Need, metric: str = "mse") -> list[Choice]:
    """Return the ways that meet a need, the best first.

    With a quality the soonest is best, otherwise the best on held-out images: over the seeds that
    all of these ways share, or, where there are none, over each way's own.

    Args:
        candidates: of one world.
        metric: "mse" or "accuracy", by which held-out images choose.

    Raises:
        ParameterError: another metric.
    """
    if metric not in LOSSES:
        raise ParameterError(f"metric {metric!r} is unknown: expected one of {', '.join(LOSSES)}")
    met = []
    for runs in by_way(candidates).values():
        states = [_stop(states, need, metric) for states in runs.values()]
        if None not in states:
            met.append(Choice(tuple(states), need.link))
    order, seeds = _order(need, metric), [{state.seed for state in one.states} for one in met]
    shared = set.intersection(*seeds) if met else set()
    return sorted(
        met, key=lambda one: fmean(order(s) for s in one.states if s.seed in shared or not shared)
    )


def _order(need: Need, metric: str = "mse") -> Callable[[Candidate], float]:
    """Return what is least for the best: the time with a quality, else what held-out images say."""
    return (lambda state: state.seconds(need.link)) if need.quality else LOSSES[metric]


def _stop(states: Sequence[Candidate], need: Need, metric: str = "mse") -> Candidate | None:
    """Return where a run stops: at its best state that will do, or its first of the quality."""
    good = [state for state in states if not need.refuses(state)]
    return min(good, key=_order(need, metric), default=None)


def refused(candidates: Iterable[Candidate], need: Need) -> dict[str, list[str]]:
    """Return the ways that will not do, by the condition that they lack."""
    reasons: dict[str, list[str]] = {}
    for name, runs in by_way(candidates).items():
        if any(_stop(states, need) is None for states in runs.values()):
            reasons.setdefault(_lacking([*runs.values()], need), []).append(name)
    return reasons


def _lacking(runs: Sequence[Sequence[Candidate]], need: Need) -> str:
    """Return the first condition that some seed never meets, else that they are not met at once."""
    for name in ("old_link", "deadline", "quality"):
        alone = Need(need.downlink, need.uplink, need.power, **{name: getattr(need, name)})
        for states in runs:
            if _stop(states, alone) is None:
                return alone.refuses(states[0])
    return LATER


def advice(candidates: Sequence[Candidate], need: Need, metric: str = "mse") -> str:
    """Return what to choose in a sentence, or that nothing will do; arguments as of ``choices``."""
    met = choices(candidates, need, metric)
    return _chosen(met[0]) if met else _none(candidates, need)


def training_advice(candidates: Sequence[Candidate], need: Need, metric: str = "mse") -> str:
    """Return the best way that trains, in a sentence; "" where it is the choice, or none does."""
    met = choices(candidates, need, metric)
    trained = next((one for one in met if one.trains), None)
    if trained is None or trained is met[0]:
        return ""
    return f"With training: {within(_chosen(trained))}"


def explained(candidates: Sequence[Candidate], need: Need) -> list[str]:
    """Return the choice among the candidates of one world and why, in sentences."""
    met, lines = choices(candidates, need), [advice(candidates, need)]
    lines += [_why(met, len(by_way(candidates)), need)] if met else []
    lines += filter(None, [training_advice(candidates, need)])
    lines += [
        f"Left out, {reason}: {_listed(names)}."
        for reason, names in refused(candidates, need).items()
    ]
    free = choices(candidates, replace(need, old_link=0.0))
    if need.old_link and free and (not met or free[0].name != met[0].name):
        found = free[0].texts()
        lines.append(
            f"Without the limit on the old link: {found['name']}, test MSE {found['mse']} after "
            f"{found['seconds']} s, old link {found['old_link'] or 'unknown'} %."
        )
    return lines


def _listed(names: Sequence[str], most: int = 5) -> str:
    """List some names, and say how many more there are."""
    more = f"; and {len(names) - most} more" if len(names) > most else ""
    return "; ".join(names[:most]) + more


def _chosen(choice: Choice) -> str:
    """Say what to do and what it gives."""
    shown = choice.texts()
    seeds = "one seed" if len(choice.states) == 1 else f"{len(choice.states)} seeds"
    old = f", of David's old link {shown['old_link']} %" if shown["old_link"] else ""
    depends = ", depending on the seed" if " " in choice.stop else ""
    stop = f", and stop after epoch {choice.stop}{depends}" if choice.trains else ""
    return (
        f"Choose {choice.name}{stop}: ready after {shown['seconds']} s, "
        f"test MSE {shown['mse']}, accuracy {shown['accuracy']} %{old} ({seeds})."
    )


def _why(met: Sequence[Choice], total: int, need: Need) -> str:
    """Say how many ways will do, and how far the choice is ahead of the next."""
    words = f"{'is' if len(met) == 1 else 'are'} {need.words() or 'known'}"
    start = f"Why: of {total} way{'s' * (total > 1)}, {len(met)} {words} in every seed; "
    measure = "it is the fastest" if need.quality else "it has the least held-out MSE"
    if len(met) < 2:
        return f"{start}it is the only one."
    return f"{start}{measure}, before {met[1].name} ({_lead(*met[:2], need)})."


def _lead(first: Choice, second: Choice, need: Need) -> str:
    """Say what the next choice costs more, seed by seed; *undecided* where zero is inside."""
    key = _order(need)
    own = {state.seed: key(state) for state in first.states}
    more = [100 * (key(s) / own[s.seed] - 1) for s in second.states if s.seed in own]
    if not more:
        return "no seed in common"
    return f"{text(more, '{:+.1f}')} %{undecided(more, ', undecided')}"


def _none(candidates: Sequence[Candidate], need: Need) -> str:
    """Say that nothing will do, and what the condition would have to be."""
    if not candidates:
        return "No record to choose from is stored yet."
    known = [one.old_link for one in candidates if one.old_link is not None]
    if known and max(known) < need.old_link:
        return (
            f"No way leaves David's old link an accuracy of {100 * need.old_link:g} %: the most "
            f"that one leaves is {100 * max(known):.1f} %."
        )
    soonest = min(candidates, key=lambda one: one.seconds(need.link))
    best = min(candidates, key=lambda one: one.held_out)
    return (
        f"No way is {need.words()} in every seed; the fastest, {soonest.name}, takes "
        f"{soonest.seconds(need.link):.2f} s, and the best, {best.name}, has a held-out MSE of "
        f"{best.held_out:.4f}."
    )


def choice_table(candidates: Sequence[Candidate], needs: Iterable[Need]) -> list[Row]:
    """Return a row for each need: what to choose, and what the test images say of it."""
    rows = []
    for need in needs if candidates else ():
        met = choices(candidates, need)
        found = met[0].texts() if met else {"name": _nearest(candidates, need)}
        rows.append({"asked": need.words() or "anything", **found})
    return rows


def _nearest(candidates: Sequence[Candidate], need: Need) -> str:
    """Say "none", and where only the quality is missed, which way comes nearest in every seed."""
    met = choices(candidates, replace(need, quality=0.0)) if need.quality else []
    worst = min(((max(s.held_out for s in one.states), one.name) for one in met), default=None)
    return f"none ({worst[1]}: {worst[0]:.4f} in one seed)" if worst else "none"
