"""The built book: links, anchors, alternative texts, captions, and nothing from another address."""

import pytest
from built_book import built_book
from html_check import check


@pytest.fixture(scope="session")
def built():
    """Return the folder of the book, made anew from the committed notebooks as they stand."""
    return built_book()


def test_the_built_book_is_whole_and_needs_no_other_address(built):
    assert check(built) == []
