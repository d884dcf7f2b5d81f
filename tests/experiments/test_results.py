"""Rows of a table from records made by hand: means, shares, cells and their seeds, times."""

import made_up
import pytest
import tiny

from slfkit.experiments.grid import Cell
from slfkit.experiments.results import Results, ceiling_of, recovery_of, row_of
from slfkit.experiments.study import Study
from slfkit.records.spec import classifier_for
from slfkit.records.store import Record, Store
from slfkit.recovery import Link
from slfkit.reporting.rows import mean_of, seeds_of_cells


def draws(mse, accuracy):
    """Return two draws around a mean."""
    return [
        {
            "mse": mse + sign * 0.1,
            "accuracy": accuracy + sign * 0.2,
            "psnr": 10.0 + sign,
            "perplexity": 8.0,
        }
        for sign in (-1, 1)
    ]


STUDY = Study("misalignment", "01_misalignment", "smoke", ())
PAIR = Record(tiny.pair(), {"test": draws(0.4, 0.5), "pixel_variance": 0.25}, {})
TASKS = {
    "mse": {"epochs": 3, "test": draws(0.3, 0.1)},
    "accuracy": {"epochs": 5, "test": draws(0.9, 0.7)},
}


def test_a_pair_s_row_holds_the_means_over_the_draws():
    row = row_of(Cell({"sender": "T1", "seed": 0}, PAIR.spec), PAIR)
    assert row.pop("cell") == (("sender", "T1"),)
    assert row == pytest.approx(
        {
            "sender": "T1",
            "seed": 0,
            "pixel_variance": 0.25,
            "mse": 0.4,
            "accuracy": 0.5,
            "psnr": 10.0,
            "perplexity": 8.0,
        }
    )


def test_an_alignment_s_row_takes_each_metric_from_its_own_task_s_epoch():
    results = {"tasks": TASKS, "pixel_variance": 0.25, "bytes_up": 7}
    row = row_of(Cell({"frozen": 2}, None), Record(tiny.alignment(), results, {}))
    assert (row["mse"], row["accuracy"]) == pytest.approx((0.3, 0.7))
    assert (row["epochs_mse"], row["epochs_accuracy"], row["bytes_up"]) == (3, 5, 7)
    assert "bytes_down" not in row and "shares" not in row


def test_the_shares_of_each_source_are_means_too():
    shared = [
        {**draw, "shares": {"glyphs": {"mse": mse, "psnr": 1.0, "accuracy": 0.5}}}
        for draw, mse in zip(draws(0.4, 0.5), (0.1, 0.3), strict=True)
    ]
    record = Record(PAIR.spec, {"test": shared, "pixel_variance": 0.25}, {})
    assert row_of(Cell({}, PAIR.spec), record)["shares"]["glyphs"]["mse"] == pytest.approx(0.2)


def test_the_ceiling_is_the_classifier_s_and_none_without_its_record(tmp_path):
    store = Store("smoke", tmp_path)
    assert ceiling_of(PAIR, store) == {"ceiling": None}
    store.save(Record(classifier_for(PAIR.spec), {"test": {"accuracy": 0.9}}, {}))
    assert ceiling_of(PAIR, store) == {"ceiling": 0.9}


def test_a_mixture_s_cell_needs_its_ceiling_first():
    mixed = tiny.alignment(other="scenes", alpha=0.5)
    ceiling, own = Cell({}, mixed).runs()
    assert own is mixed and ceiling.kind == "ceilings" and ceiling.alpha == 0.5
    assert Cell({}, PAIR.spec).runs() == (PAIR.spec,)


def test_the_summary_counts_what_was_read_computed_and_is_missing():
    missing = [Cell({}, tiny.pair(seed=1))]
    results = Results(
        Study("misalignment", "01_misalignment", "smoke", ()),
        [{}],
        missing,
        read=1,
        computed=2,
        records=[PAIR],
    )
    assert results.summary() == ("profile smoke; 1 of 4 records read; 2 computed now; 1 missing.")
    whole = Results(
        Study("misalignment", "01_misalignment", "smoke", ()),
        [{}],
        [],
        read=1,
        computed=0,
        records=[PAIR],
    )
    assert whole.summary() == "profile smoke; 1 of 1 records read; 0 computed now."


def test_rows_that_differ_in_the_seed_alone_are_one_cell():
    rows = [
        made_up.row(frozen=0),
        made_up.row(1, frozen=0),
        made_up.row(frozen=4),
        made_up.row(frozen=0, alpha=0.5),
    ]
    assert seeds_of_cells(rows) == [2, 1, 1]


def test_a_mean_over_the_draws():
    assert mean_of([{"mse": 1.0}, {"mse": 2.0}], "mse") == 1.5


def test_the_recovery_time_of_a_row_counts_the_epochs_asked_for():
    row = {
        "bytes_down": 250_000,
        "bytes_up": 125_000,
        "training_images": 10,
        "flops_per_image": 3e12,
    }
    assert recovery_of(row, 2, Link()).total == pytest.approx(1.0 + 2.0 + 0.5)
