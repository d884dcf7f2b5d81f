"""The figures of *Cost and scale*: what is measured is drawn, what is not says so."""

import pytest

from slfkit.publish import costs
from slfkit.reporting.style import look


def test_an_epoch_has_a_panel_for_each_thing_varied():
    figure = costs.epoch_panels({"batch": [(16, 2.0), (64, 1.0)]})
    labels = [panel.get_xlabel() for panel in figure.axes[:-1]]
    assert labels == list(costs.AXES.values())
    assert list(figure.axes[1].lines[0].get_ydata()) == [2.0, 1.0]
    for panel in (figure.axes[0], *figure.axes[2:-1]):
        assert not panel.lines and panel.texts[0].get_text() == "not measured"


def test_where_f_varies_each_point_looks_like_its_f():
    figure = costs.epoch_panels({"frozen": [(0, 2.0), (4, 3.0)]})
    line, first, last = figure.axes[4].lines
    assert list(line.get_xdata()) == [0, 4]
    assert [one.get_color() for one in (first, last)] == [look(0)["color"], look(4)["color"]]
    assert figure.axes[4].get_ylim() == pytest.approx((0, 3.3))


def test_users_have_a_line_for_each_f_in_both_panels():
    row = {"users": 2, "megabytes": 1.0, "seconds": 3.0}
    figure = costs.users_figure({0: [row], 4: [row]})
    assert [[line.get_ydata()[0] for line in panel.lines] for panel in figure.axes] == [
        [1.0, 1.0], [3.0, 3.0]
    ]  # fmt: skip
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == [
        "f = 0", "f = 4"
    ]  # fmt: skip
    assert not costs.users_figure({}).axes[0].lines
