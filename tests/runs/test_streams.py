"""Separate coding with an entropy coder at toy size: how many words fit, and their link."""

import pytest
import tiny

from slfkit.evaluation import evaluate
from slfkit.records.bounds import StreamSpec
from slfkit.records.spec import classifier_for
from slfkit.rng import generator
from slfkit.runs import streams
from slfkit.runs.compute import compute
from slfkit.runs.workplace import Workplace


def test_where_all_words_fit_the_link_is_the_transceivers_own_without_noise(shared):
    spec = StreamSpec(tiny.transceiver(0.3), 0.0, images=8)
    results = compute(spec, shared).results
    place = Workplace(shared)
    network, test = place.transceiver(spec.transceiver), place.test_images(spec)
    judge = place.classifier(classifier_for(spec.transceiver), test.classes)
    own = evaluate(network, network, test, 0.0, judge, generator("unused"))
    assert results["test"] == [own] and results["words"] == 32
    assert 0 < results["bits"] <= results["capacity"] == 5.0


def test_words_are_halved_until_their_rate_fits(shared, monkeypatch):
    rates = {32: 3.0, 16: 2.7, 8: 2.6, 4: 1.0}
    monkeypatch.setattr(streams, "rate", lambda grids, fitted, words: rates[words])
    spec = StreamSpec(tiny.transceiver(0.3), 0.3, images=8)
    results = streams.run(spec, Workplace(shared))
    assert spec.capacity == pytest.approx(2.63, abs=0.01)
    assert (results["words"], results["bits"]) == (8, 2.6)


def test_grids_are_the_indices_in_their_places(shared):
    place = Workplace(shared)
    network = place.transceiver(tiny.transceiver(0.3))
    test = place.test_images(tiny.pair())
    latent = streams.latents(network, test, 5)
    assert latent.shape == (5 * 256, 16)
    grids = streams._grids(network, latent)
    assert grids.flatten().equal(network.codebook.nearest(latent)) and grids.shape == (5, 16, 16)
