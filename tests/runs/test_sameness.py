"""Stored and recomputed results side by side: what rounding can change and what it cannot."""

import math

import pytest
import tiny

from slfkit.records.store import Record
from slfkit.runs.sameness import alike, first_difference, other_data

RESULTS = {
    "history": [{"loss": 0.5}, {"loss": 0.25}],
    "tasks": {"mse": {"epochs": 2, "test": [{"mse": 0.5}, {"mse": 0.25}]}},
    "bytes_up": 2200,
    "training_images": 100,
    "examples": {"labels": [1, 2], "original": {"zlib": "abc"}, "reconstruction": {"zlib": "d"}},
    "wall_seconds": 3.0,
    "weights_sha256": "0",
}


def test_times_and_the_form_of_files_do_not_count_and_the_last_bit_where_all_is_exact():
    again = {**RESULTS, "wall_seconds": 9.0, "weights_sha256": "1", "bytes_up": 2200.0}
    assert first_difference(RESULTS, again) == ""
    again = {**RESULTS, "history": [{"loss": 0.5}, {"loss": math.nextafter(0.25, 1)}]}
    assert first_difference(RESULTS, again) == ""
    assert first_difference(RESULTS, again, exact=True).startswith("history.1.loss is 0.25 in")


def test_what_a_record_lacks_is_named_if_the_same_code_gives_it():
    again = {**RESULTS, "more": 1}
    assert first_difference(RESULTS, again) == "more is None in the record and 1 now"
    assert first_difference(RESULTS, again, same_code=False) == ""
    again = {**RESULTS, "history": [{"loss": 0.5, "mse": 1}, {"loss": 0.25}]}
    assert first_difference(RESULTS, again) == "history.0.mse is None in the record and 1 now"


ORIGIN = {"device": "a", "torch": "2", "threads": 1, "precision": "float32"}


def record(**changes):
    return Record(tiny.pair(), {}, {**ORIGIN, **changes})


@pytest.mark.parametrize(
    ("changes", "like"),
    [
        ({"date": "another", "python": "3.14"}, True),
        ({"compiled": False}, True),
        *(({name: "other"}, False) for name in ORIGIN),
        ({"compiled": True}, False),
    ],
)
def test_machines_are_alike_where_rounding_is(changes, like):
    assert alike(record(), record(**changes)) == like


def test_other_images_are_named_by_their_checksums():
    one = record(data={"a/test": "1", "b/test": "2"})
    assert other_data(one, record(data={"b/test": "2", "c/test": "3"})) == ""
    assert other_data(record(), one) == ""
    said = other_data(one, record(data={"a/test": "1", "b/test": "3"}))
    assert said == "the images b/test are not those of the record: 2, here 3"
    assert "names the images a/test, b/test, and none" in other_data(one, record(data={"c": "1"}))


def test_other_code_of_the_same_numbers_may_store_and_show_something_else():
    shown = {"labels": [7], "original": {"zlib": "e"}}
    again = {"history": RESULTS["history"], "tasks": RESULTS["tasks"], "examples": shown}
    assert first_difference(RESULTS, again).startswith("bytes_up is 2200 in the record and None")
    assert first_difference(RESULTS, again, same_code=False) == ""
    again["history"] = []
    said = "history.length is 2 in the record and 0 now"
    assert first_difference(RESULTS, again, same_code=False) == said


@pytest.mark.parametrize(
    ("changes", "settled", "sentence"),
    [
        ({"bytes_up": 1}, True, "bytes_up is 2200 in the record and 1 now"),
        ({"training_images": None}, True, "training_images is 100 in the record and None now"),
        ({"examples": {"labels": [1, 3]}}, True, "examples.labels.1 is 2 in the record and 3 now"),
        ({"history": [{"loss": 0.5}]}, False, "history.length is 2 in the record and 1 now"),
        ({"tasks": {}}, False, "tasks.mse is {'epochs': 2, 'test': [{'mse': 0.5}, ... in the reco"),
        (
            {"tasks": {"mse": {"epochs": 2, "test": [{"mse": 0.5}]}}},
            True,
            "tasks.mse.test.length is 2 in the record and 1 now",
        ),
        (
            {"history": [{"loss": 0.5}, {"loss": 0.2500003}]},
            False,
            "history.1.loss is 0.25 in the record and 0.2500003 now",
        ),
    ],
)
def test_what_differs_is_named(changes, settled, sentence):
    again = {**RESULTS, **changes}
    assert first_difference(RESULTS, again).startswith(sentence)
    assert bool(first_difference(RESULTS, again, settled_only=True)) == settled
