"""The built book in a real browser: widths, themes, menu, search, requests, accessibility.

Each page is loaded once per width and theme, and all tests of it look at what was loaded.
"""

import itertools
import re
from collections.abc import Callable, Iterator
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
    """Return a parameter of the fixture `visit` per page and window, a width and a theme."""
    combined = [(name, *window) for name, window in itertools.product(documents(), windows)]
    return [pytest.param(view, id="-".join(map(str, view))) for view in combined]


@dataclass
class Visit:
    """A page, what it asked for and what went wrong in it."""

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

    def requests_outside(self, site: str) -> list[str]:
        return [url for url in self.requests if not url.startswith((site, "data:", "blob:"))]


@pytest.fixture(scope="module", params=views(*WINDOWS))
def visit(window: Callable, site: str, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A page of the book, its mathematics set and its answers unfolded."""
    name, width, scheme = request.param
    with window(width, scheme) as page:
        visit = Visit(page)
        page.goto(f"{site}/{name}.html")
        page.evaluate("window.MathJax?.startup?.promise?.then(() => true)")
        page.evaluate("document.querySelectorAll('details.answer').forEach(one => one.open = true)")
        expect(page.locator("html")).to_have_attribute("data-theme", scheme)
        yield visit


@pytest.fixture
def page(visit: Visit) -> Page:
    return visit.page


# Elements that look alike with and without the focus: same outline, shadow, border and ground,
# of themselves and of what they hold (the theme marks the arrow inside a summary).
UNMARKED = """(() => {
    const one = (e) => { const s = getComputedStyle(e); return [s.outlineStyle, s.outlineWidth,
        s.outlineColor, s.boxShadow, s.borderColor, s.backgroundColor, s.textDecoration].join(); };
    const look = (e) => [e, ...e.children].map(one).join();
    const still = document.head.appendChild(document.createElement('style'));
    still.textContent = '* { transition: none !important }';
    const unmarked = [...document.querySelectorAll(
        'a[href], button, select, input, summary, [tabindex="0"]')].filter(e => {
        if (e.disabled || !e.checkVisibility({visibilityProperty: true})) return false;
        const before = look(e);
        e.focus({focusVisible: true, preventScroll: true});
        const same = document.activeElement === e && look(e) === before;
        e.blur();
        return same;
    }).map(e => e.outerHTML.slice(0, 100));
    still.remove();
    return unmarked;
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


def test_no_request_leaves_the_book(visit, site):
    assert visit.page.url in visit.requests
    assert visit.requests_outside(site) == []


def test_the_console_shows_no_error(visit):
    assert visit.errors == []


@pytest.mark.parametrize("visit", views(*WINDOWS[:3]), indirect=True)
def test_the_accessibility_checker_finds_nothing_serious(page):
    """Contrast, its slowest rule, is asked at one width: the others have its colours."""
    contrast = {"enabled": page.viewport_size["width"] == DESK}
    options = {"resultTypes": ["violations"], "rules": {"color-contrast": contrast}}
    found = Axe().run(page, options=options).response
    assert ("color-contrast" in [rule["id"] for rule in found["passes"]]) == contrast["enabled"]
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


@pytest.mark.parametrize("visit", views((PAPER, "dark")), indirect=True)
def test_nothing_is_cut_off_on_paper_and_dark_pages_print_dark_on_white(page):
    page.emulate_media(media="print")
    paper = page.evaluate(ON_PAPER)
    assert (paper["cut"], paper["wide"], paper["controls"]) == ([], [], [])
    assert sum(map(int, re.findall(r"\d+", paper["ink"])[:3])) < 300
    assert paper["ground"] in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")


def test_an_error_and_a_request_are_noticed(window, site):
    """So that the tests above can fail."""
    with window() as page:
        visit = Visit(page)
        page.goto(f"{site}/{INDEX}")
        page.evaluate("console.error('said'); setTimeout(() => { throw Error('thrown') })")
        page.evaluate("fetch('https://slfkit.invalid/x').catch(() => 0)")
        page.wait_for_timeout(50)
        assert all(
            word in str(visit.errors) for word in ("said", "thrown", "ERR_NAME_NOT_RESOLVED")
        )
        assert visit.requests_outside(site) == ["https://slfkit.invalid/x"]


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
