"""Descriptions of pages: the first paragraph, and the tags that carry it."""

from types import SimpleNamespace

from docutils.core import publish_doctree as page
from slfbook import preview


def tags(text, **config):
    settings = {"html_title": "Book", "project": "book", "html_baseurl": "", **config}
    context = {"title": "A & B", "metatags": "<old>"}
    app = SimpleNamespace(config=SimpleNamespace(**settings))
    preview.describe(app, "page", "page.html", context, page(text) if text else None)
    return context["metatags"]


TEXT = """
Title
=====

Subtitle
--------

.. note:: not this

What is *seen*, and "why"?

More.
"""


def test_the_first_paragraph_is_the_description():
    assert preview.description(page(TEXT)) == 'What is seen, and "why"?'
    made = tags(TEXT)
    assert '<meta name="description" content="What is seen, and &quot;why&quot;?" />' in made
    assert '<meta property="og:title" content="A &amp; B" />' in made and made.startswith("<old>")


def test_a_long_paragraph_is_cut_after_a_word():
    text = preview.description(page(f"Title\n=====\n\nSubtitle\n--------\n\n{'word ' * 99}"))
    assert len(text) <= preview.LONGEST and text.endswith("word …")


def test_a_picture_needs_an_address():
    assert "og:image" not in tags(TEXT)
    made = tags(TEXT, html_baseurl="https://example.org/book/")
    assert 'content="https://example.org/book/_static/result.png"' in made


def test_a_page_without_a_source_has_no_tags():
    assert tags("") == "<old>"
