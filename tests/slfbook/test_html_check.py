"""The checker of the built book finds each fault on a page made for it, and none on a sound one."""

import pytest
from html_check import check, css_urls

SOUND = """<html><head><link rel="stylesheet" href="_static/a.css"><link rel="canonical"
href="https://example.org/"><script src="_static/a.js?v=1"></script></head><body>
<img src="_static/logo.png" alt="the name of the book"><article><h1 id="top">T</h1>
<a href="#top">up</a> <a href="#">same</a> <a href="sub/b.html#deep%20one">b</a>
<a href="sub/">s</a>
<a href="https://example.org/x#y">out</a> <a href="mailto:a@example.org">mail</a>
<figure id="fig"><img src="_static/logo.png" alt="a curve that falls"><figcaption><p>A
<em>caption</em>.</p></figcaption></figure></article></body></html>"""


@pytest.fixture
def folder(tmp_path):
    for name, text in {
        "a.html": SOUND,
        "sub/b.html": '<a name="deep one"></a><a href="../a.html">a</a>',
        "sub/index.html": '<meta http-equiv="Refresh" content="0; url=b.html">',
        "_static/a.css": "@import 'b.css'; p {background: url(data:image/png;base64,AA)}",
        "_static/b.css": "@font-face {src: url('f.woff2?#x')}",
        "_static/a.js": "",
        "_static/f.woff2": "",
        "_static/logo.png": "",
        "_static/template.html": '<a href="{{ theme }}">not a page</a>',
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_a_sound_book_has_no_problem(folder):
    assert check(folder) == []


def test_an_empty_folder_is_a_problem(tmp_path):
    assert check(tmp_path) == [f"{tmp_path.name} holds no page"]


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ('<a href="absent.html">x</a>', "the link absent.html leads nowhere"),
        ('<a href="../outside.html">x</a>', "the link ../outside.html leads nowhere"),
        ('<a href="#absent">x</a>', "the link #absent leads to an anchor that is not there"),
        ('<a href="sub/b.html#no">x</a>', "leads to an anchor that is not there"),
        ('<meta http-equiv="refresh" content="0;url=no.html">', "the link no.html leads nowhere"),
        ('<img src="_static/logo.png">', "has no alternative text"),
        ('<img src="_static/logo.png" alt=" ">', "has no alternative text"),
        ('<img src="_static/logo.png" alt="logo.png">', "is its file name"),
        ('<img src="_static/logo.png" alt="_static/logo.png">', "is its file name"),
        ('<img src="_static/logo.png" alt="logo">', "is its file name"),
        ('<article><img src="_static/logo.png" alt="a b"></article>', "stands outside a figure"),
        ('<img src="gone.png" alt="a b">', "the asset gone.png is missing"),
        ('<figure id="f"></figure>', "the figure f has no caption"),
        ('<figure id="f"><figcaption> </figcaption></figure>', "the figure f has no caption"),
        ('<script src="https://cdn.example/a.js"></script>', "the remote asset https://cdn.exam"),
        ('<script src="//cdn.example/a.js"></script>', "the remote asset //cdn.example/a.js"),
        ('<script>import("https://cdn.example/a.js")</script>', "the remote asset https://cdn"),
        ('<link rel="stylesheet" href="https://cdn.example/a.css">', "the remote asset https://"),
        ('<link rel="preconnect" href="https://cdn.example">', "the remote asset https://cdn"),
        ('<img src="http://e.example/a.png" alt="a b">', "the remote asset http://e.example"),
        ('<img srcset="http://e.example/a.png 2x" alt="a b">', "the remote asset http://e.exam"),
        ('<iframe src="https://e.example/"></iframe>', "the remote asset https://e.example/"),
        ('<style>p {src: url("https://e.example/f")}</style>', "the remote asset https://e.ex"),
        ('<p style="background: url(https://e.example/f)">', "the remote asset https://e.exam"),
        ("<article><p>slfkit choose –link 2e6</p></article>", "it shows an option as –link"),
        ('<ol class="upperalpha simple" start="11"><li></li></ol>', "a lone letter as a list"),
    ],
)
def test_each_fault_is_found(folder, fault, problem):
    (folder / "c.html").write_text(f"<html><body>{fault}</body></html>", encoding="utf-8")
    found = check(folder)
    assert any(text.startswith("c.html: ") and problem in text for text in found), found


def test_a_style_sheet_that_loads_from_elsewhere_is_found(folder):
    (folder / "_static" / "b.css").write_text("@import url(https://e.example/f.css);")
    assert "a.html: the remote asset https://e.example/f.css is loaded (by b.css)" in check(folder)


def test_addresses_in_css():
    text = "@import 'a.css'; b {c: url( \"d.png\" )} e {f: url(g.woff)}"
    assert css_urls(text) == ["a.css", "d.png", "g.woff"]
