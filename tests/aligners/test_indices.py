"""Maps of indices: known permutations are recovered, with pilots and without."""

from itertools import permutations

import pytest
import torch

from slfkit.aligners.assignment import assign
from slfkit.aligners.indices import IndexMap, fit_index_map, match_codebooks
from slfkit.errors import ParameterError
from slfkit.rng import generator

K, D = 12, 5
CYCLE = (torch.arange(K) * 5 + 1) % K  # no involution: its inverse is another permutation


def sent(count=4_000):
    return torch.randint(K, (count,), generator=generator("sent"))


@pytest.mark.parametrize("seed", range(5))
def test_the_assignment_is_the_best_of_all_permutations(seed):
    cost = torch.randn(5, 5, generator=generator("cost", seed))
    best = min(permutations(range(5)), key=lambda p: sum(cost[k, p[k]] for k in range(5)))
    assert assign(cost).tolist() == list(best)


def test_a_large_assignment_is_a_permutation_that_no_swap_betters_and_ties_are_assigned():
    cost = torch.rand(40, 40, generator=generator("large"))
    columns = assign(cost)
    assert sorted(columns.tolist()) == list(range(40))
    own = cost[torch.arange(40), columns]
    swapped = cost[:, columns]  # of row k if it took the column of row l
    assert (own[:, None] + own[None, :] <= swapped + swapped.T + 1e-6).all()
    assert sorted(assign(torch.zeros(6, 6)).tolist()) == list(range(6))
    assert assign(torch.tensor([[3.0]])).tolist() == [0]


@pytest.mark.parametrize("cost", [torch.zeros(2, 3), torch.tensor([[float("nan")]])])
def test_other_costs_are_refused(cost):
    with pytest.raises(ParameterError, match="cannot be assigned: expected a square"):
        assign(cost)


@pytest.mark.parametrize("one_to_one", [False, True])
def test_a_known_permutation_is_recovered_the_right_way_round(one_to_one):
    seen = sent()
    aligner = fit_index_map(seen, CYCLE[seen], K, one_to_one=one_to_one)
    assert torch.equal(aligner.table, CYCLE)
    assert torch.equal(aligner.apply(seen.view(40, 100)), CYCLE[seen].view(40, 100))


def test_two_of_hers_may_share_one_of_his_and_one_never_sent_goes_to_his_most_used():
    # Hers 0 and 1 both meet his 0; hers 1 meets his 1 now and then, so it goes there.
    seen = torch.tensor([0] * 9 + [1] * 5)
    his = torch.tensor([0] * 9 + [0, 0, 0, 1, 1])
    assert fit_index_map(seen, his, 2).table.tolist() == [0, 0]
    assert fit_index_map(seen, his, 2, one_to_one=True).table.tolist() == [0, 1]
    aligner = fit_index_map(torch.tensor([0, 0, 1]), torch.tensor([2, 2, 1]), 3)
    assert aligner.table.tolist() == [2, 1, 2]
    assert IndexMap(CYCLE).apply(torch.zeros(2, 3, dtype=torch.int64)).tolist() == [[1] * 3] * 2


@pytest.mark.parametrize(
    ("own", "other", "message"),
    [
        (sent(0), sent(0), "are no pilots: expected both users' indices"),
        (sent(4), sent(5), "are no pilots"),
        (sent(4), sent(4) + K, f"do not fit {K} codewords"),
        (sent(4) - K, sent(4), f"do not fit {K} codewords"),
    ],
)
def test_indices_that_do_not_fit_are_refused(own, other, message):
    with pytest.raises(ParameterError, match=message):
        fit_index_map(own, other, K)


def codebooks():
    """Return a codebook, and the same one rotated, scaled, shifted and renamed by CYCLE."""
    own = torch.randn(K, D, generator=generator("codewords"))
    turn = torch.linalg.qr(torch.randn(D, D, generator=generator("turn"))).Q
    other = torch.empty_like(own)
    other[CYCLE] = 3.0 * own @ turn + 1.0
    return own, other


def test_codebooks_alone_give_a_known_renaming_back():
    own, other = codebooks()
    usage = torch.arange(1.0, K + 1)
    his = torch.empty_like(usage)
    his[CYCLE] = usage
    assert torch.equal(match_codebooks(own, other, usage, his).table, CYCLE)
    flat = torch.ones(K)  # so that distances decide
    assert (match_codebooks(own, other, flat, flat).table == CYCLE).float().mean() > 0.9
    flat[:3] = 0  # unused codewords get partners too
    assert sorted(match_codebooks(own, other, flat, flat).table.tolist()) == list(range(K))


@pytest.mark.parametrize(
    ("own", "usage", "message"),
    [
        (torch.zeros(K - 1, D), torch.ones(K - 1), "cannot be matched one to one"),
        (torch.zeros(K, D), torch.zeros(K), "not all zero"),
        (torch.zeros(K, D), -torch.ones(K), "one number from 0 on for each"),
        (torch.zeros(K, D), torch.ones(3), r"usage \(3,\) of 12 codewords"),
    ],
)
def test_codebooks_that_cannot_be_matched_are_refused(own, usage, message):
    with pytest.raises(ParameterError, match=message):
        match_codebooks(own, torch.ones(K, D), usage, torch.ones(K))
