"""The PDF of the whole book, printed by Chromium and looked at page by page.

Skipped where no Chromium is found; nothing is installed and nothing fetched.
"""

import ctypes
import html
import re
import time

import pypdfium2
import pytest
from built_book import building
from pypdfium2 import raw

from slfkit.publish import pdf
from slfkit.records.store import project_root

pytestmark = [
    pytest.mark.slow,
    pytest.mark.long,
    pytest.mark.skipif(
        pdf.find_browser() is None,
        reason="no Chromium: install Debian's package chromium, or set SLFKIT_CHROMIUM",
    ),
]
A4 = (595, 842)  # points
MARGIN = 30  # points on the left, right and top that stay white; the style sheet gives 42
FOOT = 50  # points at the lower end, where the page's number stands
INK = 200  # a grey value below which a dot is drawn on
LONGEST = 120  # seconds that making the PDF may take, two for each of some sixty pages


@pytest.fixture(scope="module")
def printed():
    """Return the path of the PDF, made again, and the seconds that took."""
    with building():
        began = time.monotonic()
        return pdf.print_pdf(), time.monotonic() - began


@pytest.fixture(scope="module")
def document(printed):
    opened = pypdfium2.PdfDocument(printed[0])
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def text(document):
    return _plain("\n".join(page.get_textpage().get_text_range() for page in document))


@pytest.fixture(scope="module")
def source(document):
    """Return the HTML that was printed."""
    page = project_root() / "_build" / "singlehtml" / "slfkit.html"
    return page.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pages(document):
    """Return each page as grey values, a dot a point."""
    return [page.render(scale=1, grayscale=True).to_numpy().squeeze() for page in document]


def _plain(words):
    return " ".join(words.replace("’", "'").split())


def _titles(source):
    found = re.findall(r"<h[2-6]>(.*?)<a class=\"headerlink\"", source, re.DOTALL)
    return [_plain(html.unescape(re.sub(r"<[^>]+>", "", title))) for title in found]


def _pictures(document):
    """Return (page, left, bottom, right, top) in points of every picture."""
    return [
        (number, *one.get_bounds())
        for number, page in enumerate(document, 1)
        for one in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=5)
    ]


def test_it_is_made_in_time(printed):
    assert printed[1] < LONGEST


def test_pages_are_white_around_and_none_is_empty(document, pages):
    for number, (page, dots) in enumerate(zip(document, pages, strict=True), 1):
        assert page.get_size() == pytest.approx(A4, abs=1)
        drawn = dots < INK
        around = drawn[:, :MARGIN].any(), drawn[:, -MARGIN:].any(), drawn[:MARGIN].any()
        assert around == (False, False, False), f"page {number}: left, right, top"
        assert drawn[:-FOOT].any(), f"page {number} is empty"
        assert drawn[-FOOT:].any(), f"page {number} has no number"


def test_every_heading_is_there_in_text_and_outline(document, text, source):
    titles = _titles(source)
    assert len(titles) > 20
    outline = [_plain(mark.get_title()) for mark in document.get_toc()]
    assert [title for title in titles if title not in text] == []
    assert [title for title in titles if title not in outline] == []
    marked = [mark.get_title() for mark in document.get_toc()]  # none holds its title twice
    halves = [(title[: len(title) // 2], title[len(title) // 2 :]) for title in marked]
    assert marked and [first for first, second in halves if first == second] == []


def test_equations_are_set_and_what_can_be_moved_on_a_screen_is_printed_as_it_stands(text, source):
    assert source.count('class="math') > 50
    signs = ("\\(", "\\)", "\\[", "\\frac", "\\mathrm", "$$")
    assert [sign for sign in signs if sign in text] == []
    assert "(6)" in text  # the number of an equation
    assert "Each way at its best epoch, at 2 Mbit/s" in text
    assert "Old partner keeps" not in text and "Copy link" not in text and "Forget" not in text


def test_every_figure_is_there_whole(document, source):
    pictures = _pictures(document)
    bitmaps = re.findall(r'<img[^>]*src="_images/[^"]+\.png"', source)
    assert len(pictures) >= len(bitmaps) > 0
    assert len(re.findall(r'src="_images/[^"]+\.svg"', source)) > 20
    for number, left, bottom, right, top in pictures:
        inside = MARGIN < left < right < A4[0] - MARGIN and FOOT < bottom < top < A4[1] - MARGIN
        assert inside, f"page {number}"


def test_links_stay_in_the_book_or_lead_to_the_web(document):
    links = [link for page in document for link in _links(page)]
    addresses = [_address(document, link) for link in links]
    inside = [link for link, address in zip(links, addresses, strict=True) if not address]
    assert len(inside) > 50 and all(_leads_to_a_page(document, link) for link in inside)
    outside = [address for address in addresses if address]
    assert outside and all(address.startswith("https://") for address in outside)


def _links(page):
    place = ctypes.c_int(0)
    while raw.FPDFLink_Enumerate(page, place, link := raw.FPDF_LINK()):
        yield link


def _address(document, link):
    """Return what a link leads to outside the PDF, or an empty text."""
    action = raw.FPDFLink_GetAction(link)
    buffer = ctypes.create_string_buffer(1000)
    raw.FPDFAction_GetURIPath(document, action, buffer, len(buffer))
    return buffer.value.decode()


def _leads_to_a_page(document, link):
    return 0 <= raw.FPDFDest_GetDestPageIndex(document, raw.FPDFLink_GetDest(document, link))
