"""The spread of judges: what is asked, and the accuracies of made-up records."""

import pytest

from slfkit.experiments import opinions
from slfkit.experiments.grid import users
from slfkit.experiments.recovery_time import recovery
from slfkit.records.spec import PairSpec


def judged_alike(monkeypatch, missing=()):
    """Let the first judge see 0.9, 0.8 and 0.7 at seeds 0 to 2, the others 0.01 and 0.02 more."""

    def accuracy(spec, store):
        first = isinstance(spec, PairSpec)
        judge, seed = (0, spec.sender.seed) if first else (spec.judge, spec.seed)
        return None if (judge, seed) in missing else 0.9 - seed / 10 + judge / 100

    monkeypatch.setattr(opinions, "_accuracy", accuracy)


def test_every_own_link_of_an_interval_is_judged_by_each_further_judge():
    asked = opinions.asked("paper")
    assert len(set(asked)) == len(asked) == 3 * 3 * 2
    assert {spec.judge for spec in asked} == {1, 2}
    assert users("paper", 2)["T3"] in {spec.transceiver for spec in asked}
    assert opinions.asked("smoke") == []  # it has no further seeds


def test_the_mean_of_each_judge_is_over_all_seeds_if_it_has_all_records(monkeypatch):
    judged_alike(monkeypatch)
    assert opinions.judged(recovery("paper")) == pytest.approx([0.8, 0.81, 0.82])
    assert opinions.judged(recovery("paper", settings={"codewords": 64})) == []
    for missing, left in (((1, 2), [0.8, 0.82]), ((0, 1), [])):
        judged_alike(monkeypatch, {missing})
        assert opinions.judged(recovery("paper")) == pytest.approx(left)


def test_the_table_has_the_interval_over_seeds_and_that_over_judges_too(monkeypatch, tmp_path):
    # Of seeds: 4.3027 * 10 / sqrt(3); with judges the variance is 100 / 3 + 1, of 2 degrees.
    monkeypatch.setenv("SLFKIT_RESULTS", str(tmp_path))
    assert opinions.table("paper") == []  # without judges
    judged_alike(monkeypatch)
    table = opinions.table("paper")
    known = {"seeds": "80.00 ± 24.84", "judges": 3, "between": "1.00", "both": "80.00 ± 25.21"}
    assert table[0] == {"user": "T1", **known}
    assert list(opinions.TABLE.values()) == list(table[0])
    assert [row["user"] for row in table] == ["T1", "T2", "T3"]
