"""Stored and recomputed results side by side: what rounding can change and what it cannot."""

import pytest

from slfkit.runs.sameness import first_difference

RESULTS = {
    "history": [{"loss": 0.5}, {"loss": 0.25}],
    "tasks": {"mse": {"epochs": 2, "test": [{"mse": 0.5}, {"mse": 0.25}]}},
    "bytes_up": 2200,
    "training_images": 100,
    "examples": {"labels": [1, 2], "original": {"zlib": "abc"}, "reconstruction": {"zlib": "d"}},
    "wall_seconds": 3.0,
    "weights_sha256": "0",
}


def test_times_the_form_of_files_and_new_results_do_not_count():
    again = {**RESULTS, "wall_seconds": 9.0, "weights_sha256": "1", "more": 1}
    again["bytes_up"] = 2200.0
    assert first_difference(RESULTS, again) == ""


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
