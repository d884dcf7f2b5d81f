"""The tables of *How this was computed*: read from code and records, nothing typed."""

import dataclasses

import pytest
import torch

from slfkit.experiments.grid import users
from slfkit.experiments.misalignment import misalignment
from slfkit.experiments.results import Results
from slfkit.models import Transceiver
from slfkit.publish import computed
from slfkit.records import lineage
from slfkit.records.spec import AlignmentSpec, ClassifierSpec, TransceiverSpec
from slfkit.records.store import Record
from slfkit.recovery import Link

ALICE = TransceiverSpec("mnist", 0.1, seed=3)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """Let code of the hash "abc" give today's numbers."""
    monkeypatch.setattr(lineage, "equal_to", lambda source, spec=None: {"abc"})


def record(seed=0, source="abc", date="2026-01-02T03:04:05Z", seconds=1800.0, **changes):
    known = {"device": "a cpu", "threads": 2, "torch": "2", "slfkit": "0", "source": source}
    spec = dataclasses.replace(ALICE, seed=seed)
    return Record(spec, {"wall_seconds": seconds}, {**known, "date": date, **changes})


def test_constants_tell_value_unit_and_whose_choice_and_every_default_once():
    rows = {row["Meaning"]: row for row in computed.constants()}
    assert rows["size of the codebook"]["Symbol"] == "K"
    assert rows["weight of the commitment term"]["Symbol"] == "β"
    assert all(row["Whose choice"] in ("ours", "paper's") for row in rows.values())
    assert all(row["Meaning"] for row in rows.values())
    rows = computed.constants([TransceiverSpec, AlignmentSpec])
    named = {row["Name"]: row for row in rows}
    assert {"codewords", "dimension", "batch", "full_learning_rate", "reinitialise"} <= set(named)
    assert "source" not in named and "other" not in named
    assert [row["Name"] for row in rows].count("batch") == 1
    images = named["test"]  # none reads all
    assert images["Value"] == "all" and "0" not in images["Meaning"]


def test_network_sizes_add_up_to_the_transceiver():
    rows = computed.network()
    model = Transceiver(torch.Generator())
    assert sum(row["Weights"] for row in rows) == sum(p.numel() for p in model.parameters())
    assert {row["Part"]: row["Frozen from f"] for row in rows if row["Frozen from f"]} == {
        name: f for f, name in enumerate(model.parts(), start=1)
    }
    assert sum(row["Size (kB)"] for row in rows) * 1000 == 4 * sum(row["Weights"] for row in rows)


def test_stopping_rules_and_link_are_those_of_the_code():
    assert [row["Metric"] for row in computed.stopping_rules()] == ["mse", "accuracy"]
    assert all("more than" in row["Improvement"] for row in computed.stopping_rules())
    values = [row["Value"] for row in computed.link()]
    assert values == [Link().downlink / 1e6, Link().uplink / 1e6, Link().power / 1e12]


def test_provenance_groups_records_and_marks_stale_code_and_the_finding_counts_them():
    records = [record(0), record(1, date="2026-01-05T00:00:00Z"), record(2, source="old")]
    fresh, stale = computed.provenance(records)
    assert (fresh["Records"], fresh["Hours"]) == (2, "1.0")
    assert fresh["Dates (UTC)"] == "2026-01-02 to 2026-01-05"
    assert (stale["Records"], stale["Dates (UTC)"], stale["As now"]) == (1, "2026-01-02", False)
    assert fresh["As now"] and fresh["Runs"] == "transceivers" and fresh["Device"] == "a cpu"
    assert computed.finding([fresh, stale], [results(3, 1, 1)]) == (
        "3 records took 1.5 hours on 1 kind of processor, and 1 of them comes from code that gives "
        "other numbers than today's. Of the 8 cells of the published tables, 5 have their record "
        "and 3 are still to be computed."
    )


def test_transceivers_are_those_of_the_studies():
    rows = {row["Transceiver"]: row for row in computed.transceivers("quick")}
    assert list(rows) == ["T1", "T2", "T3"]
    spec, row = users("quick", 0)["T2"], rows["T2"]
    shown = row["Images of"], row["ε"], row["Trained on"]
    assert shown == (spec.source, spec.crossover, spec.train)
    first, _, third = computed.transceivers("paper")
    assert (first["Trained on"], first["Seeds"]) == ("all", "0, 1, 2, 3, 4, 5, 6, 7")
    assert third["Seeds"] == "0, 1, 2"


def results(*missing_seeds):
    """Return results of a study with 3 cells of 4 rows, and a cell without a record per seed."""
    study = misalignment("paper", seeds=[1, 3])
    by_seed = {cell.labels["seed"]: cell for cell in study.cells}
    rows = [{"cell": f, "seed": seed} for f, seed in ((0, 0), (0, 1), (1, 0), (2, 0))]
    records = [record(0), record(1, date="2026-01-05T00:00:00Z", source="old", device="b")]
    return Results(study, rows, [by_seed[seed] for seed in missing_seeds], 5, 0, records)


def test_coverage_asks_every_experiment_without_computing(tmp_path, monkeypatch):
    monkeypatch.setenv("SLFKIT_RESULTS", str(tmp_path))
    studies = computed.coverage("smoke")
    assert {one.study.compute for one in studies} == {"none"} and not list(tmp_path.iterdir())
    assert all(one.missing and not one.read for one in studies) and len(studies) > 6


def test_what_is_missing_is_counted_and_has_its_command():
    (row,) = computed.coverage_table([results(3, 1, 1)])
    assert (row["Notebook"], row["Study"]) == ("01_misalignment", "misalignment")
    assert (row["Records read"], row["Runs missing"]) == (5, 3)
    assert row["Cells and their seeds"] == "1 with 2 seeds, 2 with 1 seed"
    (missing,) = computed.missing_runs([results(3, 1, 1), results()])
    assert (missing["Study"], missing["Runs"], missing["Seeds"]) == ("misalignment", 3, "1,3")
    command = "slfkit reproduce --profile paper --study misalignment --seeds 1,3"
    assert missing["Command"] == command and list(missing) == list(computed.MISSING)


def test_each_study_tells_where_and_when_and_how_to_compute_it_again():
    (row,) = computed.by_study([results()])
    assert (row["Study"], row["Records"], row["Hours"]) == ("misalignment", 5, "1.0")
    assert (row["Device"], row["Code"], row["As now"]) == ("a cpu, b", "abc, old", False)
    assert row["Dates (UTC)"] == "2026-01-02 to 2026-01-05"
    folder, *words = row["Computed again in an empty folder by"].split()
    assert folder == "SLFKIT_RESULTS=again"
    assert words == "slfkit reproduce --profile paper --study misalignment".split()


def test_judges_have_a_row_per_task_network_over_its_seeds():
    records = [
        Record(ClassifierSpec(("mnist",), seed=seed), {"test": {"accuracy": value}}, {})
        for seed, value in enumerate((0.97, 0.99))
    ]
    (row,) = computed.judges([*records, record()])
    assert row == {"Tells apart": "mnist", "Accuracy (%)": "98.00 ± 12.71", "Seeds": 2}
