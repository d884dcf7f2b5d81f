"""Evaluation: metrics by hand, whose codebook is used, shares of a mixture, codewords in use."""

import math

import pytest
import torch
from toys import Bright, by_hand, flat_images, make_images, seeded

from slfkit.evaluation import accuracies, accuracy, evaluate, perplexity
from slfkit.images import join
from slfkit.models import Transceiver

A = flat_images([0, 0, 0], labels=[0, 0, 1], sources=(("a", 2),))
B = flat_images([255], labels=[1], sources=(("b", 2),))  # label 3 of both: never said


def judge(images, sender=(-1.0, 1.0), receiver=(-1.0, 1.0), crossover=0.0, batch=500, seed=0):
    users = by_hand(list(sender)), by_hand(list(receiver))
    return evaluate(*users, images, crossover, Bright(), seeded(seed), batch=batch)


def test_evaluation_by_hand():
    """-1 and 1 are sent as 0 and 1, and heard as -0.5 and 0.5; the third label is wrong."""
    images = flat_images([0, 255, 255], labels=[0, 1, 0])
    for batch in (500, 2):  # also in two unequal batches
        found = judge(images, receiver=(-0.5, 0.5), batch=batch)
        assert found["mse"] == pytest.approx(0.25)
        assert found["psnr"] == pytest.approx(10 * math.log10(4 / 0.25))
        assert found["accuracy"] == pytest.approx(2 / 3)
        assert found["perplexity"] == pytest.approx(3 / 4 ** (1 / 3))  # shares 1/3 and 2/3
        assert "shares" not in found
    assert judge(images)["psnr"] == math.inf  # nothing is lost


def test_each_user_has_his_own_codebook():
    """The sender's codewords choose the index, the receiver's are heard."""
    images = flat_images([0, 255], labels=[1, 0])
    found = judge(images, sender=(1.0, -1.0), receiver=(-1.0, 0.5))
    # -1 is sent as index 1 and heard as 0.5; 1 as index 0 and heard as -1. The receiver's own
    # codebook would have chosen the other index for both, the sender's decode both rightly
    assert found["mse"] == pytest.approx((1.5**2 + 2.0**2) / 2)
    assert found["accuracy"] == 1.0


def test_the_air_is_in_between():
    images = flat_images([0, 255], labels=[0, 1])
    assert judge(images, crossover=1.0)["mse"] == pytest.approx(4.0)
    assert judge(images, crossover=1.0)["accuracy"] == 0.0
    # at eps 0.25 each of 512 positions is wrong, by 4, with standard error 4 * 0.019
    found = judge(images, crossover=0.25)
    assert found["mse"] == pytest.approx(1.0, abs=4 * 4 * (0.25 * 0.75 / 512) ** 0.5)
    assert found == judge(images, crossover=0.25)
    assert found["mse"] != judge(images, crossover=0.25, seed=1)["mse"]


def test_shares_of_a_mixture():
    """a: -1 heard as -1, one label wrong; b: 1 heard as 0.5, its label beyond the classifier's."""
    found = judge(join(A, B), receiver=(-1.0, 0.5))
    assert found["mse"] == pytest.approx(0.25 / 4)
    assert found["accuracy"] == 0.5
    assert found["shares"]["a"] == {"mse": 0.0, "psnr": math.inf, "accuracy": pytest.approx(2 / 3)}
    assert found["shares"]["b"]["mse"] == pytest.approx(0.25)
    assert found["shares"]["b"]["accuracy"] == 0.0
    assert list(judge(flat_images([0], [0], (("a", 2), ("b", 2))))["shares"]) == ["a"]


def test_evaluation_needs_no_gradient():
    toy = Transceiver(seeded(), 8)
    evaluate(toy, toy, make_images(4), 0.1, Bright(), seeded())
    assert all(p.grad is None for p in toy.parameters())


@pytest.mark.parametrize(
    ("counts", "expected"),
    [([5.0] * 8, 8.0), ([0.0, 3.0, 0.0], 1.0), ([2.0, 2.0, 0.0], 2.0), ([1.0], 1.0)],
)
def test_perplexity(counts, expected):
    assert perplexity(torch.tensor(counts)) == pytest.approx(expected)


def test_accuracy_of_a_classifier_on_clean_images():
    images = flat_images([0] * 400 + [255] * 200, labels=[0] * 300 + [1] * 300)
    assert accuracy(Bright(), images) == pytest.approx(500 / 600)  # over two batches
    shares = {"a": {"accuracy": pytest.approx(2 / 3)}, "b": {"accuracy": 0.0}}
    assert accuracies(Bright(), join(A, B)) == {"accuracy": 0.5, "shares": shares}
