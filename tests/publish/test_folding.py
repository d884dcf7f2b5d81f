"""Which cells a page folds: the plumbing, and never the parameters or the page of the method."""

import pytest

from slfkit.publish.kernel import read
from slfkit.publish.notebooks import sources

FOLDED = {"hide-input", "remove-input"}
# the pages that are still being written follow
LATER = ("08_", "09_", "10_", "11_", "12_", "13_")
PAGES = [one for one in sources() if not one.stem.startswith(("00_", *LATER))]


def tags(source):
    cells = [cell for cell in read(source).cells if cell.cell_type == "code"]
    return [set(cell.metadata.get("tags", ())) for cell in cells]


@pytest.mark.parametrize("source", PAGES, ids=lambda source: source.stem)
def test_all_cells_but_the_parameters_are_folded(source):
    first, *others = tags(source)
    assert "parameters" in first and not first & FOLDED
    assert all(one & FOLDED for one in others)


def test_the_page_of_the_method_shows_its_code():
    (method,) = [source for source in sources() if source.stem.startswith("00_")]
    assert not any(one & FOLDED for one in tags(method))
