"""The cells of a page: plumbing is folded, figures are described and interpreted."""

import pytest

from slfkit.publish.kernel import read
from slfkit.publish.notebooks import sources

FOLDED = {"hide-input", "remove-input"}
PAGES = [one for one in sources() if one.stem[:2] != "00"]


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


def figures(source):
    """Return (metadata of a figure, the cell after it) for each figure of a page."""
    cells = read(source).cells
    return [
        (cell.metadata["mystnb"], after)
        for cell, after in zip(cells, [*cells[1:], None], strict=True)
        if "figure" in cell.metadata.get("mystnb", {})
    ]


def says_something(cell):
    """Whether a cell begins with a sentence, typed or computed."""
    if cell is None:
        return False
    if cell.cell_type == "code":
        return cell.source.startswith("Markdown(")
    return not cell.source.lstrip().startswith(("#", "```"))


@pytest.mark.parametrize("source", PAGES, ids=lambda source: source.stem)
def test_a_sentence_follows_each_figure(source):
    for shown, after in figures(source):
        figure, image = shown["figure"], shown["image"]
        assert figure["caption"].endswith(".") and image["alt"].endswith("."), figure["name"]
        assert says_something(after), f"nothing says what to see in {figure['name']}"


def test_there_are_figures():
    assert sum(len(figures(source)) for source in PAGES) > 12
