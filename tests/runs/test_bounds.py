"""Separate coding: as many words as capacity allows, and a link without errors."""

import pytest
import tiny

from slfkit.channel import SymmetricDMC
from slfkit.evaluation import evaluate
from slfkit.images import normalise
from slfkit.records.bounds import BoundSpec
from slfkit.records.spec import classifier_for
from slfkit.rng import generator
from slfkit.runs import bounds
from slfkit.runs.compute import compute
from slfkit.runs.workplace import Workplace


@pytest.mark.parametrize(("crossover", "count"), [(0.0, 32), (0.1, 16), (0.3, 6), (0.5, 2)])
def test_words_are_what_the_capacity_tells_apart(crossover, count):
    spec = BoundSpec(tiny.transceiver(0.3), crossover)
    assert spec.capacity == pytest.approx(SymmetricDMC(crossover, 32).capacity(), abs=1e-12)
    assert spec.words == count <= 2**spec.capacity + 1e-9 < count + 1


def test_a_record_is_that_of_the_same_link_by_hand(shared):
    spec = BoundSpec(tiny.transceiver(0.3), 0.3, images=8, draws=2)
    record = compute(spec, shared)
    place = Workplace(shared)
    network, test = place.transceiver(spec.transceiver), place.test_images(spec)
    images, _ = place.training_images(spec)
    latent = network.encode(normalise(images.pixels[:8])).detach()
    ideal = bounds.with_words(network, latent, 6, (0, 1))
    judge = place.classifier(classifier_for(spec.transceiver), test.classes)
    metrics = evaluate(ideal, ideal, test, 0.0, judge, generator("unused"))
    assert record.results["words"] == 6 and len(record.results["test"]) == 2
    assert metrics == record.results["test"][1]
    weights = network.state_dict()
    same = {name for name, w in ideal.state_dict().items() if w.equal(weights[name])}
    assert same == weights.keys() - {"codebook.weight"}  # encoder and decoder stay as they were
    assert (ideal.codebook.weight.shape, network.codebook.weight.shape) == ((6, 16), (32, 16))
