"""The line under tables and figures: their numbers as CSV, and where these come from."""

import csv
import io
import re
from pathlib import Path

import pytest
from built_book import built_book

from slfkit.publish import csv_rows

pytestmark = pytest.mark.slow
PAGE = "notebooks/02_channel"
SHOWN = """table => [...table.rows].map(row => [...row.cells].map(
    cell => cell.textContent.replace(/\\s+/g, ' ').trim()))"""


def lines(text):
    return list(csv.reader(io.StringIO(text)))


def saved(page, act):
    """Return the name and the text of the file that an action saves."""
    with page.expect_download() as waiting:
        act()
    file = waiting.value
    return file.suggested_filename, Path(file.path()).read_text(encoding="utf-8-sig")


def press(page, control):
    """Press a control: by touch on a phone, else by keyboard."""
    if page.viewport_size["width"] < 600:
        control.tap()
    else:
        control.press("Enter")


def test_a_table_is_saved_by_keyboard_as_it_is_printed(reading):
    page = reading(PAGE)
    table = page.locator("article table.slfkit").first
    page.get_by_role("button", name="Table 1 as CSV").focus()
    name, text = saved(page, lambda: page.keyboard.press("Enter"))
    assert name == "02_channel-table-1.csv"
    assert lines(text) == table.evaluate(SHOWN)


def test_parts_of_a_cell_stay_apart(reading):
    page = reading("notebooks/04_recovery")
    number = page.locator("article table.slfkit").evaluate_all(
        "tables => tables.findIndex(one => one.matches('.beside')) + 1"
    )
    button = page.get_by_role("button", name=f"Table {number} as CSV")
    cells = [cell for line in lines(saved(page, button.click)[1])[1:] for cell in line[1:]]
    assert cells and all(" | " in cell for cell in cells)


def test_the_rows_behind_a_figure_are_saved_by_touch(reading):
    page = reading(PAGE, 390)
    link = page.locator("#fig-channel + .numbers a")
    target = built_book() / "notebooks" / link.get_attribute("href")
    assert target.resolve().read_text(encoding="utf-8") == csv_rows.of_page("02_channel")
    name, text = saved(page, link.tap)
    assert name == "02_channel.csv" and lines(text)[0][:2] == ["study", "record"]


def test_where_a_number_comes_from_opens_by_touch_and_by_keyboard(reading):
    for width in (390, 1280):
        page = reading(PAGE, width)
        summary = page.locator("#fig-channel + .numbers summary")
        inside = page.locator("#fig-channel + .numbers details p")
        assert not inside.is_visible()
        press(page, summary)
        assert inside.is_visible()
        own = page.locator("article details.provenance > p")
        assert inside.text_content() == own.text_content()
        for part in ("seeds: ", "records: ", "made by: slfkit run 02_channel"):
            assert part in inside.inner_text()
        assert summary.get_attribute("title") == own.text_content()


def test_what_a_sentence_rests_on_opens_by_touch_and_by_keyboard(window, site):
    """The browser's own popover does it, so no script is needed; Escape closes it."""
    for width in (390, 1280):
        with window(width, java_script_enabled=False, at=f"{site}/book/index.html") as page:
            button = page.locator("article button.ground").first
            note = page.locator("article .ground-note").first
            assert re.fullmatch(r"one seed|\d+( to \d+)?\sseeds", button.inner_text())
            assert not note.is_visible()
            press(page, button)
            assert note.is_visible() and "Made by: slfkit run 02_channel" in note.inner_text()
            page.keyboard.press("Escape")
            assert not note.is_visible()


def test_a_page_of_no_experiment_says_what_made_it(reading):
    for name, said in (
        ("notebooks/80_claims", "Made by: slfkit run 80_claims"),
        ("book/index", "Read from the stored records"),
    ):
        line = reading(name).locator(".numbers details p").first
        assert line.text_content().startswith(said)


def test_every_computed_table_and_figure_has_one_line(reading):
    page = reading(PAGE)
    tables = page.locator("article table.slfkit").count()
    figures = page.locator("article figure[id^='fig-']").count()
    assert tables and figures
    assert page.locator("article .numbers").count() == tables + figures


def test_without_scripts_there_is_no_dead_control(window, site):
    with window(1280, java_script_enabled=False, at=f"{site}/{PAGE}.html") as page:
        assert page.locator(".numbers").count() == 0
        assert page.locator("details.provenance").count() == 1
