"""The rate of an entropy coder that knows the neighbours: by hand, and at its ends."""

import math

import pytest
import torch

from slfkit.errors import ParameterError
from slfkit.rivals.entropy import WEIGHT, rate


def grids(*rows):
    return torch.tensor(rows).view(-1, 1, len(rows[0]))


def test_one_index_alone_by_hand():
    """Two words, three grids of one index to fit to: 0, 0, 1; the grid to code is a 1."""
    fitted = torch.tensor([0, 0, 1]).view(3, 1, 1)
    usage = (1 + 1) / (3 + 2)
    share = (1 + WEIGHT * usage) / (3 + WEIGHT)
    coded = rate(torch.tensor([[[0]]]), fitted, 2)
    assert coded == pytest.approx(-math.log2((2 + WEIGHT * (1 - usage)) / (3 + WEIGHT)))
    assert -math.log2(share) > 1 == rate(torch.tensor([[[1]]]), fitted, 2)  # equal lengths instead


def test_neighbours_that_decide_the_index_make_it_nearly_free():
    draw = torch.Generator().manual_seed(0)
    first = torch.randint(8, (400, 8, 1), generator=draw)
    same = first.expand(-1, -1, 8)  # each index is its left neighbour's
    assert rate(same[:200], same[200:], 8) == pytest.approx(3 / 8, abs=0.1)


def test_independent_indices_cost_their_entropy():
    draw = torch.Generator().manual_seed(0)
    noise = torch.randint(4, (800, 16, 16), generator=draw)
    coded = rate(noise[:400], noise[400:], 4)
    assert 2 - 0.01 < coded <= 2
    # Independent with shares 3/4 and 1/4: the entropy, within four standard errors.
    draw = torch.Generator().manual_seed(0)
    drawn = (torch.rand((800, 16, 16), generator=draw) < 0.25).long()
    entropy = -0.75 * math.log2(0.75) - 0.25 * math.log2(0.25)
    error = math.sqrt(0.75 * 0.25) * math.log2(3) / math.sqrt(400 * 256)
    assert abs(rate(drawn[:400], drawn[400:], 2) - entropy) < 4 * error


@pytest.mark.parametrize(("coded", "fitted"), [(0, 1), (1, 0)])
def test_nothing_to_code_or_to_fit_to_is_refused(coded, fitted):
    with pytest.raises(ParameterError, match="expected one of each at least"):
        rate(torch.zeros(coded, 2, 2).long(), torch.zeros(fitted, 2, 2).long(), 2)
