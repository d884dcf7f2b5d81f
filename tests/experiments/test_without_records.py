"""Every experiment has something to show before it has a record, and says what is missing."""

import pytest

from slfkit.experiments import city_costs, city_figures, registry
from slfkit.experiments.misalignment import reconstruction_grid
from slfkit.recovery import Link
from slfkit.reporting.panels import picture_rows, picture_strip


@pytest.mark.parametrize("name", registry.experiments())
def test_without_rows_tables_are_empty_and_findings_say_so(name):
    entry = registry.get(name)
    assert entry.table([]) == []
    assert entry.finding([]) == "No record is stored yet."
    said = "No record is stored yet: all 3 cells are still to be computed."
    assert entry.finding([], [object()] * 3) == said


DRAWN = [name for name in registry.experiments() if name != "recovery"]


@pytest.mark.parametrize("name", DRAWN)
def test_without_rows_figures_have_no_legend(name):
    assert not registry.get(name).figure([]).legends


def test_without_pictures_their_figure_says_so():
    for figure in (picture_rows([]), picture_strip([]), reconstruction_grid([])):
        assert figure.axes[0].texts[0].get_text() == "missing: no run that would show it is stored"


def test_without_a_meeting_a_city_has_no_price():
    assert city_costs.table(city_costs.prices([], [], Link()), Link()) == []
    assert city_figures.costs([])
