"""What the page *Align it yourself* is given: rounded weights, digits, and its part in HTML."""

import json
import re
from dataclasses import replace
from types import SimpleNamespace

import made_up
import numpy as np
import pytest
import torch
from slfbook import align_data, align_page, align_still

from slfkit.errors import RecordError
from slfkit.experiments.grid import users
from slfkit.records import thumbnails
from slfkit.records.spec import AlignmentSpec, PairSpec
from slfkit.records.store import Store

ALICE, DAVID, PHOTOGRAPHS = users("paper", 0).values()


def values(text):
    """Read back what ``written`` wrote."""
    places = [align_data.ALPHABET.index(letter) for letter in text]
    return [64 * high + low for high, low in zip(places[::2], places[1::2], strict=True)]


def test_whole_numbers_of_twelve_bits_are_two_characters_each():
    assert align_data.written(np.array([0, 63, 64, 4095])) == "AAA/BA//"
    assert values(align_data.written(np.arange(4096))) == list(range(4096))


def test_weights_are_rounded_to_the_nearest_of_4095_steps():
    tensor = torch.tensor([[-2.0, 0.0], [1.0, 2.0 / 2047 * 1.4]])
    stored = align_data.packed({"one": tensor})["one"]
    assert stored["shape"] == [2, 2] and stored["scale"] == 2.0 / 2047
    assert [value - 2048 for value in values(stored["text"])] == [-2047, 0, 1024, 1]
    draw = torch.randn(50, 20, generator=torch.Generator().manual_seed(0))
    back = torch.from_numpy(align_data.steps(draw)) * align_data.scale(draw)
    assert float((back - draw).abs().max()) <= align_data.scale(draw) / 2 * (1 + 1e-6)


def test_a_tensor_of_zeros_stays_one():
    stored = align_data.packed({"bias": torch.zeros(3)})["bias"]
    assert values(stored["text"]) == [2048] * 3 and stored["scale"] > 0


def examples(*greys, labels):
    """Examples of a record: pictures of one grey level each, the last in colour."""
    pictures = np.stack([np.full((3, 32, 32), grey, np.uint8) for grey in greys])
    pictures[-1, 0] += 1
    stored = thumbnails.encode(pictures)
    return {"original": stored, "reconstruction": stored, "labels": labels}


def stored(store, run, **results):
    store.save(made_up.record(run, **results))


def test_ten_digits_are_taken_one_of_each_class_first(store):
    pair = PairSpec(ALICE, DAVID, 0.1, "mnist")
    labels = [*range(10), 3, 12, 5]  # a 3 again, another source's class, a picture in colour
    stored(store, pair, examples=examples(*range(13), labels=labels))
    stored(store, replace(pair, crossover=0.2), examples=examples(3, 9, labels=[3, 9]))
    stored(store, replace(pair, sender=DAVID), examples=examples(99, 98, labels=[0, 0]))
    found = align_data.digits(store, ALICE)
    assert [label for label, _ in found] == list(range(10))
    assert [int(grey[0, 0]) for _, grey in found] == list(range(10))


def test_a_second_of_a_class_fills_up(store):
    pair = PairSpec(ALICE, DAVID, 0.1, "mnist")
    stored(store, pair, examples=examples(*range(12), labels=[1, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 0]))
    assert [label for label, _ in align_data.digits(store, ALICE)] == [1, 1, 2, 2, 3, 4, 5, 6, 7, 8]


def test_too_few_digits_are_refused(store):
    with pytest.raises(RecordError, match="hold 0 example digits, 10 are needed"):
        align_data.digits(store, ALICE)


def test_the_aligned_run_with_the_most_frozen_parts_is_shown(store):
    run = AlignmentSpec(ALICE, DAVID, 0.3, 3, "mnist")
    stored(store, replace(run, frozen=2), weights_sha256="0" * 64)  # changes David's decoder
    assert align_data.aligned_runs(store) == {}
    half = replace(run, precision="bfloat16")
    others = [replace(run, frozen=4, order="first"), replace(run, frozen=4, seed=1)]
    for each in (replace(run, frozen=1), half, *others):
        stored(store, each, weights_sha256="0" * 64)
    stored(store, replace(run, frozen=4))  # kept no weights
    assert align_data.aligned_runs(store) == {("T1", "T2"): half}
    stored(store, run, weights_sha256="0" * 64)
    assert align_data.aligned_runs(store) == {("T1", "T2"): run}
    back = replace(run, alice=DAVID, david=ALICE, frozen=4)
    photographs = replace(run, alice=PHOTOGRAPHS, david=ALICE, frozen=4, source="cifar10")
    for each in (back, photographs):  # Alice is T1
        stored(store, each, weights_sha256="0" * 64)
    assert align_data.aligned_runs(store) == {("T1", "T2"): run}


def test_only_what_fine_tuning_changed_is_given_again():
    data = align_data.page_data()
    for pair, run in data["aligned"].items():
        assert pair.split()[0] == "T1"
        tuned = {name.partition(".")[0] for name in run["weights"]}
        assert tuned == {"encoder", "codebook"} if run["frozen"] == 3 else tuned == {"encoder"}
    assert set(data["users"]) == {"T1", "T2", "T3"} and len(data["digits"]) == 10
    json.dumps(data, allow_nan=False)


@pytest.fixture(scope="module")
def bench():
    return align_still.Bench(Store("paper"))


@pytest.fixture(scope="module")
def page(bench):
    return align_page.html(bench)


def test_every_control_has_a_name_and_the_result_is_announced(page):
    controls = re.findall(r'<(?:select|input)[^>]* id="([^"]+)"', page)
    assert controls == re.findall(r'<label for="([^"]+)"', page)
    assert controls == ["al-sender", "al-receiver", "al-eps"]
    assert 'aria-live="polite"' in page


def test_without_scripts_a_digit_is_shown_on_each_link(page):
    without = page.partition('class="al-static"')[2]
    assert "With JavaScript you can draw a digit" in without
    errors = [float(one) for one in re.findall(r"MSE ([\d.]+)<", without)]
    assert without.count("<img") == 4 and errors[0] > 10 * max(errors[1:])


def test_what_rounding_changes_is_counted(bench, page):
    (said,) = re.findall('class="al-note">(.*?)</p>', page)
    moved, most = re.search(r"changes (\d+) of .* more than ([\d.]+) of", said).groups()
    assert int(moved) < 10 and 0 < float(most) < 2
    bench.exact = bench.users  # nothing rounded
    assert "changes 0 of the 7,680 " in bench.rounding() and "than 0.0 of" in bench.rounding()


def test_the_data_are_written_into_the_build_and_only_when_they_change(tmp_path, monkeypatch):
    monkeypatch.setattr(align_data, "page_data", lambda: {"one": 1})
    app = SimpleNamespace(outdir=tmp_path, builder=SimpleNamespace(format="html"))
    align_page.write_data(app)
    (target,) = tmp_path.rglob("*.js")
    assert target.read_text() == 'const alignData = {"one":1};\n'
    before = target.stat().st_mtime_ns
    align_page.write_data(app)
    assert target.stat().st_mtime_ns == before
