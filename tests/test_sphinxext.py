"""The drawings of the prose pages: made at each build, the same bytes again, all of them used."""

from types import SimpleNamespace

import pytest

from slfkit import drawings, sphinxext
from slfkit.store import project_root


@pytest.fixture
def app(tmp_path):
    (tmp_path / "book").mkdir()
    return SimpleNamespace(srcdir=tmp_path)


def test_every_drawing_is_written_as_png(app):
    sphinxext.draw(app)
    for name in sphinxext.DRAWINGS:
        picture = app.srcdir / "book" / "_drawn" / f"{name}.png"
        assert picture.read_bytes().startswith(b"\x89PNG")


def test_an_unchanged_drawing_is_left_alone(app):
    sphinxext.draw(app)
    picture = app.srcdir / "book" / "_drawn" / "four_steps.png"
    before = picture.read_bytes(), picture.stat().st_mtime_ns
    sphinxext.draw(app)
    assert (picture.read_bytes(), picture.stat().st_mtime_ns) == before


def test_a_stale_drawing_is_replaced(app):
    picture = app.srcdir / "book" / "_drawn" / "four_steps.png"
    picture.parent.mkdir()
    picture.write_bytes(b"old")
    sphinxext.draw(app)
    assert picture.read_bytes() != b"old"


@pytest.mark.parametrize("name", sphinxext.DRAWINGS)
def test_each_drawing_exists_and_a_page_shows_it(name):
    assert callable(getattr(drawings, name))
    pages = [page.read_text(encoding="utf-8") for page in (project_root() / "book").glob("*.md")]
    assert any(f"_drawn/{name}.png" in page for page in pages)


def test_the_extension_draws_before_sources_are_read():
    events = {}
    known = sphinxext.setup(SimpleNamespace(connect=events.__setitem__))
    assert events == {"builder-inited": sphinxext.draw}
    assert known["parallel_read_safe"]
