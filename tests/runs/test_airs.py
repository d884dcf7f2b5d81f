"""Links over another air: bits flipped one by one, labels learnt, and eq. 5 as a pair has it."""

from dataclasses import replace

import pytest
import tiny
import torch
from toys import seeded

from slfkit.images import normalise
from slfkit.records.airs import AirSpec
from slfkit.runs import airs
from slfkit.runs.compute import compute
from slfkit.runs.labelling import BitChannel, plain
from slfkit.runs.workplace import Workplace

N = 200_000
OWN = AirSpec(tiny.transceiver(0.3), tiny.transceiver(0.3), 0.3, "glyphs", test=32, draws=2)
BITS = replace(OWN, air="bits")


def test_received_indices_have_the_transitions_of_the_matrix():
    """Each received index is a binomial count of N draws: within four standard errors."""
    channel = BitChannel(0.1, (2, 0, 7, 1, 6, 3, 5, 4))
    shares = airs.transmit(channel, torch.full((N,), 3), seeded()).bincount(minlength=8) / N
    for share, p in zip(shares.tolist(), channel.transition_matrix()[3], strict=True):
        assert abs(share - p) < 4 * (p * (1 - p) / N) ** 0.5


def test_over_eq_5_it_is_the_test_of_a_pair_and_at_eps_0_bits_are_as_good(shared):
    pair, quiet = tiny.pair(), replace(OWN, crossover=0.0)
    eq_5 = replace(OWN, sender=pair.sender)
    bits = replace(quiet, air="bits", labelling="learned")
    for spec, same in ((eq_5, pair), (bits, quiet)):
        assert compute(spec, shared).results["test"] == compute(same, shared).results["test"]


def test_bits_have_the_eps_of_eq_5_and_a_learned_labelling_lowers_the_distortion(shared):
    learned = replace(BITS, labelling="learned")
    labels = {}
    for spec in (BITS, learned):
        results = compute(spec, shared).results
        labels[spec] = BitChannel(results["flip"], tuple(results["labels"]))
        assert labels[spec].crossover == pytest.approx(0.3)
    assert labels[BITS].labels == plain(32)
    place = Workplace(shared)
    network = place.transceiver(OWN.sender)
    training, _ = place.training_images(OWN)
    with torch.no_grad():
        sent = network.codebook.nearest(network.encode(normalise(training.pixels)))
    usage = (sent.bincount(minlength=32).double() / len(sent)).numpy()
    distances = airs.squared_distances(network.codebook)
    assert labels[learned].distortion(usage, distances) < labels[BITS].distortion(usage, distances)


def test_an_aligned_pair_is_tested_at_another_eps_and_at_its_own_as_its_record_says(shared):
    aligned = tiny.alignment(3)
    own = AirSpec(aligned, aligned, 0.3, "glyphs", test=32, draws=2)
    record = compute(own, shared)
    assert record.results["test"] == shared.load(aligned).results["tasks"]["mse"]["test"]
    other = compute(replace(own, crossover=0.9), shared).results["test"]
    assert other[0]["mse"] != record.results["test"][0]["mse"]
    held = compute(replace(own, split="held_out"), shared).results["test"]
    assert held != record.results["test"]  # of other images
