"""Cost estimates: the operations of the networks themselves, speeds from records, time left."""

from dataclasses import replace

import pytest
import tiny
import torch
import whole
from torch.utils.flop_counter import FlopCounterMode

from slfkit.evaluation import flops_per_image
from slfkit.models import Classifier, Transceiver
from slfkit.records.airs import AirSpec
from slfkit.records.bounds import BoundSpec, StreamSpec
from slfkit.records.opinions import OpinionSpec
from slfkit.records.pilots import StartSpec
from slfkit.records.spec import (
    AlignmentSpec,
    CeilingSpec,
    ClassifierSpec,
    PairSpec,
    TransceiverSpec,
)
from slfkit.records.store import Record
from slfkit.rng import generator
from slfkit.runs import cost
from slfkit.slf import freeze

T1, T2 = TransceiverSpec("mnist", 0.1), TransceiverSpec("mnist", 0.3)
STEP, SENT, JUDGED = 65_536_000, 22_282_240, 3_507_456  # per image at K = 32, D = 16, 10 classes


@pytest.mark.parametrize(
    ("codewords", "dimension", "frozen"),
    [(32, 16, 0), (32, 16, 1), (32, 16, 2), (32, 16, 3), (32, 16, 4), (64, 8, 0), (8, 32, 2)],
)
def test_operations_of_a_step_are_those_counted_on_the_network(codewords, dimension, frozen):
    network = Transceiver(generator("cost"), codewords, dimension)
    freeze(network, frozen)
    counted = flops_per_image(network)
    assert cost.flops_per_image(codewords, dimension, frozen) == counted


@pytest.mark.parametrize("classes", [10, 20])
def test_operations_of_the_classifier_are_those_counted_on_it(classes):
    with FlopCounterMode(display=False) as counter:
        Classifier(generator("cost"), classes)(torch.zeros(1, 3, 32, 32))
    assert cost._judged(classes) == counter.get_total_flops()


BOTH = ("mnist", "cifar10")
LINK, OF_BOTH = SENT + JUDGED, cost._judged(20)
TRAINED = 30 * (55_000 * STEP + 5_000 * LINK) + 5 * 10_000 * LINK  # validated, and tested


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (T1, TRAINED),
        (TransceiverSpec("FashionMNIST", 0.1), TRAINED),  # unknown: as large as MNIST
        # tested after each epoch, and two tasks and the old link at the end
        (
            AlignmentSpec(T1, T2, 0.3, 4, "mnist", epochs=9),
            9 * (55_000 * cost.flops_per_image(32, 16, 4) + 15_000 * LINK) + 150_000 * LINK,
        ),
        (PairSpec(T1, T2, 0.3, "mnist"), 50_000 * LINK),
        (CeilingSpec(*BOTH, 0.5, ClassifierSpec(BOTH)), 10_000 * OF_BOTH),
        (ClassifierSpec(BOTH, epochs=1), 100_000 * 3 * OF_BOTH + 30_000 * OF_BOTH),
        (  # a mixture is as large as its shares
            AlignmentSpec(T1, T2, 0.1, 0, *BOTH, 0.5, epochs=1, draws=1),
            50_000 * STEP + (5_000 + 10_000 + 3 * 10_000) * (SENT + OF_BOTH),
        ),
    ],
)
def test_a_run_costs_what_it_trains_validates_and_tests(spec, expected):
    assert cost.flops(spec) == expected


def test_an_epoch_costs_what_table_1_says_and_fewer_epochs_and_images_less():
    assert cost.flops_per_image(32, 16) == STEP
    assert STEP * 55_000 / 1e12 == pytest.approx(3.592, rel=0.01)  # decoded from Table I
    assert cost.flops(T1, epochs=3) < cost.flops(T1) / 9
    assert cost.flops(tiny.transceiver()) < cost.flops(T1) / 1000


PAIR, OWN = tiny.pair(), tiny.transceiver(0.3)
NINE = replace(whole.SPECS["pilots"], train=96, test=32, held_out=32)


@pytest.mark.parametrize(
    ("spec", "same"),
    [
        *((kind(OWN, 0.3, draws=2), PAIR) for kind in (BoundSpec, StreamSpec)),
        (AirSpec(PAIR.sender, PAIR.receiver, 0.3, "glyphs", test=32, draws=2), PAIR),
        (OpinionSpec(OWN, draws=2), PAIR),
        (tiny.alignment(4, kind=StartSpec, pilots=9), tiny.alignment(4)),
    ],
)
def test_what_is_only_tested_costs_as_a_pair_and_a_start_as_slf(spec, same):
    assert cost.flops(spec) == cost.flops(same)


def test_pilots_and_meetings_cost_something():
    assert cost.flops(NINE) > cost.flops(replace(NINE, pilots=0)) > 0
    assert cost.flops(whole.SPECS["meetings"]) > 0


def record(spec, seconds, epochs, device="this", threads=1):
    results = {"wall_seconds": seconds, "history": [{}] * epochs}
    return Record(spec, results, {"device": device, "threads": threads})


def test_the_speed_of_each_kind_comes_from_the_records_of_this_device():
    pair = PairSpec(T1, T2, 0.3, "mnist")
    known = [record(T1, 100.0, 3), record(T2, 200.0, 3), record(pair, 10.0, 0)]
    other = [record(T1, 1.0, 30, device="other"), record(T2, 1.0, 30, threads=4)]
    speed = cost.recorded([*known, *other], "this", 1)
    rate = 2 * cost.flops(T1, 3) / 300
    assert speed.rates["transceivers"] == pytest.approx(rate)
    assert speed.seconds(T1) == pytest.approx(cost.flops(T1) / rate)
    assert speed.seconds(pair) == pytest.approx(10.0)
    assert speed.origin == "from the wall times of 3 records of this device"
    # a kind without records takes the speed of all others
    speed = cost.recorded([record(T1, 100.0, 3)], "this", 1)
    spec = ClassifierSpec(("mnist",))
    assert speed.seconds(spec) == pytest.approx(cost.flops(spec) * 100 / cost.flops(T1, 3))


def test_without_a_record_that_tells_there_is_no_speed_and_a_calibration_finds_a_likely_one():
    for records in ([], [record(T1, 9.0, 3, "other")], [record(T1, 0.0, 3)]):
        assert cost.recorded(records, "this", 1) is None
    assert 1e7 < cost.calibrate("cpu", 4, seconds=0.05) < 1e14


def test_durations():
    texts = {0.2: "1 s", 45.4: "45 s", 90: "2 min", 750: "12 min", 5400: "1.5 h", 2e5: "55.6 h"}
    assert {seconds: cost.duration(seconds) for seconds in texts} == texts


def test_what_remains_is_shared_out_and_follows_the_pace_of_finished_runs(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(cost.time, "monotonic", lambda: now[0])
    remaining = cost.Remaining({"a": 100.0, "b": 100.0, "c": 200.0}, 2)
    assert remaining.seconds() == 200
    now[0] = 50.0
    assert remaining.seconds() == 150
    remaining.finished("a", 50.0)  # half of what was expected
    assert remaining.seconds() == 75
    remaining.finished("b", None)  # by another process: tells nothing
    assert remaining.seconds() == 50
    now[0] = 1000.0
    assert remaining.seconds() == 0
