"""A run of federated averaging at toy size: what its record holds."""

import dataclasses
from functools import partial

import pytest
import tiny

from slfkit.exchange import pack, seal, tensors
from slfkit.experiments.grid import Cell
from slfkit.experiments.results import row_of
from slfkit.records import rounds
from slfkit.records.rounds import RoundSpec
from slfkit.rivals.averaging import VARIANTS
from slfkit.runs import cost
from slfkit.runs.compute import compute
from slfkit.runs.workplace import Workplace

USERS = (tiny.transceiver(0.1), tiny.transceiver(0.3))
spec = partial(RoundSpec, *USERS, 0.3, rounds=2, batch=8, draws=2)


def test_a_record_counts_bytes_and_operations_until_each_round(shared):
    record = compute(spec(), shared)
    results = record.results
    network = Workplace(shared).transceiver(spec().david)
    message = len(seal(pack(tensors(network, ("encoder", "codebook", "decoder")), 32)))
    first, second = results["history"]
    assert (first["bytes_down"], second["bytes_up"]) == (message, 2 * message)
    assert second["flops"] == 2 * first["flops"] == 2 * 64 * results["flops_per_image"]
    best = results["tasks"]["mse"]["best_epoch"]
    assert results["bytes_up"] == results["history"][best - 1]["bytes_up"]
    for side in ("old_link", "own_link"):
        assert [len(results[side][when]) for when in ("before", "after")] == [2, 2]
    assert record.provenance["source"].count("+") == 1
    assert set(rounds.VARIANTS) == VARIANTS.keys()  # those of the method


def test_a_common_start_costs_a_message_and_an_epoch_more(shared):
    own, common = (compute(spec(name, rounds=1), shared).results for name in ("own", "common"))
    (plain,), (begun,) = own["history"], common["history"]
    assert begun["bytes_down"] == 2 * plain["bytes_down"]
    assert begun["bytes_up"] == plain["bytes_up"]
    assert begun["flops"] == 2 * plain["flops"]


SAME = tiny.transceiver(0.3)
ALIKE = dataclasses.replace(spec(), alice=SAME, david=SAME, rounds=1)


def test_with_equal_networks_the_new_link_is_as_good_as_alices_own(shared):
    """All is shared, and both channels are the air's: the three links are one."""
    (entry,) = compute(ALIKE, shared).results["history"]
    for metric in ("mse", "accuracy"):
        assert entry[metric] == entry[f"alice_{metric}"] == entry[f"david_{metric}"]


def test_what_it_costs_is_known_before_it_starts():
    """Two users train: twice the operations of one who trains as long, tests apart."""
    one, two = cost.flops(spec(), 1), cost.flops(spec(), 2)
    step = cost.flops_per_image(32, 16)
    assert two - one == pytest.approx(2 * 64 * step, rel=0.3)
    assert cost.flops(spec()) == two


def test_an_average_at_once_trains_nothing(shared):
    """Users of one network average to it, whatever the epochs: no noise is drawn in training."""
    results = compute(dataclasses.replace(ALIKE, local=0), shared).results
    assert results["history"][0]["flops"] == 0 < results["bytes_up"]
    before, after = (results["old_link"][when] for when in ("before", "after"))
    assert [draw["mse"] for draw in after] == pytest.approx([draw["mse"] for draw in before])


def test_only_training_can_meet_its_limit(shared):
    runs = (spec(), spec(rounds=1, local=0))
    rows = [row_of(Cell({"seed": 0}, one), compute(one, shared)) for one in runs]
    assert [row["capped"] for row in rows] == [("mse", "accuracy"), ()]
