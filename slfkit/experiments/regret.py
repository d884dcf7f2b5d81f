"""Rules that choose f before training, and what each costs against a choice with hindsight.

The regret of a rule is the factor by which its test MSE at a deadline is above that of the f and
epoch whose held-out MSE is least among all that are ready by then; 1 is no regret. It is averaged
over deadlines, as a logarithm. Before a rule's run is ready the link is as it was, unaligned.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from slfkit.experiments.candidates import Candidate, by_world, candidates_of
from slfkit.recovery import Link
from slfkit.reporting.intervals import factor, times, undecided
from slfkit.reporting.rows import Row, grouped

DEADLINES = 20  # from the first moment that any run is ready to the last that one ends
UNALIGNED, BEFORE = "unaligned", "unaligned, held out"


@dataclass(frozen=True)
class Case:
    """One mismatch and seed with all its runs.

    Attributes:
        world, seed: what it is a case of.
        runs: f -> its states, one per epoch.
        unaligned: test MSE of the link as it was.
        before: its held-out MSE, which a rule may look at; None without its record.
    """

    world: str
    seed: int
    runs: dict[int, tuple[Candidate, ...]]
    unaligned: float
    before: float | None = None

    def best(self, f: int, link: Link, deadline: float, spent: float = 0.0) -> Candidate | None:
        """Return the state of least held-out MSE that is ready in time; None if there is none.

        Deadline and the computing time spent before are in seconds.
        """
        ready = (s for s in self.runs[f] if s.seconds(link) + spent <= deadline)
        return min(ready, key=lambda state: state.held_out, default=None)

    def hindsight(self, link: Link, deadline: float) -> tuple[int, Candidate] | None:
        """Return the f, and its state, of least held-out MSE that is ready in time."""
        states = {f: self.best(f, link, deadline) for f in self.runs}
        ready = [(state.held_out, f) for f, state in states.items() if state]
        return (best := min(ready)[1], states[best]) if ready else None


Rule = Callable[[Case, Link, float, Sequence[Case]], float | None]


def always(f: int) -> Rule:
    """Return the rule that takes one f whatever happens."""
    return lambda case, link, deadline, cases: _mse(case, case.best(f, link, deadline))


def _mse(case: Case, state: Candidate | None) -> float:
    return state.mse if state else case.unaligned


def trial(case: Case, link: Link, deadline: float, cases: Sequence[Case]) -> float | None:
    """Train each f for one epoch, go on with the best; all trials cost their time."""
    first = {f: states[0] for f, states in case.runs.items()}
    f = min(first, key=lambda f: first[f].held_out)
    others = sum(state.flops for at, state in first.items() if at != f) / link.power
    return _mse(case, case.best(f, link, deadline, others))


def other_seeds(case: Case, link: Link, deadline: float, cases: Sequence[Case]) -> float | None:
    """Take the f of least mean held-out MSE over other seeds of this world; None without any."""
    alike = [one for one in cases if one.world == case.world and one.seed != case.seed]
    if not alike:
        return None
    states = {f: [one.best(f, link, deadline) for one in alike] for f in case.runs}
    means = {f: fmean(one.held_out for one in of) for f, of in states.items() if None not in of}
    f = min(means, key=means.get) if means else max(case.runs)
    return _mse(case, case.best(f, link, deadline))


def predicted(case: Case, link: Link, deadline: float, cases: Sequence[Case]) -> float | None:
    """Take the f that hindsight takes in the other world whose unaligned MSE is nearest.

    None where an unaligned MSE on held-out images is not known.
    """
    others = [
        one for one in cases if one.seed == case.seed and one.world != case.world and one.before
    ]
    if not others or not case.before:
        return None
    near = min(others, key=lambda one: abs(math.log(one.before / case.before)))
    found = near.hindsight(link, deadline)
    return _mse(case, case.best(found[0] if found else max(case.runs), link, deadline))


RULES: dict[str, Rule] = {
    "always f = 0": always(0),
    "always f = 4": always(4),
    "one trial epoch each": trial,
    "nearest unaligned MSE": predicted,
    "other seeds, same mismatch": other_seeds,
}


def cases_of(rows: Iterable[Row]) -> list[Case]:
    """Return the cases of ``best_way`` that have a run of each plain f, and the unaligned link."""
    rows = list(rows)
    wanted = {row["frozen"] for row in rows if row.get("plain")}
    cases = []
    for (world, seed), group in by_world(rows).items():
        mse = {row["line"]: row["mse"] for row in group if row["line"] != "slf"}
        runs = {row["frozen"]: tuple(candidates_of([row])) for row in group if row.get("plain")}
        if runs.keys() == wanted and UNALIGNED in mse:
            cases.append(Case(world, seed, runs, mse[UNALIGNED], mse.get(BEFORE)))
    return cases


def deadlines(case: Case, link: Link) -> list[float]:
    """Return evenly spaced deadlines: from the first state of any run to the last of all."""
    first = min(states[0].seconds(link) for states in case.runs.values())
    last = max(states[-1].seconds(link) for states in case.runs.values())
    return [first + (last - first) * n / (DEADLINES - 1) for n in range(DEADLINES)]


def regrets(cases: Sequence[Case], links: Iterable[Link]) -> list[Row]:
    """Return ``regret`` and ``missed`` of each rule, link, world and seed.

    They are the mean natural logarithm of the factor, and the share of the deadlines at which the
    rule has nothing ready though another f has.
    """
    return [
        {"rule": name, "link": link, "world": case.world, "seed": case.seed, **measured}
        for link in links
        for case in cases
        for name, rule in RULES.items()
        if (measured := _measured(rule, case, link, cases))
    ]


def _measured(rule: Rule, case: Case, link: Link, cases: Sequence[Case]) -> dict[str, float]:
    """Return a rule's regret and what it missed; {} where it cannot be applied."""
    logs, missed = [], []
    for deadline in deadlines(case, link):
        mse, found = rule(case, link, deadline, cases), case.hindsight(link, deadline)
        if mse is None or not found:
            return {}
        logs.append(math.log(mse / found[1].mse))
        missed.append(mse == case.unaligned)
    return {"regret": fmean(logs), "missed": fmean(missed)}


def by_seed(rows: Sequence[Row], rule: str, link: Link, key: str = "regret") -> dict[int, float]:
    """Return a rule's mean regret over all worlds of ``repeated``, by seed; others are left out."""
    own = [row for row in rows if row["rule"] == rule and row["link"] == link]
    shared, means = set(repeated(rows)), {}
    for (seed,), group in grouped(own, "seed").items():
        values = {row["world"]: row[key] for row in group if row["world"] in shared}
        if values and values.keys() == shared:
            means[seed] = fmean(values.values())
    return means


def repeated(rows: Iterable[Row]) -> list[str]:
    """Return the worlds with several seeds."""
    worlds = grouped(rows, "world").items()
    return [world for (world,), group in worlds if len({row["seed"] for row in group}) > 1]


def regret_table(rows: Sequence[Row], links: Sequence[Link]) -> list[Row]:
    """Return a row for each kind of mismatch and rule: its regret and what it misses, as texts.

    Factors are geometric means with 95 % t-intervals of their logarithms, over ``by_seed``.
    """
    return [_line(words, own, rule, links) for words, own in kinds(rows).items() for rule in RULES]


def kinds(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Return the rows of each kind of mismatch by its worlds of ``repeated``: "α = 0, 0.5, 1"."""
    split = grouped(({**row, "kind": row["world"].split(" = ")[0]} for row in rows), "kind")
    return {
        f"{kind} = {', '.join(world.split(' = ')[-1] for world in worlds)}": own
        for (kind,), own in split.items()
        if (worlds := repeated(own))
    }


def _line(words: str, rows: Sequence[Row], rule: str, links: Sequence[Link]) -> Row:
    seeds = len(by_seed(rows, rule, links[0]))
    line: Row = {"Mismatches": words, "Rule": rule, "Seeds": seeds}
    for link in links if seeds else ():
        rate = f"{link.uplink / 1e6:g} Mbit/s"
        missed = by_seed(rows, rule, link, "missed").values()
        line[f"Regret, {rate}"] = factor(by_seed(rows, rule, link).values())
        line[f"Missed (%), {rate}"] = f"{100 * fmean(missed):.0f}"
    return line


def best_rule(rows: Sequence[Row], link: Link) -> str:
    """Say which rule has the least regret at a link, over what, and whether the next is decided."""
    values = {rule: of for rule in RULES if (of := by_seed(rows, rule, link))}
    seeds = sorted(set.intersection(*map(set, values.values()))) if values else []
    if len(values) < 2 or not seeds:
        return "No mismatch with several seeds is left to compare the rules on"
    logs = {rule: [of[seed] for seed in seeds] for rule, of in values.items()}
    first, second, *_ = sorted(logs, key=lambda rule: fmean(logs[rule]))
    apart = [b - a for a, b in zip(logs[first], logs[second], strict=True)]
    return (
        f"Over all mismatches with several seeds ({len(repeated(rows))}) and the seeds that they "
        f"share ({len(seeds)}), the rule of least regret is “{first}”: its MSE is "
        f"{times(logs[first])} that of the best choice with hindsight; “{second}” follows at "
        f"{times(logs[second])}{undecided(apart, ', undecided')}"
    )
