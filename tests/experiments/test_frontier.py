"""Points of a table and which of them are dominated, on cases worked out by hand."""

import pytest

from slfkit.experiments.frontier import TASKS, Point, points_of, printed_points, recovered
from slfkit.experiments.paper import table1
from slfkit.recovery import Link

MSE, ACCURACY = TASKS["reconstruction"], TASKS["classification"]
UNIT = Link(downlink=8.0, uplink=8.0, power=1.0)  # a byte a second, one operation a second


def row(f, seed=0, **other):
    sizes = {"bytes_down": 40, "bytes_up": 40 - 10 * f, "training_images": 2, "flops_per_image": 5}
    quality = {"epochs_mse": 3, "epochs_accuracy": 1, "mse": 0.1, "accuracy": 0.9}
    return {"frozen": f, "seed": seed, "crossover": 0.3, **sizes, **quality, **other}


def points(*pairs):
    """Points with these computing times (in s at UNIT) and qualities, f counted from 0."""
    return [Point(f, 1, 1, flops, quality) for f, (flops, quality) in enumerate(pairs)]


def test_a_point_is_the_mean_over_seeds_with_each_tasks_own_epochs():
    rows = [row(1, 0), row(1, 1, epochs_mse=5, mse=0.3, epochs_accuracy=2, accuracy=0.7)]
    spread = pytest.approx(12.7062 * 0.1, rel=1e-4)  # t(1) times half the difference
    first = points_of(rows, MSE)
    assert first == [Point(1, 40, 30, 40, pytest.approx(0.2), pytest.approx(127.062), spread)]
    (other,) = points_of(rows, ACCURACY)
    assert (other.flops, other.quality) == (15, pytest.approx(80))
    (alone,) = points_of(rows[:1], MSE)
    assert alone.flops_spread is None and alone.quality_spread is None
    assert [p.frozen for p in points_of([row(4), row(0)], MSE)] == [0, 4]


def test_shares_are_those_of_the_recovery_time():
    (answer,) = recovered([Point(0, 10, 20, 30.0, 0.1)], MSE, UNIT)
    time = answer.time
    assert (time.download, time.compute, time.upload, time.total) == (10, 30, 20, 60)


@pytest.mark.parametrize(
    ("task", "pairs", "dominated"),
    [
        (MSE, [(3, 0.1), (2, 0.2), (1, 0.3)], [None, None, None]),
        (MSE, [(3, 0.1), (2, 0.2), (2.5, 0.3)], [None, None, 1]),
        (MSE, [(2, 0.1), (2, 0.2)], [None, 0]),  # as fast, better
        (MSE, [(3, 0.1), (2, 0.1)], [1, None]),  # as good, faster
        (MSE, [(2, 0.1), (2, 0.1)], [None, None]),  # equals do not dominate
        (MSE, [(2, 0.1), (1, 0.1), (3, 0.2)], [1, None, 1]),  # the fastest is named
        (ACCURACY, [(3, 90.0), (2, 95.0)], [1, None]),
        (ACCURACY, [(3, None), (2, 95.0)], [None, None]),
    ],
)
def test_the_front(task, pairs, dominated):
    answers = recovered(points(*pairs), task, UNIT)
    assert [answer.dominated_by for answer in answers] == dominated


def test_the_papers_table_keeps_what_is_lost_unknown():
    printed, columns = printed_points(), table1()
    for point, column in zip(printed["reconstruction"], columns, strict=True):
        sizes = column.frozen, column.bytes_down, column.bytes_up
        assert point == Point(*sizes, 1e12 * column.tflop["reconstruction"], column.mse)
    for point, column in zip(printed["classification"], columns, strict=True):
        assert (point.flops, point.quality) == (1e12 * column.tflop["classification"], None)
