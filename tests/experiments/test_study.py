"""The experiments as grids: which runs, what is refused, what is computed, and the table."""

import numpy as np
import pytest

from slfkit.errors import ParameterError
from slfkit.experiments import (
    codebook_start,
    fine_tuning_rate,
    freezing_order,
    recovery_time,
    registry,
    reinitialisation,
    sweeps,
)
from slfkit.experiments.codebook_start import DOWNLOADED, K_MEANS, NEW
from slfkit.experiments.grid import users
from slfkit.experiments.misalignment import misalignment
from slfkit.experiments.sweeps import channel_dissimilarity
from slfkit.records import thumbnails
from slfkit.records.spec import AlignmentSpec, CeilingSpec, PairSpec
from slfkit.records.store import Record, Store

PROVENANCE = {"date": "2026-01-02T03:04:05Z", "device": "some processor", "source": "abcdef"}


@pytest.fixture
def store(tmp_path):
    return Store("smoke", tmp_path)


def draws(mse):
    return [{"mse": mse, "psnr": 10.0, "accuracy": 0.5, "perplexity": 8.0},
            {"mse": mse + 0.2, "psnr": 12.0, "accuracy": 0.7, "perplexity": 10.0}]  # fmt: skip


def made_up(spec):
    """Return a record as execution would make it, with numbers known to the tests."""
    results = {"test": draws(0.1), "pixel_variance": 0.25}
    if isinstance(spec, CeilingSpec):
        shares = {"a": {"accuracy": 0.9}}
        results = {"test": {"accuracy": 0.8, "shares": shares}}
    if isinstance(spec, AlignmentSpec):
        tasks = {"mse": {"epochs": 3, "test": draws(0.3)},
                 "accuracy": {"epochs": 5, "test": draws(0.4)}}  # fmt: skip
        tasks["accuracy"]["test"][0]["accuracy"] = 0.9
        results = {"tasks": tasks, "pixel_variance": 0.25}
    return Record(spec, results, PROVENANCE)


@pytest.fixture
def computed(monkeypatch):
    """Let every run be made up; return the list of those computed."""
    done = []

    def compute(spec, store, device="cpu"):
        done.append(spec)
        store.save(made_up(spec))
        return store.load(spec)

    monkeypatch.setattr(compute, "compute", compute)
    return done


def test_misalignment_is_a_3_x_3_matrix_a_seed():
    study = misalignment("paper", seeds=[0, 1])
    assert len(study.cells) == 18 and len(set(study.specs())) == 18
    for cell in study.cells:
        trio = users("paper", cell.labels["seed"])
        assert cell.spec.sender == trio[cell.labels["sender"]]
        assert cell.spec.receiver == trio[cell.labels["receiver"]]
        assert cell.spec.source == cell.spec.sender.source
        assert cell.spec.crossover == cell.spec.sender.crossover


def test_the_channel_sweep_is_t1_to_t2s_decoder():
    study = channel_dissimilarity("paper", [0.1, 0.3], [0, 4], [2])
    trio = users("paper", 2)
    lines = [(c.labels["line"], c.labels["crossover"], c.labels.get("frozen")) for c in study.cells]
    assert lines == [
        (line, eps, f) for eps in (0.1, 0.3)
        for line, f in [("unaligned", None), ("matched", None), ("slf", 0), ("slf", 4)]
    ]  # fmt: skip
    for cell in study.cells:
        spec = cell.spec
        assert spec.crossover == cell.labels["crossover"]
        if isinstance(spec, PairSpec):
            sender = trio["T1"] if cell.labels["line"] == "unaligned" else trio["T2"]
            assert (spec.sender, spec.receiver) == (sender, trio["T2"])
        else:
            assert (spec.alice, spec.david, spec.seed) == (trio["T1"], trio["T2"], 2)
            assert (spec.source, spec.frozen) == ("mnist", cell.labels["frozen"])


def test_the_papers_grid_is_the_default():
    study = channel_dissimilarity()
    assert {c.labels["crossover"] for c in study.cells} == {0.05, 0.1, 0.2, 0.3, 0.4, 0.5}
    for cell in study.cells:
        assert cell.labels["seed"] in ((0, 1, 2) if cell.labels["crossover"] == 0.3 else (0,))
    assert len(study.cells) == (5 + 3) * 7
    assert {c.labels["frozen"] for c in study.cells if "frozen" in c.labels} == {0, 1, 2, 3, 4}
    assert set(study.specs()) <= registry.published()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"profile": "huge"}, "profile 'huge' is unknown: choose smoke, quick, paper"),
        ({"compute": "some"}, "compute 'some' is unknown: choose new, all, none"),
        ({"seeds": [-1]}, "seeds holds -1"),
        ({"seeds": [0.5]}, "seeds holds 0.5"),
        ({"seeds": [True]}, "seeds holds True"),
        ({"crossovers": []}, r"crossovers \[\] must hold at least one value"),
        ({"crossovers": [0.1, 0.1]}, "crossovers .* none twice"),
        ({"crossovers": [1.5]}, r"crossover 1.5 is outside \[0, 1\]"),
        ({"frozen": []}, "frozen"),
        ({"frozen": [5]}, "frozen 5 is no number of parts"),
    ],
)
def test_parameters_are_refused_by_name(given, message):
    with pytest.raises(ParameterError, match=message):
        channel_dissimilarity(**given)


def test_no_mode_computes_nothing_when_all_is_there(store, computed):
    study = misalignment("smoke")
    for spec in study.specs():
        store.save(made_up(spec))
    results = study.run(store)
    assert (results.read, results.computed, results.missing, computed) == (9, 0, [], [])
    assert results.summary() == "profile smoke; 9 of 9 records read; 0 computed now."


def test_none_computes_nothing(store, computed):
    study = misalignment("smoke", compute="none")
    store.save(made_up(study.specs()[4]))
    results = study.run(store)
    assert (results.read, results.computed, len(results.missing)) == (1, 0, 8)
    assert computed == [] and len(results.rows) == len(results.records) == 1
    assert results.summary().endswith("1 of 9 records read; 0 computed now; 8 not there yet.")


def test_new_computes_at_a_small_profile(store, computed):
    results = misalignment("smoke").run(store)
    assert (results.read, results.computed, len(computed)) == (0, 9, 9)
    assert results.summary() == "profile smoke; 0 of 9 records read; 9 computed now."
    assert misalignment("smoke").run(store).computed == 0


def test_new_computes_on_the_paper_profile_only_what_is_not_published(tmp_path, computed):
    store = Store("paper", tmp_path)
    study = channel_dissimilarity("paper", [0.3, 0.25], [4], [0])
    results = study.run(store)
    assert {spec.crossover for spec in computed} == {0.25}
    assert [cell.spec.crossover for cell in results.missing] == [0.3] * 3
    assert (results.read, results.computed) == (0, 3)


def test_all_computes_the_published_grid_too(tmp_path, computed):
    store = Store("paper", tmp_path)
    results = channel_dissimilarity("paper", [0.3], [4], [0], "all").run(store)
    assert results.computed == 3 and results.missing == []


def test_rows_are_means_over_the_draws(store, computed):
    rows = channel_dissimilarity("smoke", [0.3], [2]).run(store).rows
    unaligned, matched, slf = rows
    assert unaligned == {
        "line": "unaligned", "crossover": 0.3, "seed": 0, "pixel_variance": 0.25,
        "mse": pytest.approx(0.2), "psnr": 11.0, "accuracy": pytest.approx(0.6),
        "perplexity": 9.0, "ceiling": None,
    }  # fmt: skip
    assert matched["line"] == "matched"
    assert slf == {
        "line": "slf", "frozen": 2, "crossover": 0.3, "seed": 0, "pixel_variance": 0.25,
        "mse": pytest.approx(0.4), "psnr": 11.0, "perplexity": 9.0,  # at its best for the MSE
        "accuracy": pytest.approx(0.8),  # at its own best
        "epochs_mse": 3, "epochs_accuracy": 5, "ceiling": None,
    }  # fmt: skip


def test_source_dissimilarity_sends_mixtures_to_david():
    study = sweeps.source_dissimilarity("paper", [0, 0.5], [0, 4], seeds=[1])
    t1, t3 = users("paper", 1)["T1"], users("paper", 1)["T3"]
    assert [cell.labels.get("frozen", cell.labels["line"]) for cell in study.cells] == [
        "unaligned", "matched", 0, 4, "unaligned", "matched", 0, 4
    ]  # fmt: skip
    runs = [cell.spec for cell in study.cells]
    assert {(one.source, one.other, one.crossover) for one in runs} == {("mnist", "cifar10", 0.1)}
    assert [one.alpha for one in runs] == [0.0] * 4 + [0.5] * 4
    ceilings = [one for one in study.specs() if isinstance(one, CeilingSpec)]
    assert [one.alpha for one in ceilings] == [0.0, 0.5]
    pairs = [one for one in study.specs() if isinstance(one, PairSpec)]
    assert {(one.sender, one.receiver) for one in pairs} == {(t1, t3), (t3, t3)}


def test_the_ends_and_the_middle_of_the_mixtures_are_repeated():
    cells = sweeps.source_dissimilarity().cells
    seeds = {at: {one.labels["seed"] for one in cells if one.labels["alpha"] == at}
             for at in sweeps.ALPHAS}  # fmt: skip
    assert seeds == {0.0: {0, 1, 2}, 0.25: {0}, 0.5: {0, 1, 2}, 0.75: {0}, 1.0: {0, 1, 2}}
    assert {one.labels["seed"] for one in misalignment().cells} == {0, 1, 2}


@pytest.mark.parametrize(
    "name", ["freezing_order", "reinitialisation", "fine_tuning_rate", "codebook_start"]
)
def test_variants_of_table_i_are_repeated_at_its_channel_alone(name):
    study = registry.STUDIES[name]
    assert {cell.labels["seed"] for cell in study().cells} == {0, 1, 2}
    assert {cell.labels["seed"] for cell in study(crossover=0.1).cells} == {0}


def test_seeds_that_are_given_are_those_of_every_cell():
    cells = channel_dissimilarity(crossovers=[0.1, 0.3], frozen=[0], seeds=[5, 6, 5]).cells
    assert [one.labels["seed"] for one in cells] == [5, 5, 5, 6, 6, 6] * 2


def test_recovery_is_a_column_of_the_channel_sweep():
    column = set(recovery_time.recovery("paper").specs())
    assert len(column) == 15 and column < set(channel_dissimilarity("paper").specs())


def test_the_paper_s_ways_of_the_unshown_claims_are_runs_of_table_i():
    column = set(recovery_time.recovery("paper", seeds=[0]).specs())
    order = freezing_order.freezing_order("paper", seeds=[0])
    assert [cell.spec in column for cell in order.cells] == [True, False] * 3
    fresh = reinitialisation.reinitialisation("paper", seeds=[0])
    assert [cell.spec in column for cell in fresh.cells] == [True, False]
    assert {one.frozen for one in fresh.specs()} == {0}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"alphas": []}, "alphas .* must hold at least one"),
        ({"alphas": [1.5]}, r"alpha 1.5 is outside \[0, 1\]"),
        ({"mixing": "sound"}, "mixing 'sound' is unknown: choose images or pixels"),
        ({"frozen": [5]}, "frozen 5 is no number of parts"),
    ],
)
def test_source_dissimilarity_refuses(values, message):
    with pytest.raises(ParameterError, match=message):
        sweeps.source_dissimilarity("smoke", **values)


def test_rows_hold_the_shares_and_what_the_recovery_time_needs(store):
    study = sweeps.source_dissimilarity("smoke", [0.5], [4], compute="none")
    shares = [{"a": {"mse": 0.1, "psnr": 9.0, "accuracy": 0.5}}] * 2
    for spec in study.specs():
        record = made_up(spec)
        results = dict(record.results)
        if isinstance(spec, CeilingSpec):
            store.save(record)
            continue
        tests = [one["test"] for one in results.get("tasks", {"": results}).values()]
        for draw, share in zip([d for test in tests for d in test], shares * 2, strict=False):
            draw["shares"] = share
        if isinstance(spec, AlignmentSpec):
            results |= {"bytes_down": 9, "bytes_up": 0, "history": [{"mse": 1.0}]}
        store.save(Record(spec, results, PROVENANCE))
    rows = study.run(store).rows
    assert [row["shares"]["a"]["mse"] for row in rows] == pytest.approx([0.1] * 3)
    assert [(row["ceiling"], row["ceilings"]) for row in rows] == [(0.8, {"a": 0.9})] * 3
    assert (rows[2]["bytes_down"], rows[2]["bytes_up"], len(rows[2]["history"])) == (9, 0, 1)


def test_seeds_given_twice_count_once():
    assert len(misalignment("smoke", seeds=[1, 1]).cells) == 9


def test_pictures_show_each_class_before_a_second_of_any(store):
    study = misalignment("smoke", compute="none")
    images = np.arange(4, dtype=np.uint8)[:, None, None, None] * np.ones((1, 3, 32, 32), np.uint8)
    stored = {"labels": [7, 7, 2, 7], "original": thumbnails.encode(images),
              "reconstruction": thumbnails.encode(images + 10)}  # fmt: skip
    record = made_up(study.specs()[0])
    store.save(Record(record.spec, {**record.results, "examples": stored}, record.provenance))
    (row,) = study.run(store).pictures()
    assert row["original"][:, 0, 0, 0].tolist() == [0, 2, 1, 3]
    assert row["reconstruction"][:, 0, 0, 0].tolist() == [10, 12, 11, 13]


def test_rates_share_the_run_of_f_0_and_the_default_is_table_is():
    cells = fine_tuning_rate.fine_tuning_rate("paper", frozen=[0, 2], seeds=[0]).cells
    labels = [(cell.labels["frozen"], cell.labels["learning_rate"]) for cell in cells]
    assert labels == [(0, 1e-3), (2, 1e-4), (2, 1e-3)]
    table = recovery_time.recovery("paper", frozen=[0, 2], seeds=[0]).specs()
    assert [cell.spec for cell in cells[:2]] == table and cells[2].spec.rate == 1e-3
    with pytest.raises(ParameterError, match="learning_rate 0.0 must be above zero"):
        fine_tuning_rate.fine_tuning_rate("smoke", rates=[0.0])


def test_each_start_of_the_codebook_is_a_run_and_two_are_table_is():
    cells = codebook_start.codebook_start("paper", frozen=[0, 2, 4], seeds=[0]).cells
    assert [(cell.labels["frozen"], cell.labels["start"]) for cell in cells] == [
        (0, NEW), (0, DOWNLOADED), (0, K_MEANS),
        (2, DOWNLOADED), (2, K_MEANS), (4, DOWNLOADED),
    ]  # fmt: skip
    assert [cell.spec.refit for cell in cells] == [False, False, True, False, True, False]
    assert [cell.spec.fresh for cell in cells] == [True] + [False] * 5
    table = recovery_time.recovery("paper", frozen=[0, 2, 4], seeds=[0]).specs()
    assert [cells[k].spec for k in (0, 3, 5)] == table
    kept = reinitialisation.reinitialisation("paper").cells[1]
    assert cells[1].spec == kept.spec and not kept.labels["reinitialise"]
