"""Ways through the built book in a real browser: theme, menu, search."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow
PHONE = 390  # CSS pixels
INDEX = "book/index.html"


def test_an_open_page_follows_the_systems_theme(window, site):
    with window(at=f"{site}/{INDEX}") as page:
        page.emulate_media(color_scheme="dark")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_phone_menu_opens_and_leads_on(window, site):
    with window(PHONE, at=f"{site}/{INDEX}") as page:
        link = page.locator("dialog[open] nav a[href*='five_minutes']")
        assert link.count() == 0
        page.tap("button.primary-toggle")
        link.tap()
        page.wait_for_url("**/five_minutes.html")


def test_the_search_finds_a_page(window, site):
    with window(at=f"{site}/{INDEX}") as page:
        page.click("button.search-button-field")
        expect(page.locator("input[type=search]:focus")).to_be_visible()
        page.keyboard.type("codebook")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search.html?*")
        page.click("#search-results li a[href*='five_minutes']")
        page.wait_for_url("**/five_minutes.html*")
