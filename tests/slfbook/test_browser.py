"""The built book in a real browser: widths, themes, requests, accessibility.

Each page is loaded once, then seen at other widths, on a phone, and in other themes.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sphinx_external_toc.parsing import parse_toc_yaml

from slfkit.records.store import project_root

pytestmark = pytest.mark.slow
PHONE, TABLET, DESK, WIDE = 390, 768, 1280, 1920  # CSS pixels
PAPER = 680  # between the margins of A4, as print.css sets them
INDEX = "book/index.html"
# A theme changes colours and no sizes, so both are seen at one width only. The wide window is the
# last of a page: it knows what went wrong in all of them.
LIGHT, DARK, SMALL, MIDDLE, LARGE = WINDOWS = (
    (DESK, "light"),
    (DESK, "dark"),
    (PHONE, "light"),
    (TABLET, "light"),
    (WIDE, "light"),
)
COLOURS = ("color-contrast", "link-in-text-block")  # axe's rules on them


def documents() -> list[str]:
    """Return the book's pages as _toc.yml names them, and those that Sphinx adds."""
    return [*parse_toc_yaml(project_root() / "_toc.yml"), "genindex", "search"]


# Made by one template, like book/api/core.
ALIKE = [name for name in documents() if re.match(r"book/api/(?!index|core)", name)]
# One page of each kind: hand-written, with a tool, an experiment, claims, API, Sphinx's own.
KINDS = """book/index book/five_minutes book/align_yourself notebooks/00_slf_in_code
    notebooks/03_source notebooks/04_recovery notebooks/80_claims notebooks/90_computed
    book/bibliography book/api/core book/api/command genindex search""".split()


def seen(
    *windows: tuple[int, str],
    few: tuple[tuple[int, str], ...] = (),
    long: tuple[tuple[int, str], ...] = (),
) -> pytest.MarkDecorator:
    """Give a test a tab per page and window: a width and a theme.

    Args:
        few: those of the windows in which the short form of the tests sees one page of each kind.
        long: those that only the long form looks at; it also looks at every page of the API.
    """

    def only_long(name: str, window: tuple[int, str]) -> bool:
        return name in ALIKE or window in long or (window in few and name not in KINDS)

    views = [
        pytest.param(
            (name, *window),
            id="-".join(map(str, (name, *window))),
            marks=[pytest.mark.long] * only_long(name, window),
        )
        for name, window in itertools.product(documents(), windows)
    ]
    return pytest.mark.parametrize("tab", views, indirect=True)


SET_AND_UNFOLD = """async () => {
    await window.MathJax?.startup?.promise;
    document.querySelectorAll('article details').forEach(one => one.open = true);
}"""
FITTED = "() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 20)))"


@dataclass
class Tab:
    """A page, what it has asked for since it was loaded, and what went wrong in it."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    width: int = DESK

    def __post_init__(self) -> None:
        self.session = self.page.context.new_cdp_session(self.page)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._said)

    def _said(self, message) -> None:
        if message.type in ("error", "assert"):
            self.errors.append(f"{message.text} {message.location}")

    def load(self, url: str) -> None:
        """Load a page; set its mathematics, unfold what is folded, and let it change at once."""
        self.requests.clear()
        self.errors.clear()
        self.page.goto(url)
        self.page.evaluate(SET_AND_UNFOLD)
        self.page.add_style_tag(content="* { transition: none !important }")

    def look(self, width: int, **media: str) -> None:
        """Give the window another width, a phone's below 600 pixels, and another medium or theme.

        A window of playwright is a phone's for life; Chromium's own protocol turns one into it.
        """
        self.width, phone = width, width < 600
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": phone}
        self.session.send("Emulation.setTouchEmulationEnabled", {"enabled": phone})
        self.session.send("Emulation.setDeviceMetricsOverride", size)
        self.page.emulate_media(**media)
        self.page.evaluate(FITTED)

    def requests_outside(self, site: str) -> list[str]:
        return [url for url in self.requests if not url.startswith((site, "data:", "blob:"))]


@pytest.fixture(scope="module")
def one_tab(window) -> Iterator[Tab]:
    """A tab for one page after the other."""
    with window(DESK) as page:
        yield Tab(page)


@pytest.fixture(scope="module")
def tab(one_tab: Tab, site: str, request: pytest.FixtureRequest) -> Tab:
    """A tab with a page of the book: loaded once, then seen at other widths and in other themes."""
    name, width, scheme = request.param
    url = f"{site}/{name}.html"
    if one_tab.page.url != url:
        one_tab.load(url)
    one_tab.look(width, color_scheme=scheme, media="screen")
    expect(one_tab.page.locator("html")).to_have_attribute("data-theme", scheme)
    return one_tab


@pytest.fixture
def page(tab: Tab) -> Page:
    return tab.page


# Elements that look alike with and without the focus: same outline, shadow, border and ground,
# of themselves and of what they hold (the theme marks the arrow inside a summary, and a card behind
# its link).
UNMARKED = """(() => {
    const one = (e, part) => { const s = getComputedStyle(e, part);
        return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor,
            s.backgroundColor, s.textDecoration].join(); };
    const look = (e) => [e, ...e.children].map(e => [one(e), one(e, '::after')]).join();
    return [...document.querySelectorAll(
        'a[href], button, select, input, summary, [tabindex="0"]')].filter(e => {
        if (e.disabled || !e.checkVisibility({visibilityProperty: true})) return false;
        const before = look(e);
        e.focus({focusVisible: true, preventScroll: true});
        const same = document.activeElement === e && look(e) === before;
        e.blur();
        return same;
    }).map(e => e.outerHTML.slice(0, 100));
})()"""
# Elements of one kind have the same tags, classes and styles up to the root, and so the same
# colours; rows may alternate. What holds only kinds that were seen before is marked, so that axe,
# slow on long pages, can leave it out.
MARK_REPETITIONS = """(() => {
    const kinds = new Map();
    const mark = (e, above) => {
        if (!e.checkVisibility({visibilityProperty: true})) return true;
        const text = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
        const row = e.localName === 'tr' ? e.rowIndex % 2 : '';
        const kind = [above, e.localName, row, e.className, e.getAttribute('style'), text].join();
        const known = kinds.has(kind);
        if (!known) kinds.set(kind, kinds.size);
        const below = [...e.children].map(child => mark(child, kinds.get(kind)));
        const again = known && below.every(Boolean);
        e.toggleAttribute('data-again', again);
        return again;
    };
    mark(document.body, '');
})()"""
FAINT = """document.querySelector('article').insertAdjacentHTML('beforeend',
    '<p>seen</p>'.repeat(3) + '<p>seen, but for <b style="color: #888">one word</b></p>')"""
HEADINGS = """[...document.querySelectorAll('main :is(h1, h2, h3, h4, h5, h6)')]
    .filter(heading => heading.checkVisibility()).map(heading => Number(heading.tagName[1]))"""
BARE_TABLES = """[...document.querySelectorAll('article table')]
    .filter(table => !table.querySelector('th') && table.getAttribute('role') !== 'presentation')
    .map(table => table.outerHTML.slice(0, 100))"""
# What scrolls sideways in a box of its own, or leaves the window; the tables of the interactive
# page are made again by its script and stay as they are.
CLIPPED = """[...document.querySelectorAll('article :is(table, pre)')].filter(e => {
    if (!e.checkVisibility() || e.closest('.rt-live')) return false;
    for (let box = e; box && box.localName !== 'article'; box = box.parentElement)
        if (getComputedStyle(box).overflowX !== 'visible' && box.clientWidth
            && box.scrollWidth > box.clientWidth + 1) return true;
    return e.getBoundingClientRect().right > innerWidth + 1;
}).map(e => e.outerHTML.slice(0, 100))"""
ON_PAPER = """({
    cut: [...document.querySelectorAll('article *:not(mjx-container *)')].filter(e =>
        e.checkVisibility() && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 &&
        getComputedStyle(e).overflowX !== 'visible').map(e => e.outerHTML.slice(0, 100)),
    wide: [...document.querySelectorAll('article :is(table, pre, img, svg)')].filter(e =>
        e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1)
        .map(e => e.outerHTML.slice(0, 100)),
    controls: [...document.querySelectorAll('article :is(input, select, button)')]
        .filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 100)),
    ink: getComputedStyle(document.querySelector('article') ?? document.body).color,
    ground: getComputedStyle(document.body).backgroundColor,
})"""


@seen(*WINDOWS, few=(DARK, MIDDLE))
def test_no_page_scrolls_sideways(tab):
    scrolled, inner = tab.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert scrolled <= inner == tab.width


@seen(LIGHT, SMALL, MIDDLE, LARGE, few=(MIDDLE,))
def test_no_table_and_no_code_is_clipped(page):
    assert page.evaluate(CLIPPED) == []


@seen(LARGE)
def test_no_request_leaves_the_book_and_the_console_shows_no_error(tab, site):
    assert tab.page.url in tab.requests
    assert tab.requests_outside(site) == [] and tab.errors == []


def serious(page: Page, **options) -> list[tuple]:
    """Return what axe finds by these options; it preloads nothing, as no file may read another."""
    options |= {"resultTypes": ["violations"], "preload": False}
    found = Axe().run(page, options=options).response
    assert found["passes"]
    return [
        (one["id"], [node["target"] for node in one["nodes"]][:5])
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


@seen(LIGHT, SMALL, few=(LIGHT,), long=(SMALL,))
def test_the_accessibility_checker_finds_nothing_serious(page):
    assert serious(page, rules={rule: {"enabled": False} for rule in COLOURS}) == []


def faint(page: Page) -> list[tuple]:
    """Return what axe finds by its rules on colours, asked of one element of each kind."""
    page.evaluate(MARK_REPETITIONS)
    hidden = page.add_style_tag(content="[data-again] { display: none !important }")
    found = serious(page, runOnly=COLOURS)
    hidden.evaluate("style => style.remove()")
    return found


@seen(LIGHT, DARK, few=(DARK,), long=(LIGHT,))
def test_text_and_links_stand_out(page):
    assert faint(page) == []


@seen(LIGHT, SMALL)
def test_headings_leave_out_no_level_and_every_table_has_headers(page):
    levels = page.evaluate(HEADINGS)
    assert levels[:1] == [1] and levels.count(1) == 1
    assert [pair for pair in itertools.pairwise(levels) if pair[1] > pair[0] + 1] == []
    assert page.evaluate(BARE_TABLES) == []


@seen(LIGHT, DARK, SMALL, few=(LIGHT, SMALL), long=(DARK,))
def test_the_focus_is_seen(page):
    assert page.evaluate(UNMARKED) == []


@seen(DARK, few=(DARK,))
def test_nothing_is_cut_off_on_paper_and_dark_pages_print_dark_on_white(tab):
    tab.look(PAPER, media="print")
    paper = tab.page.evaluate(ON_PAPER)
    tab.look(DESK, media="screen")
    assert (paper["cut"], paper["wide"], paper["controls"]) == ([], [], [])
    assert sum(map(int, re.findall(r"\d+", paper["ink"])[:3])) < 300
    assert paper["ground"] in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")


def test_an_error_and_a_request_are_noticed(window, site):
    """So that the tests above can fail."""
    with window() as page:
        tab = Tab(page)
        tab.load(f"{site}/{INDEX}")
        page.evaluate("console.error('said'); setTimeout(() => { throw Error('thrown') })")
        page.evaluate("fetch('https://slfkit.invalid/x').catch(() => 0)")
        page.wait_for_timeout(50)
        for word in ("said", "thrown", "ERR_NAME_NOT_RESOLVED"):
            assert word in str(tab.errors)
        assert tab.requests_outside(site) == ["https://slfkit.invalid/x"]


def test_faint_text_is_noticed_among_much_of_its_kind(window, site):
    """So that the test of contrast can fail."""
    with window(at=f"{site}/{INDEX}") as page:
        page.evaluate(FAINT)
        assert [rule for rule, _ in faint(page)] == ["color-contrast"]
