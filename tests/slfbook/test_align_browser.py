"""*Align it yourself* in a browser, against torch and slfkit.aligners with the same weights."""

import re

import pytest
import torch
from playwright.sync_api import expect
from slfbook.align_page import SCRIPTS
from slfbook.align_still import Bench

from slfkit.aligners.linear import ALONE, fit_ridge
from slfkit.aligners.link import grids
from slfkit.records.store import Store

pytestmark = pytest.mark.slow
PHONE, DESK = 390, 1280  # CSS pixels
PAGE = "book/align_yourself.html"
MOST_BYTES = 400_000  # of scripts, style sheet, weights and digits
MOST_SECONDS = 0.1  # from a picture to what is received
TOLERANCE = 1e-4  # of pixels in [-1, 1]; both compute in double precision and differ by far less
READ = """() => {
    const user = (name) => alignNetwork.unpack(alignData.users[name].weights);
    globalThis.bench = Object.fromEntries(Object.keys(alignData.users).map(n => [n, user(n)]));
    for (const [pair, run] of Object.entries(alignData.aligned)) bench[pair] =
        {...bench[pair.split(' ')[1]], ...alignNetwork.unpack(run.weights)};
    globalThis.pictures = alignData.digits.map(digit =>
        Float64Array.from(alignNetwork.numbers(digit.pixels), v => v / 127.5 - 1));
}"""
SENT = """name => pictures.map(picture =>
    [...alignNetwork.quantise(bench[name], alignNetwork.encode(bench[name], picture))])"""
SEEN = """([name, indices]) =>
    alignNetwork.decode(bench[name], indices).map(plane => [...plane])"""
RIDGE = """([sender, receiver, count]) => {
    const pilots = pictures.slice(0, count).map(picture => ({
        own: alignNetwork.encode(bench[sender], picture),
        target: alignNetwork.encode(bench[receiver], picture)}));
    const map = alignRidge.fit(pilots, alignData.ridge);
    return {penalty: map.penalty, weight: [...map.weight.values], bias: [...map.bias.values]};
}"""
SECONDS = """name => Math.min(...Array.from({length: 6}, () => {
    const from = performance.now();
    const sent = alignNetwork.quantise(bench[name], alignNetwork.encode(bench[name], pictures[0]));
    alignNetwork.decode(bench[name], sent);
    return (performance.now() - from) / 1000;
}))"""
SWAPPED = """([eps, count]) => {
    const noise = alignChannel.draw(7, count, 32);
    return [...alignChannel.transmit(new Uint8Array(count).fill(5), noise, eps, 32)];
}"""


@pytest.fixture(scope="module")
def bench():
    return Bench(Store("paper"))


@pytest.fixture(scope="module")
def networks(bench):
    aligned = {f"{one} {other}": network for (one, other), network in bench.aligned.items()}
    return bench.users | aligned


@pytest.fixture(scope="module")
def sums(window, site):
    """The page, for its arithmetic."""
    with window(DESK, at=f"{site}/{PAGE}") as page:
        page.evaluate(READ)
        yield page


@pytest.fixture(params=[DESK])
def page(window, site, request):
    """The page, newly opened, for its controls."""
    with window(request.param, at=f"{site}/{PAGE}") as page:
        expect(page.locator(".al-result")).to_contain_text("without help")
        yield page


def test_indices_and_pixels_are_those_of_torch(sums, bench, networks):
    for name, network in networks.items():
        sent = network.codebook.nearest(network.encode(bench.images))
        assert sums.evaluate(SENT, name) == sent.view(len(bench.images), -1).tolist()
        first = sent[:256]
        seen = torch.tensor(sums.evaluate(SEEN, [name, first.tolist()])).view(1, 3, 32, 32)
        assert float((seen - network.decode(network.codebook(first))).abs().max()) < TOLERANCE


@pytest.mark.parametrize(("receiver", "pilots"), [("T2", 1), ("T2", 4), ("T3", 3)])
def test_the_ridge_is_that_of_slfkit(sums, bench, receiver, pilots):
    images = bench.images[:pilots]
    own, target = (grids(bench.users[name], images) for name in ("T1", receiver))
    expected = fit_ridge(own, target)
    found = sums.evaluate(RIDGE, ["T1", receiver, pilots])
    assert found["penalty"] == expected.penalty
    weight = torch.tensor(found["weight"]).view(expected.weight.shape)
    assert float((weight - expected.weight).abs().max()) < TOLERANCE
    assert float((torch.tensor(found["bias"]) - expected.bias).abs().max()) < TOLERANCE


def test_the_channel_swaps_a_share_for_others_all_equally(sums):
    count, eps = 31_000, 0.3
    arrived = sums.evaluate(SWAPPED, [eps, count])
    swapped = [index for index in arrived if index != 5]
    assert abs(len(swapped) - eps * count) < 4 * (count * eps * (1 - eps)) ** 0.5
    each = [swapped.count(index) for index in range(32) if index != 5]
    mean = len(swapped) / 31
    assert max(abs(one - mean) for one in each) < 4.5 * mean**0.5
    assert 5 not in sums.evaluate(SWAPPED, [1, 500])
    assert set(sums.evaluate(SWAPPED, [0, 500])) == {5}


def test_a_picture_takes_less_than_a_tenth_of_a_second(sums):
    assert sums.evaluate(SECONDS, "T2") < MOST_SECONDS


def test_scripts_and_weights_are_small():
    from built_book import built_book

    static = built_book() / "_static"
    assert sum((static / name).stat().st_size for name in (*SCRIPTS, "align.css")) <= MOST_BYTES


def errors(page):
    """Return the mean squared errors that the page shows, by view."""
    said = page.locator("[data-said]")
    return {
        one.get_attribute("data-said"): float(text.removeprefix("MSE "))
        for one in said.all()
        if re.fullmatch(r"MSE [\d.]+", text := one.text_content())
    }


def test_what_is_shown_without_noise_is_what_torch_gives(page, bench):
    assert float(page.input_value("[name=eps]")) == bench.eps
    page.locator("[name=eps]").press("Home")
    expect(page.locator(".al-result")).to_contain_text("ε\u00a0=\u00a00.00")
    one, (alice, david) = bench.images[:1], (bench.users[name] for name in ("T1", "T2"))
    links = {"plain": (alice, david)}
    if ("T1", "T2") in bench.aligned:
        links["slf"] = (bench.aligned["T1", "T2"],) * 2
    for view, (sender, reader) in links.items():
        seen = reader.decode(reader.codebook(sender.codebook.nearest(sender.encode(one))))
        links[view] = float((seen - one).square().mean())
    assert errors(page) == pytest.approx(links, abs=6e-4)


def test_bob_understands_david_does_not_and_pilots_mend_it(page):
    result = page.locator(".al-result")
    apart = errors(page)["plain"]
    page.select_option("[name=receiver]", "T1")
    expect(result).to_contain_text("as trained together")
    together = errors(page)["plain"]
    expect(page.locator("[data-said=slf]")).to_contain_text("nothing to align")
    page.select_option("[name=receiver]", "T3")
    expect(result).to_contain_text("without help")
    assert errors(page)["plain"] > 10 * together < apart
    page.click("[name=others]")
    expect(result).to_contain_text("the ridge from 9 pilots")
    mended = errors(page)
    assert mended["ridge"] < mended["plain"] / 5


def test_all_is_done_by_keyboard(page):
    result, slider = page.locator(".al-result"), page.locator("[name=eps]")
    before = result.text_content()
    digit = page.get_by_role("button", name="Example 4: digit ")
    digit.press("Enter")
    expect(digit).to_have_attribute("aria-pressed", "true")
    expect(result).not_to_have_text(before)
    before = result.text_content()
    slider.press("ArrowRight")
    expect(page.locator(".align-it output")).to_have_text("0.11")
    slider.press("ArrowLeft")
    expect(result).to_have_text(before)  # the same noise
    page.locator("[name=noise]").press("Enter")
    expect(result).not_to_have_text(before)
    mark = page.locator("[name=mark]")
    mark.press(" ")
    expect(result).to_contain_text(f"the ridge from 1 pilot (λ\u00a0=\u00a0{ALONE:g})")
    expect(mark).to_have_attribute("aria-pressed", "true")
    mark.press(" ")
    expect(page.locator(".al-pilots")).to_have_text("No pilots yet.")
    expect(mark).to_be_focused()


def test_a_mouse_draws_on_a_new_pad(page):
    box, result = page.locator(".al-pad").bounding_box(), page.locator(".al-result")
    middle = box["x"] + box["width"] / 2
    page.mouse.move(middle, box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(middle, box["y"] + 0.8 * box["height"], steps=4)
    page.mouse.up()
    expect(page.locator(".al-digits [aria-pressed=true]")).to_have_count(0)
    page.click("[name=mark]")
    expect(result).to_contain_text("from 1 pilot")
    ink = page.evaluate(
        """() => { const {data} = document.querySelector('.al-pilots canvas').getContext('2d')
            .getImageData(0, 0, 32, 32);
        return Array.from({length: 32}, (_, y) => data[4 * (32 * y + 16)]); }"""
    )
    assert set(ink[8:24]) == {255} and set(ink[:3] + ink[-3:]) == {0}


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_a_finger_draws(page):
    page.locator(".al-pad").tap(position={"x": 40, "y": 40})
    expect(page.locator(".al-digits [aria-pressed=true]")).to_have_count(0)


def test_without_scripts_the_page_says_what_it_would_show(window, site):
    with window(java_script_enabled=False, at=f"{site}/{PAGE}") as page:
        expect(page.locator(".al-static")).to_contain_text("With JavaScript you can draw a digit")
        expect(page.locator(".al-static img").first).to_be_visible()
        expect(page.locator(".al-live")).to_be_hidden()
