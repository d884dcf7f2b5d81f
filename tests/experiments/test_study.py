"""The experiments as studies: what is read and computed, and the rows that come of it."""

import made_up
import numpy as np
import pytest
import tiny

from slfkit.experiments import registry
from slfkit.experiments.grid import Cell
from slfkit.experiments.misalignment import misalignment
from slfkit.experiments.results import ceiling_of
from slfkit.experiments.sweeps import channel_dissimilarity, source_dissimilarity
from slfkit.records import thumbnails
from slfkit.records.spec import classifier_for
from slfkit.records.store import Store
from slfkit.runs import compute
from slfkit.sizes import download_bytes, upload_bytes


@pytest.fixture
def computed(monkeypatch):
    """Let every run be made up; return the list of those computed."""
    done = []

    def make_up(spec, store, device="cpu"):
        done.append(spec)
        store.save(made_up.record(spec))
        return store.load(spec)

    monkeypatch.setattr(compute, "compute", make_up)
    return done


def test_none_computes_nothing_and_new_computes_what_is_missing_once(store, computed):
    study = misalignment("smoke", compute="none")
    store.save(made_up.record(study.specs()[4]))
    results = study.run(store)
    assert (results.read, results.computed, len(results.missing)) == (1, 0, 8)
    assert computed == [] and len(results.rows) == len(results.records) == 1
    assert results.summary().endswith("1 of 9 records read; 8 missing.")
    results = misalignment("smoke").run(store)
    assert (results.read, results.computed, len(computed)) == (1, 12, 12)
    assert results.summary() == "profile smoke; 1 of 13 records read; 12 computed now."
    results = misalignment("smoke").run(store)
    assert (results.read, results.missing, len(computed)) == (13, [], 12)
    assert results.summary() == "profile smoke; 13 of 13 records read."


def test_of_the_paper_profile_only_all_computes_what_is_published(tmp_path, computed):
    store = Store("paper", tmp_path)
    asked = {"crossovers": [0.3, 0.25], "frozen": [4], "seeds": [0]}
    results = channel_dissimilarity("paper", **asked).run(store)
    assert {spec.crossover for spec in computed} == {0.25}
    assert [cell.spec.crossover for cell in results.missing] == [0.3] * 3
    assert (results.read, results.computed) == (0, 3)
    results = channel_dissimilarity("paper", **asked, compute="all").run(store)
    assert (results.read, results.computed, results.missing) == (3, 3, [])


def test_rows_are_means_over_the_draws(store, computed):
    rows = channel_dissimilarity("smoke", crossovers=[0.3], frozen=[2]).run(store).rows
    unaligned, matched, slf = rows
    shared = {"crossover": 0.3, "seed": 0, "pixel_variance": 0.25, "ceiling": None}
    shared |= {"psnr": 11.0, "perplexity": 9.0}  # at the best state for the MSE
    assert unaligned == shared | {
        "line": "unaligned",
        "mse": pytest.approx(0.2),
        "accuracy": pytest.approx(0.6),
        "cell": (("line", "unaligned"), ("crossover", 0.3)),
    }
    assert matched["line"] == "matched"
    expected = shared | {
        "line": "slf",
        "frozen": 2,
        "mse": pytest.approx(0.4),
        "accuracy": pytest.approx(0.8),  # at its own best
        **{"codewords": 32, "dimension": 16},
        **{"bytes_down": download_bytes(32, 16), "bytes_up": upload_bytes(32, 16, 2)},
        "capped": ("mse", "accuracy"),  # after one epoch, the profile's limit
        **{"epochs_mse": 1, "epochs_accuracy": 1},
        "cell": (("line", "slf"), ("frozen", 2), ("crossover", 0.3)),
    }
    assert {name: slf[name] for name in expected} == expected


@pytest.mark.parametrize(
    "name", ["freezing_order", "reinitialisation", "fine_tuning_rate", "codebook_start"]
)
def test_variants_of_table_i_are_repeated_at_its_channel_alone(name):
    study = registry.get(name).study
    assert {cell.labels["seed"] for cell in study().cells} == {0, 1, 2}
    assert {cell.labels["seed"] for cell in study(crossover=0.1).cells} == {0}


def test_seeds_that_are_given_are_those_of_every_cell_once():
    cells = channel_dissimilarity(crossovers=[0.1, 0.3], frozen=[0], seeds=[5, 6, 5]).cells
    assert [cell.labels["seed"] for cell in cells] == [5, 5, 5, 6, 6, 6] * 2
    assert len(misalignment("smoke", seeds=[1, 1]).cells) == 9


def test_rows_hold_the_shares_and_what_the_recovery_time_needs(store):
    study = source_dissimilarity("smoke", alphas=[0.5], frozen=[4], compute="none")
    for spec in study.specs():
        record = made_up.record(spec)
        results = record.results
        tests = [task["test"] for task in results.get("tasks", {}).values()] or [results["test"]]
        for draws in filter(lambda draws: isinstance(draws, list), tests):
            for mse, draw in enumerate(draws):
                draw["shares"] = {"a": {"mse": mse, "psnr": 9.0, "accuracy": 0.5}}
        store.save(record)
    rows = study.run(store).rows
    assert [row["shares"]["a"]["mse"] for row in rows] == pytest.approx([0.5] * 3)
    assert [(row["ceiling"], row["ceilings"]) for row in rows] == [(0.8, {"a": 0.9})] * 3
    assert (rows[2]["bytes_up"], len(rows[2]["history"])) == (0, 1)
    assert rows[2]["capped"] == ("mse", "accuracy")  # of one epoch, the profile's limit


def test_the_ceiling_is_the_classifiers_and_that_of_a_mixture_is_run_first(store):
    pair = made_up.record(tiny.pair())
    assert ceiling_of(pair, store) == {"ceiling": None}
    store.save(made_up.record(classifier_for(pair.spec)))
    assert ceiling_of(pair, store) == {"ceiling": 0.9}
    mixed = tiny.alignment(other="scenes", alpha=0.5)
    ceiling, own = Cell({}, mixed).runs()
    assert own is mixed and ceiling.kind == "ceilings" and ceiling.alpha == 0.5
    assert Cell({}, pair.spec).runs() == (pair.spec,)


def test_pictures_show_each_class_before_a_second_of_any(store):
    study = misalignment("smoke", compute="none")
    images = np.arange(4, dtype=np.uint8)[:, None, None, None] * np.ones((1, 3, 32, 32), np.uint8)
    stored = {
        "labels": [7, 7, 2, 7],
        "original": thumbnails.encode(images),
        "reconstruction": thumbnails.encode(images + 10),
    }
    spec = study.specs()[0]
    store.save(made_up.record(spec, examples=stored))
    (row,) = study.run(store).pictures(store)
    assert row["original"][:, 0, 0, 0].tolist() == [0, 2, 1, 3]
    assert row["reconstruction"][:, 0, 0, 0].tolist() == [10, 12, 11, 13]
    assert row["seen"] == []
    store.save(made_up.record(spec, examples={**stored, "predicted": [7, 1, 2, 2]}))
    (row,) = study.run(store).pictures(store)
    assert row["seen"] == [("7", True), ("2", True), ("1", False), ("2", False)]
