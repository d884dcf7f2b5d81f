"""The interactive recovery time in a real browser, against slfkit.recovery, bit for bit."""

import pytest
from playwright.sync_api import expect
from slfbook import recovery_data, recovery_page

from slfkit.experiments import frontier
from slfkit.recovery import Link
from slfkit.reporting.metrics import TASKS

pytestmark = pytest.mark.slow
PHONE, DESK = 390, 1280  # CSS pixels
PAGE = "book/recovery_interactive.html"
TABLES = recovery_data.tables()
SLIDERS = ("uplink", "downlink", "power", "target")
READING = """[...document.querySelectorAll('.rt-table tbody tr')].map(row => ({
    f: Number(row.dataset.f), chosen: row.classList.contains('rt-chosen'),
    times: ['download', 'compute', 'upload', 'total'].map(name => Number(row.dataset[name])),
    texts: [...row.cells].map(cell => cell.textContent)}))"""
BARS = """[...document.querySelectorAll('.rt-bars rect')]
    .map(rect => Number(rect.getAttribute('width')))"""


@pytest.fixture(params=[DESK])
def page(window, site, request):
    with window(request.param) as page:
        page.goto(f"{site}/{PAGE}")
        yield page


def value(page, name):
    return page.input_value(f"[name={name}]")


def expected(page):
    """Return what slfkit.recovery gives for the controls' values: answers, choice and digits."""
    sliders = recovery_data.page_data(TABLES, Link())["sliders"]
    at = {name: slider["values"][int(value(page, name))] for name, slider in sliders.items()}
    link = Link(**at)
    table = next(table for table in TABLES if table.key == value(page, "table"))
    task = TASKS[value(page, "task")]
    answers = frontier.recovered(table.points[value(page, "task")], task, link)
    known = all(answer.point.quality is not None for answer in answers)
    chosen = frontier.choose(answers, task, float(value(page, "target"))) if known else None
    return answers, chosen, table.digits[value(page, "task")]


def compare(page):
    """Assert that table, sentence and bars show what slfkit.recovery gives."""
    answers, chosen, digits = expected(page)
    rows = page.evaluate(READING)
    assert [row["f"] for row in rows] == [answer.point.frozen for answer in answers]
    for row, answer in zip(rows, answers, strict=True):
        times = [answer.time.download, answer.time.compute, answer.time.upload, answer.time.total]
        assert row["times"] == times
        quality = answer.point.quality
        shown = "–" if quality is None else f"{quality:.{digits}f}"
        texts = [*map(recovery_data.seconds, times), shown, recovery_page.standing(answer)]
        assert row["texts"] == [str(answer.point.frozen), *texts]
        assert row["chosen"] == (answer.point.frozen == chosen)
    sentence = page.text_content(".rt-result")
    if chosen is None:
        assert sentence.startswith("No f reaches") or "none can be chosen" in sentence
    else:
        assert sentence.startswith(f"Choose f = {chosen}: ")
    compare_bars(page.evaluate(BARS), answers)


def compare_bars(widths, answers):
    longest = max(answer.time.total for answer in answers)
    times = [(a.time.download, a.time.compute, a.time.upload) for a in answers]
    drawn = [250 * share / longest for shares in times for share in shares]
    assert widths[: len(drawn)] == pytest.approx(drawn)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("table", [table.key for table in TABLES])
def test_every_slider_gives_the_numbers_of_slfkit(page, table, task):
    page.select_option("[name=table]", table)
    page.select_option("[name=task]", task)
    compare(page)
    for name in SLIDERS:
        slider = page.locator(f"[name={name}]")
        if not slider.is_visible():
            continue
        for key, times in (("ArrowLeft", 4), ("End", 1), ("ArrowLeft", 3), ("Home", 1)):
            before = slider.input_value()
            for _ in range(times):
                slider.press(key)
            assert slider.input_value() != before
            compare(page)


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_a_finger_moves_a_slider(page):
    slider = page.locator("[name=uplink]")
    before, box = slider.input_value(), slider.bounding_box()
    slider.tap(position={"x": 0.2 * box["width"], "y": box["height"] / 2})
    expect(slider).not_to_have_value(before)
    compare(page)


def test_what_a_slider_stands_for_is_said_in_words(page):
    said = page.get_attribute("[name=uplink]", "aria-valuetext")
    assert said == page.text_content("[data-value=uplink]") == "2 Mbit/s"


def test_a_quality_out_of_reach_is_said(page):
    page.press("[name=target]", "Home")  # the slider's least MSE lies below the best there is
    compare(page)


def test_without_scripts_the_static_tables_are_shown(window, site):
    with window(java_script_enabled=False) as page:
        page.goto(f"{site}/{PAGE}")
        expect(page.locator(".rt-static table").first).to_be_visible()
        expect(page.locator(".rt-live")).to_be_hidden()
