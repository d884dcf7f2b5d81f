"""The data of the interactive recovery time, and the choices, on cases worked out by hand."""

import json
from types import SimpleNamespace

import pytest
from slfbook import recovery_data
from slfbook.recovery_data import target_range

from slfkit.experiments import frontier, paper
from slfkit.experiments.frontier import TASKS, Point, choose, recovered
from slfkit.recovery import Link
from slfkit.reporting import style

MSE, ACCURACY = TASKS["reconstruction"], TASKS["classification"]
UNIT = Link(downlink=8.0, uplink=8.0, power=1.0)  # a byte a second, one operation a second


def row(f, seed=0, **other):
    sizes = {"bytes_down": 40, "bytes_up": 40 - 10 * f, "training_images": 2, "flops_per_image": 5}
    quality = {"epochs_mse": 3, "epochs_accuracy": 1, "mse": 0.1, "accuracy": 0.9}
    return {"frozen": f, "seed": seed, "crossover": 0.3, **sizes, **quality, **other}


def results(rows, missing=()):
    cells = [SimpleNamespace(labels={"frozen": f}) for f in missing]
    return SimpleNamespace(rows=rows, missing=cells)


def points(*pairs):
    """Points with these computing times (in s at UNIT) and qualities, f counted from 0."""
    return [Point(f, 1, 1, flops, quality) for f, (flops, quality) in enumerate(pairs)]


def test_a_point_is_the_mean_over_seeds_with_each_tasks_own_epochs():
    rows = [row(1, 0), row(1, 1, epochs_mse=5, mse=0.3, epochs_accuracy=2, accuracy=0.7)]
    spread = pytest.approx(12.7062 * 0.1, rel=1e-4)  # t(1) times half the difference
    first = frontier.points_of(rows, MSE)
    assert first == [Point(1, 40, 30, 40, pytest.approx(0.2), pytest.approx(127.062), spread)]
    (other,) = frontier.points_of(rows, ACCURACY)
    assert (other.flops, other.quality) == (15, pytest.approx(80))
    (alone,) = frontier.points_of(rows[:1], MSE)
    assert alone.flops_spread is None and alone.quality_spread is None


def test_points_come_in_the_order_of_f_and_absent_ones_stay_absent():
    assert [p.frozen for p in frontier.points_of([row(4), row(0)], MSE)] == [0, 4]


def test_the_note_names_eps_seeds_and_what_is_missing():
    one = recovery_data.our_table(results([row(0), row(2)], missing=[1, 1, 2]))
    assert one.note.startswith("Our runs at ε = 0.3; one seed. No record yet for f = 1. ")
    two = recovery_data.our_table(results([row(0), row(0, 1), row(2)]))
    assert "mean of 2 seeds for f = 0; one seed for f = 2." in two.note
    assert "No record" not in two.note


def test_without_records_there_is_no_table_of_ours():
    assert recovery_data.our_table(results([], missing=[0])) is None


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


@pytest.mark.parametrize(
    ("task", "target", "chosen"),
    [(MSE, 0.3, 2), (MSE, 0.25, 1), (MSE, 0.2, 1), (MSE, 0.05, None), (ACCURACY, 0.2, 1)],
)
def test_the_fastest_that_meets_the_target_is_chosen(task, target, chosen):
    answers = recovered(points((3, 0.1), (2, 0.2), (1, 0.3)), task, UNIT)
    if task is ACCURACY:
        answers = recovered(points((3, 0.3), (2, 0.2), (1, 0.1)), task, UNIT)
    assert choose(answers, task, target) == chosen


def test_of_equally_fast_ones_the_better_is_chosen():
    answers = recovered(points((2, 0.2), (2, 0.1)), MSE, UNIT)
    assert choose(answers, MSE, 0.3) == 1


def test_unknown_quality_is_never_chosen():
    assert choose(recovered(points((1, None)), MSE, UNIT), MSE, 1.0) is None


def test_the_target_moves_over_all_qualities_in_round_steps():
    found = target_range(points((1, 0.0195), (1, 0.0304), (1, 0.025)))
    assert found == {"min": 0.0195, "max": 0.0305, "value": 0.025, "step": 0.0005}
    found = target_range(points((1, 97.13), (1, 98.55)))
    assert found["min"] <= 97.13 and found["max"] >= 98.55 and found["step"] == 0.05
    assert target_range(points((1, 0.02)))["min"] <= 0.02
    assert target_range(points((1, None))) is None


@pytest.mark.parametrize(
    ("step", "expected"), [(0.00055, 0.0005), (1, 1), (4.9, 2), (5, 5), (99, 50)]
)
def test_nice_steps(step, expected):
    assert recovery_data.nice(step) == expected


def test_a_slider_is_logarithmic_and_starts_at_the_value_asked_for():
    found = recovery_data.slider(4, 6, 2e5, "bit/s")
    assert found["values"][:7] == [10000, 15000, 20000, 30000, 50000, 70000, 100000]
    assert found["values"][-1] == 10**6
    assert found["values"][found["start"]] == 2e5
    assert found["labels"][0] == "10 kbit/s" and found["labels"][-1] == "1 Mbit/s"
    odd = recovery_data.slider(4, 6, 123_456, "bit/s")
    assert odd["values"][odd["start"]] == 123_456 and len(odd["values"]) == 14


@pytest.mark.parametrize(
    ("value", "text"), [(30e12, "30 TFLOP/s"), (1.5e6, "1.5 MFLOP/s"), (0.5, "0.5 FLOP/s")]
)
def test_quantities_are_written_with_a_prefix(value, text):
    assert recovery_data.quantity(value, "FLOP/s") == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0.000"), (1.68849, "1.688"), (99.9994, "99.999"), (1234.6, "1235")]
)
def test_seconds(value, text):
    assert recovery_data.seconds(value) == text


def test_the_papers_table_keeps_what_is_lost_unknown():
    table = recovery_data.paper_table()
    columns = paper.table1()
    for point, column in zip(table.points["reconstruction"], columns, strict=True):
        sizes = column.frozen, column.bytes_down, column.bytes_up
        assert point == Point(*sizes, 1e12 * column.tflop["reconstruction"], column.mse)
    for point, column in zip(table.points["classification"], columns, strict=True):
        assert (point.flops, point.quality) == (1e12 * column.tflop["classification"], None)
    assert table.key == "paper" and "Table I" in table.note


def test_the_pages_data_fit_into_json_and_carry_the_books_look():
    tables = [recovery_data.our_table(results([row(0), row(1)])), recovery_data.paper_table()]
    data = json.loads(json.dumps(recovery_data.page_data(tables, Link()), allow_nan=False))
    assert data["look"]["colours"] == list(style.FREEZE_COLOURS)
    assert data["look"]["markers"] == list(style.FREEZE_MARKERS)
    assert [table["key"] for table in data["tables"]] == ["ours", "paper"]
    first = data["tables"][0]["tasks"]["reconstruction"]["points"][0]
    assert Point(**first) == tables[0].points["reconstruction"][0]
    assert data["tables"][1]["tasks"]["classification"]["target"] is None
    for name, default in vars(Link()).items():
        slider = data["sliders"][name]
        assert slider["values"][slider["start"]] == default


def test_the_committed_records_give_a_table():
    ours = recovery_data.tables()[0]
    assert ours.key == "ours" and {point.frozen for point in ours.points["reconstruction"]} <= set(
        range(5)
    )
