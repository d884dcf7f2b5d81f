"""Every experiment has something to show before it has a record, and says what is missing."""

import pytest

from slfkit.experiments import registry


@pytest.mark.parametrize("name", registry.experiments())
def test_without_rows_tables_are_empty_and_findings_say_so(name):
    entry = registry.get(name)
    assert entry.table([]) == []
    assert entry.finding([]) == "No record is stored yet."
    assert entry.finding([], [object()] * 3).endswith("all 3 cells are still to be computed.")


DRAWN = [name for name in registry.experiments() if name not in ("misalignment", "recovery")]


@pytest.mark.parametrize("name", DRAWN)
def test_without_rows_figures_have_no_legend(name):
    assert not registry.get(name).figure([]).legends
