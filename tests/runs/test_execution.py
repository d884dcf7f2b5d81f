"""Every kind of run at toy size: what its record holds, twice the same, nothing after a failure."""

import dataclasses
import sys
import types

import pytest
import tiny
import torch

from slfkit import exchange
from slfkit.errors import MessageError, RecordError, TrainingError
from slfkit.evaluation import evaluate, flops_per_image
from slfkit.models import Transceiver
from slfkit.records import thumbnails
from slfkit.records.provenance import source_hash
from slfkit.records.repairs import RepairSpec
from slfkit.records.rounds import RoundSpec
from slfkit.records.spec import KINDS, Spec, ceiling_for, classifier_for
from slfkit.rng import generator
from slfkit.runs.compute import compute, in_order
from slfkit.runs.execution import draw_noise, execute
from slfkit.runs.verify import copy_runs
from slfkit.runs.workplace import Workplace


@pytest.fixture(scope="module")
def aligned(shared):
    return {frozen: compute(tiny.alignment(frozen), shared) for frozen in (0, 2, 4)}


def test_every_record_has_its_provenance(shared, aligned):
    """To read them checks their shapes, too: slfkit.records.results."""
    for record in shared.records():
        found = record.provenance
        assert found["source"] == source_hash() and found["threads"] == 1
        assert found["torch"] == torch.__version__
        assert {"slfkit", "python"} <= set(found) and "glyphs/test" in found["data"]


def test_a_transceivers_record(shared, aligned):
    spec = tiny.transceiver()
    results = shared.load(spec).results
    assert results["test"][0]["mse"] != results["test"][1]["mse"]
    assert results["training_images"] == 96 - 32
    assert results["flops_per_image"] == flops_per_image(Transceiver(generator("x")))
    network = Transceiver(generator("x"))
    message = shared.load_weights(spec, results["weights_sha256"])
    assert set(exchange.unpack(message, network.state_dict(), 32)) == set(network.state_dict())
    other = compute(tiny.transceiver(seed=1), shared)
    assert other.results["test"] != results["test"]


@pytest.mark.parametrize("frozen", [None, 0, 2, 4])
def test_pictures_of_four_images_arrive_changed(shared, aligned, frozen):
    record = compute(tiny.pair(), shared) if frozen is None else aligned[frozen]
    examples = record.results["examples"]
    original = thumbnails.decode(examples["original"])
    arrived = thumbnails.decode(examples["reconstruction"])
    assert original.shape == arrived.shape == (4, 3, 32, 32)
    assert (original != arrived).any() and 0 < record.results["pixel_variance"] < 1


def test_the_history_agrees_with_the_test_at_the_best_epoch(aligned):
    for record in aligned.values():
        task = record.results["tasks"]["mse"]
        row = record.results["history"][task["best_epoch"] - 1]
        assert row["test_mse"] == task["test"][0]["mse"]  # the first draw of the same channel
        assert record.results["training_images"] == 64 and record.results["flops_per_image"] > 1e7


def test_the_old_link_is_untouched_at_f_4_and_only_there(aligned, shared):
    before = shared.load(tiny.transceiver(0.3)).results["test"]
    for frozen, record in aligned.items():
        old = record.results["old_link"]
        assert old["before"] == before
        assert (old["after"] == before) == (frozen == 4)  # bit for bit


def test_the_same_seed_gives_the_same_record(shared, aligned, store):
    users = tiny.transceiver(0.1), tiny.transceiver(0.3)
    rounds = RoundSpec(*users, 0.3, rounds=2, batch=8, draws=2)
    repair = tiny.alignment(2, kind=RepairSpec, rank=2)
    for spec in in_order([tiny.alignment(2), tiny.pair(), rounds, repair], store):
        repeated = compute(spec, store).results
        stored = (shared.load(spec) or compute(spec, shared)).results
        assert repeated | {"wall_seconds": 0} == stored | {"wall_seconds": 0}


def test_a_mixture_reports_its_shares_and_those_of_its_ceiling_and_a_blend_none(shared):
    spec = tiny.alignment(4, other="scenes", alpha=0.25, epochs=1)
    record, ceiling = compute(spec, shared), compute(ceiling_for(spec), shared)
    test = ceiling.results["test"]
    assert set(record.results["tasks"]["mse"]["test"][0]["shares"]) == {"glyphs", "scenes"}
    assert {"glyphs/train", "scenes/train"} <= set(record.provenance["data"])
    old = record.results["old_link"]["after"][0]
    assert "shares" not in old  # David's own images are no mixture
    assert set(test["shares"]) == {"glyphs", "scenes"}
    parts = [share["accuracy"] for share in test["shares"].values()]
    assert test["accuracy"] == pytest.approx(0.75 * parts[0] + 0.25 * parts[1])
    assert all(0 <= part <= 1 for part in parts)
    blend = dataclasses.replace(spec, mixing="pixels")  # has one source's classes and no shares
    record = compute(blend, shared)
    assert "shares" not in record.results["tasks"]["mse"]["test"][0]
    assert {"glyphs/train", "scenes/train"} <= set(record.provenance["data"])
    assert classifier_for(blend).sources == ("glyphs",)


def test_freezing_from_the_first_keeps_the_other_parts(shared):
    last, first = (
        len(shared.weights_path(spec).read_bytes())
        for spec in (tiny.alignment(1, epochs=1, order=order) for order in ("last", "first"))
        if compute(spec, shared)
    )
    up = 4 * (48 * 3 * 8 * 8 + 3)  # bytes of the decoder's last layer; the codebook has 2,048
    assert first - last == pytest.approx(up - 2_048, abs=300)


def test_a_run_that_its_rule_ended_is_the_same_under_a_larger_limit(shared):
    """So its record need not be computed again when the limit rises."""
    quick = {"learning_rate": 0.02, "patience": 1}
    short, long = (
        compute(tiny.alignment(2, epochs=epochs, **quick), shared).results for epochs in (20, 60)
    )
    assert len(short["history"]) < 20
    assert {**short, "wall_seconds": 0} == {**long, "wall_seconds": 0}


@pytest.mark.parametrize("frozen", [0, 2, 4])
def test_the_weights_that_alice_keeps_give_her_test_again(shared, aligned, frozen):
    spec, place = tiny.alignment(frozen), Workplace(shared)
    alice, test = place.aligned(spec), place.test_images(spec)
    classifier = place.classifier(classifier_for(spec), test.classes)
    noise = draw_noise(spec, test, 0)
    assert not any(weight.requires_grad for weight in classifier.parameters())
    metrics = evaluate(alice, alice, test, spec.crossover, classifier, noise)
    (stored, _) = aligned[frozen].results["tasks"]["mse"]["test"]
    assert metrics["mse"] == pytest.approx(stored["mse"], rel=1e-6)


def test_a_record_without_weights_has_no_alice(shared, aligned, store):
    spec = tiny.alignment(4)
    copy_runs(spec.needs(), shared, store)
    results = {**aligned[4].results}
    del results["weights_sha256"]
    store.save(dataclasses.replace(aligned[4], results=results))
    with pytest.raises(RecordError, match="kept no weights: delete its record and run it again"):
        Workplace(store).aligned(spec)


def test_a_run_that_fails_stores_nothing(shared, aligned):
    wild = dataclasses.replace(tiny.transceiver(), learning_rate=1e25)
    with pytest.raises(TrainingError, match="epoch 1 at learning rate 1e.25: nothing was stored"):
        compute(wild, shared)
    assert not shared.record_path(wild).exists() and not shared.weights_path(wild).exists()


def test_weights_that_were_changed_are_refused(shared, aligned, store):
    spec = classifier_for(tiny.transceiver())
    store.save(shared.load(spec))
    message = shared.weights_path(spec).read_bytes()
    store.save_weights(spec, message[:-1] + bytes([message[-1] ^ 1]))
    with pytest.raises((RecordError, MessageError), match="is damaged"):
        execute(tiny.transceiver(), Workplace(store))


def test_a_kind_of_run_of_its_own_file_is_computed_by_its_own_module(shared, monkeypatch):
    """Its record names the files that decide its numbers, and is read back as that kind."""

    @dataclasses.dataclass(frozen=True)
    class EchoSpec(Spec):
        files = ("recovery.py",)
        seed: int = 0
        stem = "echo"

    def run(spec, place):
        return {"seed": spec.seed, "device": place.device}

    module = types.ModuleType("slfkit.runs.echos")
    module.EchoSpec, module.run = EchoSpec, run
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(KINDS, "echos", module.__name__)
    record = compute(EchoSpec(7), shared)
    assert shared.read(shared.record_path(EchoSpec(7))) == record
    assert (record.results["seed"], record.results["device"]) == (7, "cpu")
    assert record.provenance["source"] == source_hash(own=("recovery.py",))
    shared.record_path(EchoSpec(7)).unlink()
