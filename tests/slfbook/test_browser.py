"""The built book in a real browser: widths, themes, menu, search, requests, accessibility.

Skipped where no Chromium is found (SLFKIT_CHROMIUM names one that is not on PATH). Nothing is
installed and nothing fetched. Each page is loaded once, and the tests look at what was seen there.
"""

import contextlib
import importlib.util
import itertools
import json
import re
from pathlib import Path
from types import SimpleNamespace

import browser
import pytest
import yaml
from built_book import built_book
from slfbook import recovery_data, recovery_page

from slfkit.experiments import frontier
from slfkit.records.store import project_root

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        browser.find() is None,
        reason="no Chromium on PATH: install Debian's package chromium, or set SLFKIT_CHROMIUM",
    ),
]
PHONE, DESK = 390, 1280
PAPER = 680  # CSS pixels between the margins of A4, as print.css sets them
SERIOUS = ("serious", "critical")
INTERACTIVE = "book/recovery_interactive"
CHECKER = "axe_core_python"  # the package whose axe.min.js checks the accessibility
WIDTHS = "[document.documentElement.scrollWidth, window.innerWidth]"


def documents():
    """Return the book's pages as _toc.yml names them, and those that Sphinx adds."""
    toc = yaml.safe_load((project_root() / "_toc.yml").read_text(encoding="utf-8"))
    return [toc["root"], *_files(toc), "genindex", "search"]


def _files(entry):
    """Return the files of an entry of _toc.yml and of those below it."""
    below = [part for name in ("parts", "chapters", "sections") for part in entry.get(name, ())]
    return [part["file"] for part in below if "file" in part] + [
        name for part in below for name in _files(part)
    ]


@pytest.fixture(scope="module")
def site():
    """Serve the built book on loopback and give its address."""
    with browser.serving(built_book()) as address:
        yield address


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    chromium = browser.Browser(browser.find(), tmp_path_factory.mktemp("chromium"))
    yield chromium.tab()
    chromium.close()


@pytest.fixture(scope="module")
def visits(site, tab):
    """Return a function that gives what was seen of a page, which is loaded at most once."""
    seen = {}

    def visit(name):
        if name not in seen:
            seen[name] = _look_at(tab, f"{site}/{name}.html")
        return seen[name]

    return visit


def _look_at(tab, url):
    found = SimpleNamespace(widths={}, findings={}, unmarked={})
    checker = _checker()
    tab.open(url, DESK)
    tab.run(_UNFOLD)
    for width, scheme in itertools.product((DESK, PHONE), ("light", "dark")):
        tab.resize(width)
        tab.scheme(scheme)
        found.widths[width, scheme] = tab.run(WIDTHS)
        found.unmarked[width, scheme] = tab.run(_UNMARKED)
        if checker:
            tab.run(f"window.axe ? 0 : ((0, eval)({json.dumps(checker)}), 0)")
            found.findings[width, scheme] = tab.run(_CHECK)
    found.headings, found.bare = tab.run(_HEADINGS), tab.run(_BARE_TABLES)
    found.paper = _on_paper(tab)
    found.requests, found.errors = list(tab.requests), list(tab.errors)
    return found


_UNFOLD = "document.querySelectorAll('details.answer').forEach(one => { one.open = true }), 0"


def _on_paper(tab):
    """Return what a dark page looks like when printed on A4: cut boxes, controls, ink, ground."""
    tab.resize(PAPER)
    tab.call("Emulation.setEmulatedMedia", media="print")
    try:
        return SimpleNamespace(**tab.run(_PAPER))
    finally:
        tab.call("Emulation.setEmulatedMedia", media="")


# Elements that look alike with and without the focus: same outline, shadow, border and ground,
# of themselves and of what they hold (the theme marks the arrow inside a summary).
_UNMARKED = """(() => {
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
_HEADINGS = """[...document.querySelectorAll('main :is(h1, h2, h3, h4, h5, h6)')]
    .filter(heading => heading.checkVisibility()).map(heading => Number(heading.tagName[1]))"""
_BARE_TABLES = """[...document.querySelectorAll('article table')]
    .filter(table => !table.querySelector('th') && table.getAttribute('role') !== 'presentation')
    .map(table => table.outerHTML.slice(0, 100))"""
_PAPER = """({
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
_CHECK = """axe.run({resultTypes: ['violations']}).then(result => result.violations.map(found =>
    [found.impact, found.id, found.help, found.nodes.slice(0, 3).map(node => node.target[0])]))"""


def _checker():
    found = importlib.util.find_spec(CHECKER)
    return Path(found.origin).with_name("axe.min.js").read_text() if found else None


@pytest.mark.parametrize("name", documents())
def test_no_page_scrolls_sideways(visits, name):
    seen = visits(name).widths
    assert set(seen) == {(w, s) for w in (DESK, PHONE) for s in ("light", "dark")}
    for (width, _), (scrolled, inner) in seen.items():
        assert inner == width and scrolled <= inner


@pytest.mark.parametrize("name", documents())
def test_no_request_leaves_the_machine(visits, name):
    requests = visits(name).requests
    assert any(url.endswith(f"{name}.html") for url in requests)
    assert [url for url in requests if browser.leaves(url)] == []


@pytest.mark.parametrize("name", documents())
def test_the_console_shows_no_error(visits, name):
    assert visits(name).errors == []


@pytest.mark.skipif(_checker() is None, reason=f"{CHECKER}, which holds axe, is not installed")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [DESK, PHONE])
@pytest.mark.parametrize("name", documents())
def test_the_accessibility_checker_finds_nothing_serious(visits, name, width, scheme):
    """Contrast is among its rules: text is readable in both themes."""
    findings = visits(name).findings[width, scheme]
    assert [finding for finding in findings if finding[0] in SERIOUS] == []


@pytest.mark.parametrize("name", documents())
def test_headings_begin_at_one_and_leave_out_no_level(visits, name):
    levels = visits(name).headings
    assert levels[:1] == [1] and levels.count(1) == 1
    assert [pair for pair in itertools.pairwise(levels) if pair[1] > pair[0] + 1] == []


@pytest.mark.parametrize("name", documents())
def test_every_table_has_headers(visits, name):
    assert visits(name).bare == []


@pytest.mark.parametrize("name", documents())
def test_the_focus_is_seen(visits, name):
    assert {place: found for place, found in visits(name).unmarked.items() if found} == {}


@pytest.mark.parametrize("name", documents())
def test_nothing_is_cut_off_on_paper_and_dark_pages_print_dark_on_white(visits, name):
    paper = visits(name).paper
    assert (paper.cut, paper.wide, paper.controls) == ([], [], [])
    assert sum(map(int, re.findall(r"\d+", paper.ink)[:3])) < 300
    assert paper.ground in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")


def test_an_error_and_a_request_are_noticed(site, tab):
    """So that the tests above can fail."""
    tab.open(f"{site}/book/index.html")
    tab.run("console.error('seen'); setTimeout(() => { throw Error('thrown') })")
    tab.run("fetch('https://slfkit.invalid/x').catch(() => new Promise(r => setTimeout(r, 50)))")
    assert {"seen", "thrown"} == {word for word in ("seen", "thrown") if word in str(tab.errors)}
    assert [url for url in tab.requests if browser.leaves(url)] == ["https://slfkit.invalid/x"]


def test_the_phone_menu_opens_and_leads_on(site, tab):
    tab.open(f"{site}/book/index.html", PHONE)
    link = "dialog[open] nav a[href*='five_minutes']"
    assert tab.run(f"document.querySelector({json.dumps(link)}) === null")
    tab.tap("button.primary-toggle")
    tab.wait(f"document.querySelector({json.dumps(link)})?.checkVisibility()")
    tab.tap(link)
    tab.wait("location.pathname.endsWith('/five_minutes.html')")


def test_the_search_finds_a_page(site, tab):
    tab.open(f"{site}/book/index.html")
    tab.click("button.search-button-field")
    tab.wait("document.activeElement.matches('input[type=search]')")
    tab.type("codebook")
    tab.press("Enter")
    tab.wait("location.pathname.endsWith('/search.html')")
    found = "#search-results li a[href*='five_minutes']"
    tab.wait(f"document.querySelector({json.dumps(found)}) !== null")
    tab.click(found)
    tab.wait("location.pathname.endsWith('/five_minutes.html')")


# ---- the interactive recovery time ---------------------------------------------------------------

TABLES = recovery_data.tables()
READING = """[...document.querySelectorAll('.rt-table tbody tr')].map(row => ({
    f: Number(row.dataset.f), chosen: row.classList.contains('rt-chosen'),
    times: ['download', 'compute', 'upload', 'total'].map(name => Number(row.dataset[name])),
    texts: [...row.cells].map(cell => cell.textContent)}))"""
BARS = """(rects => rects.map(rect => Number(rect.getAttribute('width'))))
    ([...document.querySelectorAll('.rt-bars rect')])"""


@pytest.fixture
def page(site, tab):
    tab.open(f"{site}/{INTERACTIVE}.html", DESK)
    return tab


def value(page, name):
    return page.run(f"document.querySelector('[name={name}]').value")


def select(page, name, choice):
    page.run(f"""(box => {{ box.value = {json.dumps(choice)};
        box.dispatchEvent(new Event('input', {{bubbles: true}})) }})
        (document.querySelector('[name={name}]'))""")
    assert value(page, name) == choice


def expected(page):
    """Return what slfkit.recovery gives for the controls as they stand: answers and the choice."""
    from slfkit.recovery import Link

    data = recovery_data.page_data(TABLES, Link())
    link = Link(**{
        name: slider["values"][int(value(page, name))] for name, slider in data["sliders"].items()
    })  # fmt: skip
    table = next(table for table in TABLES if table.key == value(page, "table"))
    task = frontier.TASKS[value(page, "task")]
    answers = frontier.recovered(table.points[value(page, "task")], task, link)
    known = all(answer.point.quality is not None for answer in answers)
    chosen = frontier.choose(answers, task, float(value(page, "target"))) if known else None
    return answers, chosen, table.digits[value(page, "task")]


def compare(page):
    """Assert that table, sentence and bars show what slfkit.recovery gives, bit for bit."""
    answers, chosen, digits = expected(page)
    rows = page.run(READING)
    assert [row["f"] for row in rows] == [answer.point.frozen for answer in answers]
    for row, answer in zip(rows, answers, strict=True):
        times = [answer.time.download, answer.time.compute, answer.time.upload, answer.time.total]
        assert row["times"] == times
        quality = answer.point.quality
        shown = "–" if quality is None else f"{quality:.{digits}f}"
        texts = [*map(recovery_data.seconds, times), shown, recovery_page.standing(answer)]
        assert row["texts"] == [str(answer.point.frozen), *texts]
        assert row["chosen"] == (answer.point.frozen == chosen)
    sentence = page.run("document.querySelector('.rt-result').textContent")
    if chosen is None:
        assert sentence.startswith("No f reaches") or "none can be chosen" in sentence
    else:
        assert sentence.startswith(f"Choose f = {chosen}: ")
    _compare_bars(page.run(BARS), answers)


def _compare_bars(widths, answers):
    longest = max(answer.time.total for answer in answers)
    times = [(a.time.download, a.time.compute, a.time.upload) for a in answers]
    drawn = [250 * share / longest for shares in times for share in shares]
    assert widths[: len(drawn)] == pytest.approx(drawn)


@pytest.mark.parametrize("task", frontier.TASKS)
@pytest.mark.parametrize("table", [table.key for table in TABLES])
def test_every_slider_gives_the_numbers_of_slfkit(page, table, task):
    select(page, "table", table)
    select(page, "task", task)
    compare(page)
    for name in ("uplink", "downlink", "power", "target"):
        if not page.run(f"document.querySelector('[name={name}]').checkVisibility()"):
            continue
        page.run(f"document.querySelector('[name={name}]').focus()")
        for key, times in (("ArrowLeft", 4), ("End", 1), ("ArrowLeft", 3), ("Home", 1)):
            before = value(page, name)
            page.press(key, times)
            assert value(page, name) != before
            compare(page)


def test_a_finger_moves_a_slider(page):
    page.resize(PHONE)
    page.call("Emulation.setTouchEmulationEnabled", enabled=True)
    before = value(page, "uplink")
    moved = f"document.querySelector('[name=uplink]').value !== '{before}'"
    for seconds in (5, 10, 20):  # a busy machine may lose a touch before it reaches the page
        page.tap("[name=uplink]", 0.2)
        with contextlib.suppress(browser.BrowserError):
            page.wait(moved, seconds)
            break
    assert page.run(moved)
    page.call("Emulation.setTouchEmulationEnabled", enabled=False)
    compare(page)


def test_what_a_slider_stands_for_is_said_in_words(page):
    said = page.run("document.querySelector('[name=uplink]').getAttribute('aria-valuetext')")
    assert said == page.run("document.querySelector('[data-value=uplink]').textContent")
    assert said == "2 Mbit/s"


def test_a_quality_out_of_reach_is_said(page):
    page.run("document.querySelector('[name=target]').focus()")
    page.press("Home")  # the least MSE of the slider lies below the best there is
    compare(page)


def test_without_scripts_the_static_tables_stand(site, tab):
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        tab.call("Page.navigate", url=f"{site}/{INTERACTIVE}.html")
        tab.wait("document.querySelectorAll('.rt-static table').length")
        seen = "document.querySelector('{}').checkVisibility()"
        assert tab.run(seen.format(".rt-static")) and not tab.run(seen.format(".rt-live"))
    finally:
        tab.call("Emulation.setScriptExecutionDisabled", value=False)
