"""The tool in a real browser: by hand, by keyboard, by touch, and what stands in its address."""

import csv
import io

import pytest
import tool_page
from playwright.sync_api import expect
from slfbook import recovery_page
from slfbook.recovery_data import sliders

from slfkit.publish.findings import HURRY

pytestmark = pytest.mark.slow
PHONE, DESK = 390, 1280  # CSS pixels
OFFERED = sliders(recovery_page.presets())


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    return tool_page.write(tmp_path_factory.mktemp("tool"), tool_page.stored())


@pytest.fixture
def page(window, address):
    with window(DESK, at=address) as page:
        yield page


def looked_at(page):
    """Return the way that is looked at; plane and detail must name the same one."""
    name = page.get_attribute('.rt-point[aria-selected="true"]', "data-way")
    assert page.text_content(".rt-way").split(":")[0] == name
    return name


def set_slider(page, name, label):
    """Move a slider to the place with this label."""
    place = OFFERED[name]["labels"].index(label)
    page.fill(f"[name={name}]", str(place))
    assert page.get_attribute(f"[name={name}]", "aria-valuetext") == label


def test_the_choice_is_said_drawn_and_looked_at(page):
    sentence = page.text_content(".rt-result")
    chosen = looked_at(page)
    assert sentence.startswith(f"Choose {chosen}")
    assert page.get_attribute(f'[data-way="{chosen}"]', "data-standing") == "ready"
    assert page.get_attribute(".rt-result", "aria-live") == "polite"
    assert page.locator(".rt-seed").count() > 100 and page.locator(".rt-front").count() == 1
    for element in page.locator(".rt-pictures img").all():
        assert element.evaluate("image => image.naturalWidth") == 4 * 32


def test_points_are_stepped_along_by_the_arrow_keys(page):
    names = page.evaluate("""[...document.querySelectorAll('.rt-point')].map(e => ({
        name: e.dataset.way, x: e.transform.baseVal[0].matrix.e})).sort((a, b) => a.x - b.x)""")
    page.focus('.rt-point[tabindex="0"]')
    page.keyboard.press("Home")
    assert looked_at(page) == names[0]["name"]
    walked = [looked_at(page)]
    for _ in range(8):
        page.keyboard.press("ArrowRight")
        walked.append(looked_at(page))
    assert len(set(walked)) == 9
    page.keyboard.press("ArrowLeft")
    assert looked_at(page) == walked[-2]
    page.keyboard.press("End")
    assert looked_at(page) == names[-1]["name"]
    page.keyboard.press("ArrowDown")
    assert looked_at(page) == names[-1]["name"]
    assert page.locator('.rt-point[tabindex="0"]').count() == 1


def test_a_finger_takes_the_nearest_point_and_a_point_without_a_picture_says_so(window, address):
    with window(PHONE, at=address) as page:
        before = looked_at(page)
        aim = page.locator('[data-way="index map, 100 pilots"] path')
        aim.scroll_into_view_if_needed()
        box = aim.bounding_box()
        page.touchscreen.tap(box["x"] + box["width"] / 2 + 3, box["y"] + box["height"] / 2 + 6)
        assert looked_at(page) != before
        assert page.text_content(".rt-pictures p") == "No picture of this way is stored."


def test_a_preset_sets_its_sliders_and_a_slider_leaves_the_preset(page):
    page.uncheck("[name=untrained]")
    page.select_option("[name=link]", label="NB-IoT (26 kbit/s down, 62 kbit/s up)")
    assert page.get_attribute("[name=downlink]", "aria-valuetext") == "26 kbit/s"
    assert page.text_content(".rt-result").startswith("No way is ready within 1 s, with an old")
    assert page.locator('.rt-point[data-standing="ready"]').count() > 0  # other maps
    set_slider(page, "downlink", "2 Mbit/s")
    assert page.input_value("[name=link]") == ""
    set_slider(page, "uplink", "2 Mbit/s")
    assert page.input_value("[name=link]") == "0"


def test_a_limit_on_the_old_link_greys_what_violates_it(page):
    standing = '[data-way="f = 0"]'
    assert page.get_attribute(standing, "data-standing") == "loss"
    grey = page.get_attribute(f"{standing} path", "fill")
    set_slider(page, "old_link", "no limit")
    set_slider(page, "deadline", "none")
    assert page.get_attribute(standing, "data-standing") == "ready"
    assert page.get_attribute(f"{standing} path", "fill") not in (grey, "#ffffff")


def test_an_address_brings_its_settings_back(page, window):
    set_slider(page, "deadline", "2 s")
    page.select_option("[name=metric]", "accuracy")
    page.uncheck("[name=untrained]")
    page.focus('.rt-point[tabindex="0"]')
    page.keyboard.press("End")
    said, way, url = page.text_content(".rt-result"), looked_at(page), page.url
    assert "#recovery-tool?" in url
    with window(DESK, at=url) as other:
        assert other.text_content(".rt-result") == said and looked_at(other) == way
        assert other.get_attribute("[name=deadline]", "aria-valuetext") == "2 s"
        assert other.locator("[name=untrained]").is_checked() is False
        other.click("[name=reset]")
        assert other.get_attribute("[name=deadline]", "aria-valuetext") == f"{HURRY.deadline:g} s"
        assert other.input_value("[name=metric]") == "mse"


def test_a_spoiled_address_leaves_what_cannot_be_set(page, address):
    page.goto(f"{address}#recovery-tool?deadline=x&power=-1&metric=psnr&show=slf&way=none")
    page.reload()
    assert page.get_attribute("[name=deadline]", "aria-valuetext") == f"{HURRY.deadline:g} s"
    assert page.input_value("[name=metric]") == "mse"
    assert {e.get_attribute("data-way") for e in page.locator(".rt-point").all()} == {
        f"f = {f}" for f in range(5)
    }


def test_a_link_is_copied_or_shown(page):
    page.evaluate("void (navigator.clipboard.writeText = text => { window.copied = text })")
    page.click("[name=copy]")
    expect(page.locator(".rt-said")).to_have_text("Link copied.")
    assert page.evaluate("window.copied") == page.url and "deadline=1&" in page.url
    page.evaluate("void (navigator.clipboard.writeText = () => Promise.reject())")
    page.click("[name=copy]")
    expect(page.locator(".rt-said")).to_have_text(f"Copy this: {page.url}")


def test_the_csv_holds_every_seed_of_every_point_as_shown(page):
    with page.expect_download() as waiting:
        page.click("[name=csv]")
    text = waiting.value.path().read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    shown = {e.get_attribute("data-way") for e in page.locator(".rt-point").all()}
    assert {row["way"] for row in rows} == shown and len(rows) > 100
    assert {row["way"] for row in rows if row["chosen"] == "1"} == {looked_at(page)}
    for row in rows:
        parts = [float(row[f"{name}_s"]) for name in ("download", "computing", "upload")]
        assert float(row["seconds"]) == pytest.approx(sum(parts))
        late = float(row["seconds"]) > float(row["deadline"])
        assert not (late and row["standing"] == "ready")


def test_without_scripts_the_static_table_is_shown(window, address):
    with window(java_script_enabled=False, at=address) as page:
        expect(page.locator(".rt-static table").first).to_be_visible()
        expect(page.locator(".rt-live")).to_be_hidden()


def test_without_any_record_the_tool_says_so(window, tmp_path):
    empty = recovery_page.Stored([], [], {"sent": None, "before": None, "ways": {}})
    with window() as page:
        errors = []
        page.on("pageerror", lambda error: errors.append(error))
        page.goto(tool_page.write(tmp_path, empty))
        assert page.text_content(".rt-result") == "No way that can be chosen is shown."
        assert errors == []


def test_the_tool_stands_on_top_of_the_page_of_recovery_time(window, site):
    with window(at=f"{site}/notebooks/04_recovery.html") as page:
        expect(page.locator(".rt-result")).to_contain_text("Choose ")
        first = page.locator("article h2").first
        tool = page.locator("#recovery-tool")
        assert tool.bounding_box()["y"] < first.bounding_box()["y"]
