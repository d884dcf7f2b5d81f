"""Wide tables in a real browser: in the margin, as cards, or in a box."""

import pytest

pytestmark = pytest.mark.slow
PAGE = "notebooks/04_recovery"
FITTED = """() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))"""
# Cells of Table I whose number runs into its deviation.
TOUCHING = """[...document.querySelectorAll('table.beside td:has(b):has(i)')].filter(field => {
    const [own, deviation] = ['b', 'i'].map(name => {
        const text = document.createRange();
        text.selectNodeContents(field.querySelector(name));
        return text.getBoundingClientRect();
    });
    return own.right > deviation.left && own.bottom > deviation.top && deviation.bottom > own.top;
}).map(field => field.textContent)"""


def test_a_table_takes_the_margin_on_a_desk_and_is_cards_on_a_phone(reading):
    table = "table.beside"
    for width, cards, margin in ((390, 1, 0), (1280, 0, 1), (1920, 0, 1)):
        page = reading(PAGE, width)
        page.evaluate(FITTED)
        assert page.locator(f"{table}.as-cards").count() == cards, width
        assert page.locator(f".in-margin {table}").count() == margin, width


def test_a_card_names_each_number_apart_from_its_deviation_and_stays_a_table(reading):
    page = reading(PAGE, 390)
    page.evaluate(FITTED)
    cell = page.locator("table.beside tbody tr:first-of-type td").first
    assert cell.get_attribute("data-heading") == "f = 0"
    assert cell.get_attribute("role") == "cell"
    assert page.get_by_role("rowheader", name="Download (kB)").count() == 1
    assert page.locator("table.beside.as-cards").count() == 1
    assert page.locator("table.beside td:has(b):has(i)").count() > 40
    assert page.evaluate(TOUCHING) == []


def test_the_contents_make_way_for_a_table_in_the_margin(reading):
    page = reading(PAGE)
    contents = page.locator("div.bd-sidebar-secondary")
    page.evaluate(FITTED)
    assert contents.is_visible()
    page.locator("table.beside").scroll_into_view_if_needed()
    page.wait_for_function(
        "document.querySelector('div.bd-sidebar-secondary.under-table') !== null"
    )
    assert not contents.is_visible()


def test_without_scripts_a_wide_table_scrolls_in_its_box(window, site):
    with window(390, java_script_enabled=False, at=f"{site}/{PAGE}.html") as page:
        assert page.locator("table.as-cards").count() == 0
        box = page.locator(".table-scroll:has(table.beside)")
        assert box.evaluate("e => e.scrollWidth > e.clientWidth")
        assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_figures_have_no_ground_and_turn_light_in_the_dark(window, site):
    with window(1280, "dark", at=f"{site}/notebooks/02_channel.html") as page:
        style = "e => [getComputedStyle(e).filter, getComputedStyle(e).backgroundColor]"
        lines, pictures = (
            page.locator("#fig-channel img"),
            page.locator("#fig-channel-pictures img"),
        )
        assert lines.get_attribute("src").endswith(".svg")
        turned, ground = lines.evaluate(style)
        assert "invert" in turned and ground == "rgba(0, 0, 0, 0)"
        assert pictures.evaluate(style) == ["none", "rgb(255, 255, 255)"]
