"""How far the accuracy depends on which classifier judges.

One classifier judges all runs, so that rows differ by their links alone; a number that is compared
with another network's, such as the paper's, also has the spread of the judges.
"""

from __future__ import annotations

from statistics import fmean, stdev

from slfkit.experiments.grid import SCALES, USERS, pair_spec
from slfkit.experiments.study import Study
from slfkit.records.opinions import OpinionSpec
from slfkit.records.spec import PairSpec
from slfkit.records.store import Store
from slfkit.reporting.intervals import text
from slfkit.reporting.rows import Row, draws_of, mean_of


def asked(profile: str) -> list[OpinionSpec]:
    """Return the own links of T1, T2 and T3, at each seed of an interval, by each further judge."""
    scale = SCALES[profile]
    return [
        OpinionSpec(scale.users(seed)[user], judge, **scale.given("draws"))
        for seed in (*scale.seeds, *scale.repeats)
        for user in USERS
        for judge in scale.repeats
    ]


def accuracies(profile: str, user: str) -> list[list[float]]:
    """Return the accuracy of a user's own link by each judge (rows) at each seed (columns).

    Judges without a record at one of the seeds are left out; [] where the first has none.
    """
    scale, store = SCALES[profile], Store(profile)
    seeds = (*scale.seeds, *scale.repeats)
    own = [scale.users(seed)[user] for seed in seeds]
    links = [[pair_spec(scale, one, one, one.crossover, one) for one in own]]
    links += [
        [spec for spec in asked(profile) if spec.transceiver in own and spec.judge == judge]
        for judge in scale.repeats
    ]
    judged = [[_accuracy(spec, store) for spec in of] for of in links]
    return [of for of in judged if None not in of] if None not in judged[0] else []


def _accuracy(spec: PairSpec | OpinionSpec, store: Store) -> float | None:
    record = store.load(spec)
    return mean_of(draws_of(record.results, "accuracy"), "accuracy") if record else None


def judged(study: Study) -> list[float]:
    """Return the mean accuracy of T2's own links by each judge, a share of 1.

    [] where a reader's own images or settings make other links than those that were judged.
    """
    if study.settings or study.parameters.get("sources"):
        return []
    return [fmean(of) for of in accuracies(study.profile, "T2")]


def table(profile: str) -> list[Row]:
    """Return a row for each user: accuracy by the first judge, and with the spread of all."""
    return [
        {
            "user": user,
            "seeds": text((100 * share for share in of[0]), "{:.2f}"),
            "judges": len(of),
            "between": f"{100 * stdev(map(fmean, of)):.2f}",
            "both": text(
                (100 * share for share in of[0]), "{:.2f}", [100 * fmean(one) for one in of]
            ),
        }
        for user in USERS
        if len(of := accuracies(profile, user)) > 1
    ]


TABLE = {
    "Own link of": "user",
    "Accuracy (%)": "seeds",
    "Judges": "judges",
    "Between judges, SD (points)": "between",
    "With the judges' spread (%)": "both",
}
