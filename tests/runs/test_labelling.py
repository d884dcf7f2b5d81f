"""Labels and bits: exact averages over all permutations, and what eq. 5 does not care about."""

from itertools import permutations

import numpy as np
import pytest
import torch
from toys import seeded

from slfkit.channel import SymmetricDMC
from slfkit.errors import ParameterError
from slfkit.modulation import bit_error, modulation
from slfkit.runs.labelling import BitChannel, learn, plain


def test_transitions_of_two_bits_by_hand():
    """Label 0 to label 3 takes two flips, to 1 and 2 one; labels (0, 1, 3, 2) are a Gray code."""
    one = BitChannel(0.1, (0, 1, 3, 2)).transition_matrix()
    assert one[0] == pytest.approx([0.81, 0.09, 0.01, 0.09])
    assert one.sum(1) == pytest.approx(np.ones(4))


def test_eps_of_the_bits_is_that_of_the_modulation():
    bits = modulation("bits")
    for eps in (0.05, 0.3):
        flip = 1 - (1 - eps) ** (1 / 5)
        channel = BitChannel(flip, plain(32))
        assert channel.crossover == pytest.approx(eps)
        assert 1 - channel.transition_matrix().diagonal() == pytest.approx(np.full(32, eps))
        assert bit_error(10 ** (bits.decibels(eps) / 10)) == pytest.approx(flip)


def scrambled(matrix):
    """Average a channel exactly over all permutations of its indices, known at both ends."""
    size = len(matrix)
    every = list(permutations(range(size)))
    return sum(matrix[np.ix_(order, order)] for order in every) / len(every)


def test_scrambling_turns_any_channel_into_eq_5():
    """An exact average over all permutations: eps is the channel's mean error rate."""
    bits = BitChannel(0.2, (2, 0, 3, 1))
    drawn = np.random.default_rng(0).random((3, 5, 5)) ** 3
    drawn /= drawn.sum(2, keepdims=True)
    assert bits.crossover == pytest.approx(1 - bits.transition_matrix().trace() / 4)
    for matrix in (*drawn, bits.transition_matrix()):
        eps = 1 - matrix.trace() / len(matrix)
        symmetric = SymmetricDMC(eps, len(matrix)).transition_matrix().numpy()
        assert scrambled(matrix) == pytest.approx(symmetric) != matrix


@pytest.mark.parametrize(
    ("crossover", "best"), [(0.0, True), (0.5, True), (0.87, True), (0.88, False)]
)
def test_the_nearest_codeword_is_the_best_quantiser_below_the_guess(crossover, best):
    """At K = 8 a guess errs with probability 0.875; beyond it the farthest codeword is best."""
    words, latent = torch.randn(8, 4, generator=seeded()), torch.randn(50, 4, generator=seeded(1))
    distances = torch.cdist(latent, words).square().double()  # (50, 8)
    transitions = SymmetricDMC(crossover, 8).transition_matrix()
    expected = distances @ transitions.T  # (50, 8), by index sent
    assert torch.equal(expected.argmin(1), distances.argmin(1)) is best
    assert torch.equal(expected.argmin(1), distances.argmax(1)) is not best


def on_a_line(words):
    """Return the squared distances of codewords 0, 1, 2, ... on a line."""
    places = np.arange(words)
    return (places[:, None] - places[None, :]) ** 2.0


def test_the_distortion_is_a_sum_by_hand():
    """Two codewords 3 apart, a bit that flips in 0.2 of cases: 0.2 x 9, whichever is sent."""
    distances = np.array([[0.0, 9.0], [9.0, 0.0]])
    assert BitChannel(0.2, (0, 1)).distortion(np.array([0.3, 0.7]), distances) == pytest.approx(1.8)


@pytest.mark.parametrize("flip", [0.01, 0.1, 0.3])
def test_four_codewords_get_the_best_of_all_labellings(flip):
    usage, distances = np.array([0.4, 0.1, 0.3, 0.2]), on_a_line(4)
    every = list(permutations(range(4)))
    found = learn(flip, usage, distances, every)
    costs = {labels: BitChannel(flip, labels).distortion(usage, distances) for labels in every}
    assert costs[found] == pytest.approx(min(costs.values()))


def test_learning_beats_its_starts_and_no_swap_beats_it():
    usage, distances, rng = np.full(16, 1 / 16), on_a_line(16), np.random.default_rng(0)
    starts = [rng.permutation(16) for _ in range(3)]

    def cost(labels):
        return BitChannel(0.05, tuple(map(int, labels))).distortion(usage, distances)

    found = learn(0.05, usage, distances, starts)
    assert cost(found) < min(map(cost, starts))
    for i in range(16):
        for j in range(i):
            other = list(found)
            other[i], other[j] = other[j], other[i]
            assert cost(other) >= cost(found) * (1 - 1e-9)


@pytest.mark.parametrize(
    ("flip", "labels", "message"),
    [
        (0.6, (0, 1), r"flip 0.6 is outside \[0, 0.5\]"),
        (float("nan"), (0, 1), "flip nan is outside"),
        (0.1, (0, 0), "must hold each number from 0 to 1 once"),
        (0.1, (0, 1, 2), "3 codewords do not fill whole bits"),
    ],
)
def test_what_is_no_bit_channel_is_refused(flip, labels, message):
    with pytest.raises(ParameterError, match=message):
        BitChannel(flip, labels)
