"""The built book: links, anchors, alternative texts, captions, and nothing from another address."""

import pytest
from built_book import built_book
from html_check import Page, check

HEAVIEST = 1_500_000  # bytes of a page and its own pictures


@pytest.fixture(scope="session")
def built():
    """Return the folder of the book, made again from the committed notebooks as they stand."""
    return built_book()


def test_the_built_book_is_whole_and_needs_no_other_address(built):
    assert check(built) == []


def test_a_page_weighs_little_besides_what_all_pages_share(built):
    heavy = {}
    for path in built.rglob("*.html"):
        if "_static" in path.relative_to(built).parts:
            continue
        assets = Page(path.read_text(encoding="utf-8")).assets
        files = {(path.parent / one).resolve() for one in assets if ":" not in one}
        own = [one for one in files if one.is_file() and "_static" not in one.parts]
        weight = path.stat().st_size + sum(one.stat().st_size for one in own)
        if weight > HEAVIEST:
            heavy[path.name] = weight
    assert heavy == {}
