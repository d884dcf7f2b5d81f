"""Alignment from pilots as a run at toy size: every aligner, its price, whose images pilots are."""

from functools import partial

import pytest
import tiny
import torch

from slfkit.aligners.message import PAYLOADS, payload_bytes
from slfkit.images import normalise
from slfkit.records.pilots import PilotSpec, TrialSpec
from slfkit.records.provenance import source_hash
from slfkit.runs import trials
from slfkit.runs.compute import compute
from slfkit.runs.pilots import HEADLINE, pilots
from slfkit.runs.workplace import Workplace

ALICE, DAVID = tiny.transceiver(0.1), tiny.transceiver(0.3)
spec = partial(PilotSpec, ALICE, DAVID, 0.3, source="glyphs", held_out=32, **tiny.SCALE)
LINEAR = {"ridge 1", "ridge 3", "ridge 5", "Procrustes", "Parseval"}


@pytest.fixture(scope="module")
def results(shared):
    return compute(spec(pilots=4), shared).results


def test_a_record_has_every_aligner_with_every_payload_it_can_use_and_its_price(results):
    tested = {(one["method"], one["payload"]) for one in results["aligners"]}
    maps = {("index map", "indices"), ("one-to-one map", "indices")}
    assert tested == {(name, payload) for name in LINEAR for payload in PAYLOADS} | maps
    assert len(results["aligners"]) == len(tested) == spec(pilots=4).links - 1
    for one in results["aligners"]:
        assert 0 < one["bytes_down"] - payload_bytes(4, one["payload"]) < 320
        assert one["flops"] > 4 * 2 * 256 * (3 * 32 * 16 + 32 * 32 * 9 + 32 * 16 * 9)
        assert ("penalty" in one) == one["method"].startswith("ridge")


def of(results, *wanted):
    (found,) = [a for a in results["aligners"] if (a["method"], a["payload"]) == wanted]
    return found


def test_one_aligner_stands_for_all_and_davids_own_pair_beside_it(results, shared):
    assert results["test"] == of(results, *HEADLINE)["test"]
    assert results["matched"] != results["test"] and len(results["matched"]) == 2
    assert len(results["examples"]["labels"]) == 4


def test_without_pilots_the_codebooks_are_matched_alone(shared):
    record = compute(spec(pilots=0), shared)
    (only,) = record.results["aligners"]
    assert only["method"] == "codebooks alone"
    assert 0 < only["bytes_down"] - payload_bytes(0, "indices") - 4 * 32 < 320
    assert record.results["test"] == only["test"]
    source, own = record.provenance["source"].split("+")  # its own files are part of it
    assert source == source_hash() and own == source_hash(own=PilotSpec.files).split("+")[1]


def test_a_mixture_is_sent_and_its_shares_are_told(shared):
    far = tiny.transceiver(0.1, source="scenes")
    mixed = PilotSpec(ALICE, far, 0.1, 4, "glyphs", "scenes", 0.5, held_out=32, **tiny.SCALE)
    assert set(compute(mixed, shared).results["test"][0]["shares"]) == {"glyphs", "scenes"}


def test_pilots_are_training_images_drawn_by_seed_and_fewer_are_among_more(shared):
    place = Workplace(shared)
    few, many = (pilots(spec(pilots=n), place) for n in (3, 7))
    assert torch.equal(few, many[:3])
    training, held_out = place.training_images(spec(pilots=3))

    def found(images, among):
        rows = normalise(among.pixels)
        return [bool((rows == image).flatten(1).all(1).any()) for image in images]

    assert found(few, training) == [True] * 3
    assert not any(found(few, held_out)) and not any(found(few, place.test_images(spec(pilots=3))))
    assert not torch.equal(few, pilots(spec(pilots=3, seed=1), place))


def test_a_trial_tests_the_same_map_on_other_images(shared, results, monkeypatch):
    """With the test images in place of the held-out ones it gives the record's own numbers."""
    trial, place = TrialSpec(*spec.args, pilots=4, **spec.keywords), Workplace(shared)
    same = of(results, "ridge 3", "indices")["test"]
    assert trials.run(trial, place)["test"] != same
    training, _ = place.training_images(trial)
    monkeypatch.setattr(place, "training_images", lambda s: (training, place.test_images(s)))
    assert trials.run(trial, place)["test"] == same
    assert trial.links == 1 and trial.stem.endswith("-held")
