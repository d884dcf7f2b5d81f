"""The channel of eq. 5, against its probabilities and its capacity."""

import math

import pytest
import torch
from toys import seeded

from slfkit.channel import SymmetricDMC
from slfkit.errors import ParameterError

N = 1_000_000
K = 8


def within_four_standard_errors(share, probability, draws):
    """Compare an observed share with its probability p; its standard error is sqrt(p (1-p) / n)."""
    return abs(share - probability) <= 4 * math.sqrt(probability * (1 - probability) / draws)


CASES = [*((eps, K) for eps in (0.0, 0.05, 0.3, 0.9)), *((1.0, size) for size in (2, 3, 32))]


@pytest.mark.parametrize(("crossover", "codewords"), CASES)
def test_frequencies_of_eq_5(crossover, codewords):
    """At eps 0 all letters are kept and at eps 1 none."""
    # one sent letter, so that each received letter is a binomial count of N draws; standard error
    # at eps 0.3: 4.6e-4 for the kept share, 2.0e-4 for each of the other K - 1 letters
    for letter in {0, codewords // 2, codewords - 1}:
        sent = torch.full((N,), letter)
        received = SymmetricDMC(crossover, codewords).transmit(sent, seeded(letter))
        shares = received.bincount(minlength=codewords) / N
        assert len(shares) == codewords
        for other, share in enumerate(shares.tolist()):
            expected = 1 - crossover if other == letter else crossover / (codewords - 1)
            assert within_four_standard_errors(share, expected, N), (letter, other)


def test_indices_are_swapped_independently_and_to_independent_letters():
    """Neighbours are swapped together with probability eps^2, then alike in 1/(K-1) of cases."""
    sent = torch.zeros(N, 2, dtype=torch.int64)
    swapped = SymmetricDMC(0.3, K).transmit(sent, seeded()) != 0
    assert within_four_standard_errors(swapped.all(1).double().mean().item(), 0.09, N)
    received = SymmetricDMC(1.0, K).transmit(sent, seeded())
    same = (received[:, 0] == received[:, 1]).double().mean().item()
    assert within_four_standard_errors(same, 1 / (K - 1), N)


@pytest.mark.parametrize("shape", [(5, 16, 16), (0,)])
def test_shape_and_type_are_kept_and_the_input_is_untouched(shape):
    sent = torch.randint(K, shape, generator=seeded())
    before = sent.clone()
    received = SymmetricDMC(0.5, K).transmit(sent, seeded())
    assert received.shape == sent.shape and received.dtype == torch.int64
    assert torch.equal(sent, before)


def test_the_generator_alone_fixes_the_noise():
    channel, sent = SymmetricDMC(0.5, K), torch.zeros(1000, dtype=torch.int64)
    first = channel.transmit(sent, seeded(7))
    torch.manual_seed(123)  # the global generator plays no part
    assert torch.equal(first, channel.transmit(sent, seeded(7)))
    assert not torch.equal(first, channel.transmit(sent, seeded(8)))
    running = seeded(7)
    assert torch.equal(first, channel.transmit(sent, running))
    assert not torch.equal(first, channel.transmit(sent, running))  # it moves on


def test_the_same_noise_grows_with_the_crossover():
    """With one generator state, what is swapped at a smaller eps is swapped alike at a larger."""
    sent = torch.zeros(10_000, dtype=torch.int64)
    little, much = (SymmetricDMC(eps, K).transmit(sent, seeded()) for eps in (0.1, 0.5))
    assert torch.equal(much[little != 0], little[little != 0])


@pytest.mark.parametrize("crossover", [-0.1, 1.1, math.nan, math.inf, -math.inf])
def test_refuses_a_crossover_outside_0_to_1(crossover):
    with pytest.raises(ParameterError, match=rf"{crossover!r} is outside \[0, 1\]"):
        SymmetricDMC(crossover, K)


@pytest.mark.parametrize("codewords", [-1, 0, 1])
def test_refuses_fewer_than_two_codewords(codewords):
    with pytest.raises(ParameterError, match=f"at least 2 codewords, got {codewords}"):
        SymmetricDMC(0.1, codewords)


@pytest.mark.parametrize("index", [-1, K])
def test_refuses_an_index_outside_the_codebook(index):
    with pytest.raises(ParameterError, match=f"{index}.*must lie in 0..{K - 1}"):
        SymmetricDMC(0.1, K).transmit(torch.tensor([0, index, K - 1]), seeded())


@pytest.mark.parametrize("crossover", [0.0, 0.1, 0.875, 1.0])
def test_transition_matrix(crossover):
    matrix = SymmetricDMC(crossover, K).transition_matrix()
    assert matrix.shape == (K, K) and matrix.dtype == torch.float64
    assert torch.allclose(matrix.sum(1), torch.ones(K, dtype=torch.float64), atol=1e-15, rtol=0)
    assert torch.equal(matrix.diagonal(), torch.full((K,), 1 - crossover, dtype=torch.float64))
    assert set(matrix[~torch.eye(K, dtype=torch.bool)].tolist()) == {crossover / (K - 1)}


def mutual_information(joint):
    """Return I(S; R) in bits of a joint distribution (K, K)."""
    independent = joint.sum(1, keepdim=True) * joint.sum(0, keepdim=True)
    return (torch.xlogy(joint, joint) - torch.xlogy(joint, independent)).sum().item() / math.log(2)


@pytest.mark.parametrize("crossover", [0.0, 0.1, 0.5, 0.875, 1.0])
@pytest.mark.parametrize("codewords", [2, 8])
def test_capacity_is_the_mutual_information_of_a_uniform_input(crossover, codewords):
    channel = SymmetricDMC(crossover, codewords)
    exact = mutual_information(channel.transition_matrix() / codewords)
    assert channel.capacity() == pytest.approx(exact, abs=1e-12)
