"""The drawings of the prose pages: made at each build, the same bytes again, all of them used."""

from types import SimpleNamespace

import pytest
from slfbook import four_steps

from slfkit.records.store import project_root


@pytest.fixture
def app(tmp_path):
    (tmp_path / "book").mkdir()
    return SimpleNamespace(srcdir=tmp_path)


def test_every_drawing_is_written_as_png(app):
    four_steps.draw(app)
    for name in four_steps.DRAWINGS:
        picture = app.srcdir / "book" / "_drawn" / f"{name}.png"
        assert picture.read_bytes().startswith(b"\x89PNG")


def test_an_unchanged_drawing_is_left_alone(app):
    four_steps.draw(app)
    picture = app.srcdir / "book" / "_drawn" / "four_steps.png"
    before = picture.read_bytes(), picture.stat().st_mtime_ns
    four_steps.draw(app)
    assert (picture.read_bytes(), picture.stat().st_mtime_ns) == before


def test_a_stale_drawing_is_replaced(app):
    picture = app.srcdir / "book" / "_drawn" / "four_steps.png"
    picture.parent.mkdir()
    picture.write_bytes(b"old")
    four_steps.draw(app)
    assert picture.read_bytes() != b"old"


@pytest.mark.parametrize("name", four_steps.DRAWINGS)
def test_each_drawing_exists_and_a_page_shows_it(name):
    assert callable(getattr(four_steps, name))
    pages = [page.read_text(encoding="utf-8") for page in (project_root() / "book").glob("*.md")]
    assert any(f"_drawn/{name}.png" in page for page in pages)


def test_the_extension_draws_before_sources_are_read():
    events = {}
    known = four_steps.setup(SimpleNamespace(connect=events.__setitem__))
    assert events == {"builder-inited": four_steps.draw}
    assert known["parallel_read_safe"]
