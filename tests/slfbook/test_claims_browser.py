"""The ledger in a real browser: rows that open, a filter by verdict, a forest plot at any width."""

import pytest

pytestmark = pytest.mark.slow
PAGE = "notebooks/80_claims.html"


@pytest.fixture(params=[(390, "light"), (1280, "dark")], ids=["phone", "desk"])
def page(window, site, request):
    with window(*request.param, at=f"{site}/{PAGE}") as page:
        yield page


def test_a_row_shows_verdict_claim_and_interval_at_any_width(page):
    first = page.locator("details.claim").first
    width = page.viewport_size["width"]
    for part in (".verdict", ".claim-text", "svg.forest"):
        box = first.locator(f"summary {part}").first.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width, part


def test_a_row_opens_by_keyboard_to_its_test_and_cases(page):
    first = page.locator("details.claim").first
    first.locator("> summary").focus()
    page.keyboard.press("Enter")
    assert first.locator("table").is_visible()
    assert "Test: " in first.inner_text()


def test_the_filter_leaves_one_verdict(page):
    claims = page.locator(".claims").first
    button = claims.locator(".claims-filter button[value='holds']")
    button.click()
    shown = claims.locator("details.claim:visible")
    assert shown.count() == int(button.inner_text().split("(")[1].rstrip(")")) > 0
    assert {one.get_attribute("data-verdict") for one in shown.all()} == {"holds"}
    assert button.get_attribute("aria-pressed") == "true"
    claims.locator(".claims-filter button").first.click()
    every = claims.locator("details.claim").count()
    assert claims.locator("details.claim:visible").count() == every


def test_without_scripts_all_claims_are_shown(window, site):
    with window(java_script_enabled=False, at=f"{site}/{PAGE}") as page:
        assert page.locator(".claims-filter").count() == 0
        assert page.locator("details.claim").first.is_visible()
