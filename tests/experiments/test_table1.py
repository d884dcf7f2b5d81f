"""Table I from records: sizes, operations and times by hand, the paper's beside, curves."""

import pytest

from slfkit.experiments import paper, recovery_time
from slfkit.recovery import Link

LINK = Link(downlink=8e3, uplink=4e3, power=1e3)


def row(frozen, seed=0, mse=0.1, up=500, epochs=3):
    history = [{"test_mse": mse + 1 - k / 10, "test_accuracy": 0.5 + k / 10} for k in (1, 2, 3)]
    return {
        "frozen": frozen, "seed": seed, "crossover": 0.3, "mse": mse, "accuracy": 0.9,
        "pixel_variance": 0.5, "epochs_mse": epochs, "epochs_accuracy": 2, "bytes_down": 1000,
        "bytes_up": up, "flops_per_image": 10, "training_images": 50, "wall_seconds": 120.0,
        "history": history,
    }  # fmt: skip


def test_one_run_by_hand():
    """1 s down, 3 x 50 x 10 operations at 1000 a second, 1 s up."""
    (found,) = recovery_time.ours([row(2)], "reconstruction", LINK)
    assert (found["seconds"], found["down"], found["up"]) == ("3.500", "1.0", "0.5")
    assert (found["mse"], found["normalised"], found["accuracy"]) == ("0.1000", "0.200", "90.00")
    assert (found["epochs"], found["measured"], found["seeds"]) == ("3", "2", 1)
    (other,) = recovery_time.ours([row(2)], "classification", LINK)
    assert (other["seconds"], other["epochs"]) == ("3.000", "2")


def test_several_seeds_have_an_interval():
    """Of 0.1 and 0.3: mean 0.2, half width 12.706 x 0.1414 / sqrt 2."""
    (found,) = recovery_time.ours([row(0, 0, 0.1), row(0, 1, 0.3)], "reconstruction", LINK)
    assert found["mse"] == "0.2000 ± 1.2706" and found["seeds"] == 2
    assert found["up"] == "0.5"  # counted, so without one


def test_a_dominated_f_names_the_one_that_is_better():
    slow, fast = row(1, mse=0.2), row(3, mse=0.1, up=100)
    found = recovery_time.ours([slow, fast], "reconstruction", LINK)
    assert [one["dominated"] for one in found] == ["3", ""]


@pytest.mark.parametrize("task", paper.TASKS)
def test_the_papers_columns_stand_beside_ours_or_alone(task):
    alone, both = recovery_time.beside([], task, LINK), recovery_time.beside([row(2)], task, LINK)
    assert [one["frozen"] for one in alone] == [0, 1, 2, 3, 4]
    assert all(one["seconds"] == "" for one in alone)
    assert all(one["recomputed"] == one["seconds_paper"] for one in alone)
    assert [bool(one["seconds"]) for one in both] == [False, False, True, False, False]


def test_every_column_is_a_key():
    for task, columns in recovery_time.OURS.items():
        assert set(columns.values()) <= set(recovery_time.ours([row(0)], task, LINK)[0])
    (first, *_) = recovery_time.beside([row(0)], "reconstruction", LINK)
    assert {*recovery_time.BESIDE.values(), *recovery_time.QUALITY.values()} <= set(first)
    shown = [first[key] for key in recovery_time.QUALITY.values()]
    assert shown == [0, "0.087", "0.200", "98.55", "90.00"]


def test_curves_add_an_epoch_of_computing_a_point():
    shorter = {**row(2, seed=1), "history": row(2)["history"][:2]}
    curves = recovery_time.anytime([row(2), shorter], "mse", LINK)
    assert [point[0] for point in curves[2]] == pytest.approx([2.5, 3.0])
    assert [point[1] for point in curves[2]] == pytest.approx([1.0, 0.9])
    assert [point[2] for point in curves[2]] == pytest.approx([0.0, 0.0])
    assert recovery_time.anytime([row(2)], "mse", LINK)[2][0][2] is None


def test_the_finding_says_what_is_dominated():
    text = recovery_time.finding([row(0, mse=0.2), row(4, mse=0.1, up=0)], LINK)
    assert "from 3.50 s at f = 0 to 2.50 s at f = 4" in text and "MSE from 0.2000 to 0.1000" in text
    assert "dominated: f = 0. For classification" in text and "(one seed" in text
    assert recovery_time.finding([], LINK) == "There is no record to speak of yet."
