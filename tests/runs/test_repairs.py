"""Runs with a remedy at toy size: what they hold and cost, and that the remedy does something."""

from functools import partial

import pytest
import tiny
import torch

from slfkit.records.repairs import RepairSpec
from slfkit.remedies import flops_per_grid, received_grids
from slfkit.rng import generator
from slfkit.runs import old_partner
from slfkit.runs.compute import compute
from slfkit.runs.repairs import _start_matched
from slfkit.runs.workplace import Workplace
from slfkit.training import Schedule

spec = partial(tiny.alignment, kind=RepairSpec)
PARTS = ("codebook.weight", "decoder.conv1.weight", "decoder.conv1.bias")  # tuned at f = 2


@pytest.fixture(scope="module")
def plain(shared):
    return compute(tiny.alignment(2), shared)


def moved(shared, run):
    """How far David's uploaded parts have moved, squared."""
    place = Workplace(shared)
    david, after = place.transceiver(run.david).state_dict(), place.aligned(run).state_dict()
    return sum(float((after[name] - david[name]).square().sum()) for name in PARTS)


def test_the_old_link_before_a_repair_is_that_before_slf(shared, plain):
    record = compute(spec(replay=5), shared)
    assert record.provenance["source"].count("+") == 1
    assert record.results["old_link"]["before"] == plain.results["old_link"]["before"]
    seen = old_partner.pictures(record, Workplace(shared))  # David is rebuilt from its weights
    assert seen["after"].shape == seen["before"].shape


@pytest.mark.parametrize(
    ("fields", "more"),
    [
        ({"replay": 5}, 5 * 160),
        ({"anchor": "l2sp"}, 0),
        ({"anchor": "ewc"}, 4 * (32 * 16 + 32 * 16 * 9 + 32)),
        ({"rank": 2}, 0),
    ],
)
def test_a_remedy_costs_what_it_adds_to_the_download(shared, fields, more):
    base = compute(spec(replay=1), shared).results["bytes_down"] - 160
    assert compute(spec(**fields), shared).results["bytes_down"] - base == more


def test_a_change_of_low_rank_is_a_smaller_upload_and_has_that_rank(shared):
    run = spec(rank=2)
    record, full = compute(run, shared), compute(spec(replay=5), shared)
    assert record.results["bytes_up"] < full.results["bytes_up"] / 3
    place = Workplace(shared)
    david, after = place.transceiver(run.david), place.aligned(run)
    change = (after.decoder.conv1.weight - david.decoder.conv1.weight).detach().flatten(1)
    assert torch.linalg.matrix_rank(change, rtol=1e-4) == 2
    assert torch.equal(after.decoder.conv2.weight, david.decoder.conv2.weight)


@pytest.mark.parametrize("anchor", ["l2sp", "ewc"])
def test_an_anchor_holds_the_weights_back(shared, plain, anchor):
    run = spec(anchor=anchor, weight=1000.0)
    compute(run, shared)
    assert moved(shared, run) < moved(shared, plain.spec)


def test_replay_keeps_what_old_indices_become(shared, plain):
    """By what David made of them, not by the images: after one epoch he makes little of them."""
    run, place = spec(replay=64, weight=1000.0), Workplace(shared)
    record, david = compute(run, shared), place.transceiver(run.david)
    images = place.test_images(run.david)
    received = received_grids(david, images, 0.3, generator("test of replay"))
    with torch.no_grad():
        changes = [
            (after.decode(after.codebook(received)) - david.decode(david.codebook(received)))
            for after in (place.aligned(run), place.aligned(plain.spec))
        ]
    assert changes[0].square().mean() < changes[1].square().mean() / 2
    assert record.results["old_held_out"]["before"] > 0


def test_replayed_grids_count_as_operations(shared, plain):
    """Five grids beside each eight images; L2-SP and a change of low rank add no product."""
    slf = plain.results["flops_per_image"]
    more = flops_per_grid(Workplace(shared).aligned(plain.spec)) * 5 / 8
    assert slf < compute(spec(replay=5), shared).results["flops_per_image"] <= slf + round(more)
    for fields in ({"anchor": "l2sp"}, {"rank": 2}):
        assert compute(spec(**fields), shared).results["flops_per_image"] == slf


def test_new_weights_learn_from_old_grids_too_and_a_change_of_low_rank_may_start_matched(shared):
    assert compute(spec(frozen=0, replay=5), shared).results["old_link"]
    assert compute(spec(rank=1, refit=True, matched=True), shared).results["bytes_up"]


def test_matched_codewords_keep_the_numbers_of_davids_that_are_nearest(shared):
    """No other order of the new codewords lies nearer to David's, and most orders lie farther."""
    run, place = spec(replay=5, refit=True, matched=True), Workplace(shared)
    compute(run, shared)
    david, virtual = place.transceiver(run.david), place.transceiver(run.david)
    images, _ = place.training_images(run)
    schedule = Schedule((), 1, batch=8, warm_up=4)
    _start_matched(virtual, david, images, schedule, seed=0)
    distances = torch.cdist(david.codebook.weight, virtual.codebook.weight).square().detach()
    own = distances.diagonal().sum()
    for number in range(50):
        order = torch.randperm(32, generator=generator("order", number))
        assert own <= distances[torch.arange(32), order].sum()
    for k, other in ((0, 1), (3, 17), (30, 31)):
        swapped = distances[k, other] + distances[other, k]
        assert distances[k, k] + distances[other, other] <= swapped + 1e-5
    after = place.aligned(run)  # it trains only what is not frozen
    assert torch.equal(after.decoder.up.weight, david.decoder.up.weight)
    assert not torch.equal(after.codebook.weight, david.codebook.weight)
