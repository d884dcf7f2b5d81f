"""Figures of the recovery time: bars add up, dominated markers are hollow, curves have labels."""

import matplotlib.pyplot as plt
import pytest
from slfbook.recovery_data import printed_table
from test_table1 import LINK, row

from slfkit.experiments import recovery_figures, recovery_time
from slfkit.experiments.frontier import TASKS, points_of, recovered

TASK = TASKS["reconstruction"]
ROWS = [row(1, mse=0.2), row(3, mse=0.1, up=100)]


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def answers(rows):
    return recovered(points_of(rows, TASK), TASK, LINK)


def test_bars_add_up_to_the_recovery_time():
    figure = recovery_figures.shares({"ours": answers(ROWS), "none": []})
    bars = figure.axes[0].patches
    tops = [bar.get_y() + bar.get_height() for bar in bars[-2:]]
    assert tops == pytest.approx([one.time.total for one in answers(ROWS)])
    assert not figure.axes[1].patches


def test_intervals_are_drawn_where_there_are_seeds():
    several = answers([row(1, seed, mse=0.1 + 0.1 * seed) for seed in (0, 1)])
    for axes in (recovery_figures.shares({"ours": several}).axes[0],
                 recovery_figures.pareto({"ours": (several, TASK)}).axes[0]):  # fmt: skip
        assert len([one for one in axes.containers if hasattr(one, "has_yerr")]) == 1
    low, high = axes.containers[0][2][1].get_segments()[0][:, 1]
    assert high - low == pytest.approx(2 * several[0].point.quality_spread)
    alone = recovery_figures.pareto({"ours": (answers(ROWS), TASK)}).axes[0]
    assert not alone.containers


def test_curves_have_a_band_where_there_are_seeds():
    rows = [row(1), row(1, seed=1)]
    for given, bands in ((rows, 1), (rows[:1], 0)):
        figure = recovery_figures.anytime({"mse": recovery_time.anytime(given, "mse", LINK)})
        assert len(figure.axes[0].collections) == bands


def test_dominated_markers_are_hollow_and_all_are_labelled():
    figure = recovery_figures.pareto({"ours": (answers(ROWS), TASK)})
    fills = [line.get_markerfacecolor() for line in figure.axes[0].lines]
    assert fills[0] == "none" != fills[1]
    assert [text.get_text() for text in figure.axes[0].texts] == ["f = 1", "f = 3"]


def test_an_unknown_quality_is_left_out():
    task = TASKS["classification"]
    points = printed_table().points["classification"]
    figure = recovery_figures.pareto({"paper": (recovered(points, task, LINK), task)})
    assert not figure.axes[0].lines


def test_curves_in_per_cent_with_a_label_each():
    curves = {metric: recovery_time.anytime(ROWS, metric, LINK) for metric in ("mse", "accuracy")}
    figure = recovery_figures.anytime(curves)
    assert [line.get_label() for line in figure.axes[0].lines] == ["f = 1", "f = 3"]
    assert list(figure.axes[1].lines[0].get_ydata()) == pytest.approx([60.0, 70.0, 80.0])
    assert recovery_figures.anytime({"mse": {}}).axes
