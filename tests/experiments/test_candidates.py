"""Candidates by hand: what a stopped run costs, and what a choice may look at."""

import made_up
import pytest

from slfkit.experiments.candidates import Candidate, candidates_of, world_of
from slfkit.experiments.results import row_of
from slfkit.experiments.sweeps import channel_dissimilarity
from slfkit.records.store import Store
from slfkit.recovery import Link

OLD = {"before": {"accuracy": 0.9}, "after": {"accuracy": 0.4}}


def test_seconds_follow_from_sizes_and_operations():
    """1000 B down at 8 kbit/s, 6 operations at 3 per second, 500 B up at 4 kbit/s: 1 + 2 + 1 s."""
    one = Candidate("f = 3", "ε = 0.3", 0, 1000, 500, 6.0, 0.1, 0.2, 0.9)
    assert one.seconds(Link(8e3, 4e3, 3.0)) == pytest.approx(4.0)
    assert one.old_link is None


def test_each_epoch_of_a_run_is_a_candidate_and_a_pair_is_none():
    row = made_up.timed(2, seed=5, up=300, old_link=OLD)
    for k, state in enumerate(row["history"]):
        state |= {"mse": 7 - k, "accuracy": k / 4}
    found = candidates_of([row])
    assert [one.epoch for one in found] == [1, 2, 3]
    assert [one.flops for one in found] == [500, 1000, 1500]  # 50 images, 10 operations each
    assert [one.held_out for one in found] == [7, 6, 5]
    assert [one.held_out_accuracy for one in found] == [0, 0.25, 0.5]
    assert [one.mse for one in found] == [state["test_mse"] for state in row["history"]]
    for one in found:
        assert (one.name, one.world, one.seed) == ("f = 2", "ε = 0.3", 5)
        assert (one.bytes_up, one.old_link) == (300, 0.4)
    row = made_up.timed(1, way="f = 1, k-means")
    row["history"] = [{**row["history"][0], "mse": 1.0, "accuracy": 0.5}]
    (only,) = candidates_of([made_up.row(line="unaligned"), row])
    assert only.name == "f = 1, k-means"


@pytest.mark.parametrize(("frozen", "seed", "kept"), [(4, 5, 0.9), (3, 5, None), (4, 6, None)])
def test_a_run_without_a_test_of_the_old_link_takes_it_where_nothing_of_davids_changed(
    frozen, seed, kept
):
    """What it was, other runs of the same seed and mismatch tell; a fit before training counts."""
    state = {"test_mse": 0.5, "test_accuracy": 0.5, "mse": 1.0, "accuracy": 0.5}
    tested = made_up.timed(2, seed=5, old_link=OLD, history=[state])
    begun = made_up.timed(frozen, seed=seed, fit_flops=7, history=[state])
    first, second = candidates_of([tested, begun])
    assert (first.old_link, second.old_link) == (0.4, kept)
    assert second.flops == first.flops + 7


def test_a_mixture_is_named_by_its_share():
    assert world_of({"alpha": 0.5, "seed": 0}) == "α = 0.5"
    assert world_of({"crossover": 0.3, "alpha": 0.0}) == "α = 0"
    assert world_of({"crossover": 0.05}) == "ε = 0.05"


def test_at_f_4_david_s_old_link_is_as_it_was():
    """Nothing is uploaded, so the stored metrics before and after are the same numbers."""
    study, store = channel_dissimilarity(crossovers=[0.3], frozen=[0, 4], seeds=[0]), Store("paper")
    cells = {cell.labels.get("frozen"): cell for cell in study.cells}
    lost, kept = (row_of(cells[f], store.load(cells[f].spec))["old_link"] for f in (0, 4))
    assert kept["before"] == kept["after"]
    assert lost["before"] == kept["before"] and lost["after"]["mse"] > 2 * kept["after"]["mse"]
