"""The page the PDF is printed from: anchors of documents told apart, links that lead somewhere."""

import re

import pytest

from slfkit.publish.pdf import prepare

PAGE = """<nav><a href="search.html">Search</a></nav>
<div id="jb-print-toc">

</div>
<article class="bd-article"><section id="book"><h1>Book</h1>
<a href="book/index.html#id2">a work</a> <a href="#id1">a note</a><p id="id1">note</p>
<a href="https://slfkit.invalid/x#y">outside</a></section>
<span id="document-notebooks/01_a"></span>
<section id="try-it"><h2>01 A<a class="headerlink" href="#try-it">#</a></h2>
<p id="id1">own</p><a href="#id1">own note</a><a href="#id2">absent</a>
<a class="image-reference" href="_images/x.png"><img src="_images/x.png"></a>
<a href="02_b.html">chapter</a> <a href="02_b.html#only">there</a> <a href="03_c.html">gone</a>
</section>
<span id="document-notebooks/02_b"></span>
<section id="try-it-2"><h2>02 B &amp; more<a class="headerlink"
href="#x">#</a></h2><p id="only"></p></section>
<span id="document-book/bibliography"></span><section><h2>Works<a class="headerlink"
href="#w">#</a></h2><p id="id2">the work</p></section></article><footer>end</footer>"""


def links(page):
    return {text: to for to, text in re.findall(r'<a\s*(?:href="([^"]*)")?\s*>([^<#]+)</a>', page)}


def test_every_link_leads_outside_or_to_the_anchor_of_its_note_work_or_chapter():
    page = prepare(PAGE)
    anchors = re.findall(r'id="([^"]+)"', page)
    assert len(set(anchors)) == len(anchors)
    targets = [one for one in re.findall(r'href="([^"]*)"', page) if one != "search.html"]
    assert [one for one in targets if one[0] == "#" and one[1:] not in anchors] == []
    assert [one for one in targets if one[0] != "#"] == ["https://slfkit.invalid/x#y"]
    found = links(page)
    assert found["a work"] == found["absent"] == "#id2"  # a work is cited from any document
    assert found["a note"] == "#book-index-id1"
    assert found["own note"] == "#notebooks-01_a-id1"
    assert (found["chapter"], found["there"]) == ("#document-notebooks/02_b", "#only")
    assert found["gone"] == ""
    # what lies around the documents stays
    assert page.startswith('<nav><a href="search.html">') and page.endswith("<footer>end</footer>")


THEMES_OWN = """<div id="jb-print-toc">
<div>
<h2> Contents </h2>
</div>
<nav aria-label="Page"><ul><li>01 A</li></ul></nav>
</div>"""


@pytest.mark.parametrize(
    "source", [PAGE, PAGE.replace('<div id="jb-print-toc">\n\n</div>', THEMES_OWN)]
)
def test_the_contents_name_the_chapters_in_order(source):
    page = prepare(source)
    assert page.count("Contents") == 1
    listed = re.search(r'<ol class="print-contents">(.*?)</ol>', page)[1]
    assert re.findall(r'href="([^"]*)">([^<]*)<', listed) == [
        ("#document-notebooks/01_a", "01 A"),
        ("#document-notebooks/02_b", "02 B &amp; more"),
        ("#document-book/bibliography", "Works"),
    ]
