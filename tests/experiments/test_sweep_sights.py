"""What the figures of the sweeps show, from rows made by hand; each sentence can turn."""

import pytest
from made_up import row

from slfkit.experiments import sweep_sights

AXIS = "crossover"


def line(name, eps, mse, frozen=None, accuracy=0.9, seed=0):
    labels = {"line": name, AXIS: eps} | ({} if frozen is None else {"frozen": frozen})
    return row(seed, mse=mse, accuracy=accuracy, **labels)


def sweep(*cells):
    """Rows of f = 0, David's pair and f = 4: (eps, their MSEs)."""
    return [
        one
        for eps, none, own, all_ in cells
        for one in (
            line("slf", eps, none, 0),
            line("matched", eps, own),
            line("slf", eps, all_, 4, accuracy=0.9 - eps / 10),
        )
    ]


FALLING = sweep((0.1, 0.1, 0.2, 0.4), (0.2, 0.1, 0.2, 0.3), (0.3, 0.1, 0.05, 0.11))


def test_david_s_pair_accuracy_and_loss_are_set_against_both_ends():
    text = sweep_sights.against_matched(FALLING, (), AXIS)
    assert "lower at 2 of 3 values of ε for f = 0 and at 0 of 3 for f = 4." in text
    assert text.startswith("Against David's matched pair, the mean MSE is lower")
    text = sweep_sights.accuracy_along(FALLING, (), AXIS)
    assert "falls at 3 of 3 values of ε; in points: -1.0 at 0.1, -2.0 at 0.2, -3.0 at 0.3" in text
    # 0.3 of the 0.3 + 0.3 are his at 0.1 and 0.2; at 0.3 his pair is better than f = 0.
    text = sweep_sights.whose_loss(sweep((0.1, 0.1, 0.2, 0.3), (0.2, 0.1, 0.2, 0.3)), (), AXIS)
    assert "his parts account for at most 50 % of the MSE that f = 4 adds" in text
    better = sweep_sights.whose_loss(sweep((0.1, 0.3, 0.2, 0.1)), (), AXIS)
    assert better.startswith("No record is stored")


@pytest.mark.parametrize(("last", "word"), [(0.11, "falls"), (0.35, "does not fall")])
def test_the_cost_falls_only_if_every_step_does(last, word):
    rows = sweep((0.1, 0.1, 0.2, 0.4), (0.2, 0.1, 0.2, 0.3), (0.3, 0.1, 0.05, last))
    text = sweep_sights.cost_along(rows, (), AXIS, home=0.2)
    assert f"in MSE {word} with every step of ε, from × 4 at 0.1" in text
    assert "David's own ε being 0.2" in text
    assert "least" not in sweep_sights.cost_along(rows, (), AXIS)


def test_of_two_points_no_trend_is_said():
    assert sweep_sights.cost_along(FALLING[:6], (), AXIS).startswith("No record is stored")
