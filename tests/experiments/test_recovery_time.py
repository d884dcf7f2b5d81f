"""Table I from records: sizes, operations and times by hand, the paper's beside, its figures."""

import pytest
from made_up import timed as row

from slfkit.experiments import recovery_figures, recovery_time
from slfkit.experiments.frontier import TASKS, points_of, printed_points, recovered
from slfkit.experiments.sweeps import channel_dissimilarity
from slfkit.recovery import Link

LINK = Link(downlink=8e3, uplink=4e3, power=1e3)
TASK = TASKS["reconstruction"]
ROWS = [row(1, mse=0.2), row(3, mse=0.1, up=100)]


def test_the_runs_are_a_column_of_the_channel_sweep():
    column = set(recovery_time.recovery("paper").specs())
    assert len(column) == 5 * 8 and column < set(channel_dissimilarity("paper").specs())


def test_numbers_by_hand_of_one_run_and_of_several_seeds():
    # 1 s down, 3 x 50 x 10 operations at 1000 a second, 1 s up.
    (shown,) = recovery_time.ours([row(2)], "reconstruction", LINK)
    assert (shown["seconds"], shown["down"], shown["up"]) == ("3.500", "1.0", "0.5")
    assert (shown["mse"], shown["normalised"], shown["accuracy"]) == ("0.1000", "0.200", "90.00")
    assert (shown["epochs"], shown["measured"], shown["seeds"]) == ("3", "2", 1)
    (other,) = recovery_time.ours([row(2)], "classification", LINK)
    assert (other["seconds"], other["epochs"]) == ("3.000", "2")
    # Of 0.1 and 0.3: mean 0.2, half width 12.706 x 0.1414 / sqrt 2.
    (shown,) = recovery_time.ours([row(0, 0, 0.1), row(0, 1, 0.3)], "reconstruction", LINK)
    assert shown["mse"] == "0.2000 ± 1.2706" and shown["seeds"] == 2
    assert shown["up"] == "0.5"  # counted, so without one
    shown = recovery_time.ours(ROWS, "reconstruction", LINK)
    assert [one["dominated"] for one in shown] == ["3", ""]


def test_curves_add_an_epoch_of_computing_per_point_and_have_a_label_each():
    shorter = {**row(2, seed=1), "history": row(2)["history"][:2]}
    curves = recovery_time.anytime([row(2), shorter], "mse", LINK)
    assert curves[2] == [pytest.approx((2.5, 1.0, 0.0)), pytest.approx((3.0, 0.9, 0.0))]
    assert recovery_time.anytime([row(2)], "mse", LINK)[2][0][2] is None
    curves = {metric: recovery_time.anytime(ROWS, metric, LINK) for metric in ("mse", "accuracy")}
    figure = recovery_figures.anytime(curves)
    assert [line.get_label() for line in figure.axes[0].lines] == ["f = 1", "f = 3"]
    assert list(figure.axes[1].lines[0].get_ydata()) == pytest.approx([60.0, 70.0, 80.0])
    assert recovery_figures.anytime({"mse": {}}).axes


def test_the_finding_says_what_is_dominated():
    text = recovery_time.finding([row(0, mse=0.2), row(4, mse=0.1, up=0)], (), LINK)
    assert "from 3.50 s at f = 0 to 2.50 s at f = 4" in text and "MSE from 0.2000 to 0.1000" in text
    assert "dominated: f = 0. For classification" in text and "(one seed" in text


def answers(rows):
    return recovered(points_of(rows, TASK), TASK, LINK)


def test_bars_add_up_to_the_recovery_time():
    figure = recovery_figures.shares({"ours": answers(ROWS), "none": []})
    bars = figure.axes[0].patches
    tops = [bar.get_y() + bar.get_height() for bar in bars[-2:]]
    assert tops == pytest.approx([one.time.total for one in answers(ROWS)])
    assert not figure.axes[1].patches


def test_intervals_and_bands_are_drawn_where_there_are_seeds_up_to_a_hundred_per_cent():
    several = answers([row(1, seed, mse=0.1 + 0.1 * seed) for seed in (0, 1)])
    for axes in (
        recovery_figures.shares({"ours": several}).axes[0],
        recovery_figures.pareto({"ours": (several, TASK)}).axes[0],
    ):
        assert len([one for one in axes.containers if hasattr(one, "has_yerr")]) == 1
    low, high = axes.containers[0][2][1].get_segments()[0][:, 1]
    assert high - low == pytest.approx(2 * several[0].point.quality_spread)
    assert not recovery_figures.pareto({"ours": (answers(ROWS), TASK)}).axes[0].containers
    rows = [row(1), row(1, seed=1)]
    for given, bands in ((rows, 1), (rows[:1], 0)):
        figure = recovery_figures.anytime({"mse": recovery_time.anytime(given, "mse", LINK)})
        assert len(figure.axes[0].collections) == bands
    curves = {"accuracy": {0: [(1.0, 0.98, 0.05), (2.0, 0.99, 0.05)]}}
    (band,) = recovery_figures.anytime(curves).axes[0].collections
    heights = band.get_paths()[0].vertices[:, 1]
    assert heights.max() == 100 and heights.min() == pytest.approx(93)


def test_markers_of_what_is_dominated_are_hollow_and_an_unknown_quality_is_left_out():
    (axes,) = recovery_figures.pareto({"ours": (answers(ROWS), TASK)}).axes
    fills = [line.get_markerfacecolor() for line in axes.lines]
    assert fills[0] == "none" != fills[1]
    assert [text.get_text() for text in axes.texts] == ["f = 1", "f = 3"]
    points, task = printed_points()["classification"], TASKS["classification"]
    (axes,) = recovery_figures.pareto({"paper": (recovered(points, task, LINK), task)}).axes
    assert not axes.lines
