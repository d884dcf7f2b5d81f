"""The built book in a real browser: widths, themes, menu, search, requests, accessibility.

Each page is loaded once on a desk and once on a phone, and all tests of it look at what was loaded.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from slfkit.records.store import project_root

pytestmark = pytest.mark.slow
PHONE, DESK, WIDE = 390, 1280, 1920  # CSS pixels
PAPER = 680  # between the margins of A4, as print.css sets them
INDEX = "book/index.html"
# a theme changes colours and no sizes, so both are visited at one width
WINDOWS = ((PHONE, "light"), (DESK, "light"), (DESK, "dark"), (WIDE, "light"))
# What axe is asked in each: contrast, its slowest rule, where colours differ, the rest where the
# layout does.
RULES = {
    (PHONE, "light"): {"rules": {"color-contrast": {"enabled": False}}},
    (DESK, "light"): {"rules": {}},
    (DESK, "dark"): {"runOnly": ["color-contrast", "link-in-text-block"]},
}


def documents() -> list[str]:
    """Return the book's pages as _toc.yml names them, and those that Sphinx adds."""
    toc = yaml.safe_load((project_root() / "_toc.yml").read_text(encoding="utf-8"))
    return [toc["root"], *_files(toc), "genindex", "search"]


def _files(entry: dict) -> list[str]:
    """Return the files of an entry of _toc.yml and of those below it."""
    below = [part for name in ("parts", "chapters", "sections") for part in entry.get(name, ())]
    return [part["file"] for part in below if "file" in part] + [
        name for part in below for name in _files(part)
    ]


def views(*windows: tuple[int, str]) -> list:
    """Return a parameter of the fixture `tab` per page and window, a width and a theme."""
    combined = [(name, *window) for name, window in itertools.product(documents(), windows)]
    return [pytest.param(view, id="-".join(map(str, view))) for view in combined]


SET_AND_UNFOLD = """async () => {
    await window.MathJax?.startup?.promise;
    document.querySelectorAll('details.answer').forEach(one => one.open = true);
}"""


@dataclass
class Tab:
    """A page, what it has asked for since it was loaded, and what went wrong in it."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._said)

    def _said(self, message) -> None:
        if message.type in ("error", "assert"):
            self.errors.append(f"{message.text} {message.location}")

    def load(self, url: str) -> None:
        """Load a page; set its mathematics, unfold its answers, and let it change at once."""
        self.requests.clear()
        self.errors.clear()
        self.page.goto(url)
        self.page.evaluate(SET_AND_UNFOLD)
        self.page.add_style_tag(content="* { transition: none !important }")

    def requests_outside(self, site: str) -> list[str]:
        return [url for url in self.requests if not url.startswith((site, "data:", "blob:"))]


@pytest.fixture(scope="module")
def tabs(window) -> Iterator[dict[bool, Tab]]:
    """Two tabs for one page after the other, on a desk and, under True, on a phone."""
    with window(DESK) as desk, window(PHONE) as phone:
        yield {False: Tab(desk), True: Tab(phone)}


@pytest.fixture(scope="module", params=views(*WINDOWS))
def tab(tabs: dict[bool, Tab], site: str, request: pytest.FixtureRequest) -> Tab:
    """A tab with a page of the book: loaded once, then seen at other widths and in other themes."""
    name, width, scheme = request.param
    tab, url = tabs[width == PHONE], f"{site}/{name}.html"
    look(tab.page, width, color_scheme=scheme, media="screen")
    if tab.page.url != url:
        tab.load(url)
    expect(tab.page.locator("html")).to_have_attribute("data-theme", scheme)
    return tab


def look(page: Page, width: int, **media: str) -> None:
    """Give the window of a page another width, and its style sheets another medium or theme."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(**media)


@pytest.fixture
def page(tab: Tab) -> Page:
    return tab.page


# Elements that look alike with and without the focus: same outline, shadow, border and ground,
# of themselves and of what they hold (the theme marks the arrow inside a summary).
UNMARKED = """(() => {
    const one = (e) => { const s = getComputedStyle(e); return [s.outlineStyle, s.outlineWidth,
        s.outlineColor, s.boxShadow, s.borderColor, s.backgroundColor, s.textDecoration].join(); };
    const look = (e) => [e, ...e.children].map(one).join();
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
HEADINGS = """[...document.querySelectorAll('main :is(h1, h2, h3, h4, h5, h6)')]
    .filter(heading => heading.checkVisibility()).map(heading => Number(heading.tagName[1]))"""
BARE_TABLES = """[...document.querySelectorAll('article table')]
    .filter(table => !table.querySelector('th') && table.getAttribute('role') !== 'presentation')
    .map(table => table.outerHTML.slice(0, 100))"""
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


def test_no_page_scrolls_sideways(page):
    scrolled, inner = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert scrolled <= inner == page.viewport_size["width"]


def test_no_request_leaves_the_book(tab, site):
    assert tab.page.url in tab.requests
    assert tab.requests_outside(site) == []


def test_the_console_shows_no_error(tab):
    assert tab.errors == []


@pytest.mark.parametrize("tab", views(*RULES), indirect=True)
def test_the_accessibility_checker_finds_nothing_serious(page, request):
    _, *window = request.node.callspec.params["tab"]
    # it would ask for style sheets, which no file may read
    options = {"resultTypes": ["violations"], "preload": False, **RULES[tuple(window)]}
    found = Axe().run(page, options=options).response
    assert ("color-contrast" in [rule["id"] for rule in found["passes"]]) == (window[0] == DESK)
    serious = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
    assert [(one["id"], one["nodes"][0]["target"]) for one in serious] == []


def test_headings_begin_at_one_and_leave_out_no_level(page):
    levels = page.evaluate(HEADINGS)
    assert levels[:1] == [1] and levels.count(1) == 1
    assert [pair for pair in itertools.pairwise(levels) if pair[1] > pair[0] + 1] == []


def test_every_table_has_headers(page):
    assert page.evaluate(BARE_TABLES) == []


def test_the_focus_is_seen(page):
    assert page.evaluate(UNMARKED) == []


@pytest.mark.parametrize("tab", views((DESK, "dark")), indirect=True)
def test_nothing_is_cut_off_on_paper_and_dark_pages_print_dark_on_white(page):
    look(page, PAPER, media="print")
    paper = page.evaluate(ON_PAPER)
    look(page, DESK, media="screen")
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


def test_an_open_page_follows_the_systems_theme(window, site):
    with window() as page:
        page.goto(f"{site}/{INDEX}")
        page.emulate_media(color_scheme="dark")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_phone_menu_opens_and_leads_on(window, site):
    with window(PHONE) as page:
        page.goto(f"{site}/{INDEX}")
        link = page.locator("dialog[open] nav a[href*='five_minutes']")
        assert link.count() == 0
        page.tap("button.primary-toggle")
        link.tap()
        page.wait_for_url("**/five_minutes.html")


def test_the_search_finds_a_page(window, site):
    with window() as page:
        page.goto(f"{site}/{INDEX}")
        page.click("button.search-button-field")
        expect(page.locator("input[type=search]:focus")).to_be_visible()
        page.keyboard.type("codebook")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search.html?*")
        page.click("#search-results li a[href*='five_minutes']")
        page.wait_for_url("**/five_minutes.html*")
