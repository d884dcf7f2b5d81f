"""The built book: links, anchors, alternative texts, captions, and nothing from another address."""

import pytest
from html_check import check

from slfkit.store import project_root


@pytest.fixture(scope="session")
def built():
    """Return the folder of the built book; build it when it is not there."""
    folder = project_root() / "_build" / "html"
    if not (folder / "index.html").is_file():
        from slfkit.book import build

        build(None)
    return folder


def test_the_built_book_is_whole_and_needs_no_other_address(built):
    assert check(built) == []
