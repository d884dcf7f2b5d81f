"""The built book: links, anchors, alternative texts, captions, and nothing from another address."""

import pytest
from html_check import check

from slfkit.book import render
from slfkit.store import project_root


@pytest.fixture(scope="session")
def built():
    """Return the folder of the book, made anew from the committed notebooks as they stand."""
    return render(project_root())


def test_the_built_book_is_whole_and_needs_no_other_address(built):
    assert check(built) == []
