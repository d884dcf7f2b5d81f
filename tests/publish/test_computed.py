"""The tables of *How this was computed*: read from code and records, nothing typed."""

import dataclasses
from types import SimpleNamespace

import pytest

from slfkit.experiments.grid import users
from slfkit.publish import computed
from slfkit.records.spec import AlignmentSpec, TransceiverSpec
from slfkit.records.store import Record

ALICE = TransceiverSpec("mnist", 0.1, seed=3)


def record(seed=0, source="abc", date="2026-01-02T03:04:05Z", seconds=1800.0, **changes):
    known = {"device": "a cpu", "threads": 2, "torch": "2", "slfkit": "0", "source": source}
    spec = dataclasses.replace(ALICE, seed=seed)
    return Record(spec, {"wall_seconds": seconds}, {**known, "date": date, **changes})


def test_constants_tell_value_unit_and_whose_choice():
    rows = {row["meaning"]: row for row in computed.constants()}
    assert rows["size of the codebook"]["symbol"] == "K"
    assert rows["weight of the commitment term"]["symbol"] == "β"
    assert all(row["whose"] in ("ours", "paper's") for row in rows.values())
    assert all(row["meaning"] for row in rows.values())


def test_constants_hold_every_default_once():
    rows = computed.constants([TransceiverSpec, AlignmentSpec])
    values = {row["name"] for row in rows}
    assert {"codewords", "dimension", "batch", "full_learning_rate", "reinitialise"} <= values
    assert "source" not in values and "other" not in values
    assert [row["name"] for row in rows].count("batch") == 1


def test_a_count_of_zero_images_reads_all():
    (row,) = (row for row in computed.constants([TransceiverSpec]) if row["name"] == "test")
    assert row["value"] == "all" and "0" not in row["meaning"]


def test_network_sizes_add_up_to_the_transceiver():
    torch = pytest.importorskip("torch")
    from slfkit.models import Transceiver

    rows = computed.network()
    model = Transceiver(torch.Generator())
    assert sum(row["weights"] for row in rows) == sum(p.numel() for p in model.parameters())
    assert {row["part"]: row["frozen"] for row in rows if row["frozen"]} == {
        name: f for f, name in enumerate(model.parts(), start=1)
    }
    assert sum(row["size"] for row in rows) * 1000 == 4 * sum(row["weights"] for row in rows)


def test_stopping_rules_and_link_are_those_of_the_code():
    assert [row["metric"] for row in computed.stopping_rules()] == ["mse", "accuracy"]
    assert all("more than" in row["improvement"] for row in computed.stopping_rules())
    from slfkit.recovery import Link

    values = [row["value"] for row in computed.link()]
    assert values == [Link().downlink / 1e6, Link().uplink / 1e6, Link().power / 1e12]


def test_provenance_groups_records_and_marks_stale_code():
    records = [record(0), record(1, date="2026-01-05T00:00:00Z"), record(2, source="old")]
    fresh, stale = computed.provenance(records, "abc")
    assert (fresh["records"], fresh["hours"]) == (2, "1.0")
    assert fresh["dates"] == "2026-01-02 to 2026-01-05"
    assert (stale["records"], stale["dates"], stale["current"]) == (1, "2026-01-02", False)
    assert fresh["current"] and fresh["kind"] == "transceivers" and fresh["device"] == "a cpu"


def test_transceivers_are_those_of_the_studies():
    rows = {row["name"]: row for row in computed.transceivers("quick")}
    assert list(rows) == ["T1", "T2", "T3"]
    spec = users("quick", 0)["T2"]
    assert (rows["T2"]["source"], rows["T2"]["crossover"]) == (spec.source, spec.crossover)
    assert rows["T2"]["images"] == spec.train
    assert computed.transceivers("paper")[0]["images"] == "all"
    assert computed.transceivers("paper")[0]["seeds"] == "0, 1, 2"


ASKED = []
RECORDS = [record(0), record(1, date="2026-01-05T00:00:00Z", source="old", device="b")]


def study(missing_seeds):
    """A study whose run says which seeds are missing; ``ASKED`` keeps how it was asked."""

    def channel(profile, compute):
        ASKED.append((profile, compute))
        cells = [SimpleNamespace(labels={"seed": seed}, spec=seed) for seed in missing_seeds]
        rows = [{"frozen": f, "seed": seed} for f, seed in ((0, 0), (0, 1), (1, 0), (2, 0))]
        results = SimpleNamespace(read=5, missing=cells, rows=rows, records=RECORDS)
        return SimpleNamespace(name="recovery", run=lambda: results)

    return channel


def test_coverage_asks_without_computing_and_names_the_command():
    (row,) = rows = computed.coverage("paper", {"02_channel": study([3, 1, 1])})
    assert (row["notebook"], row["read"], row["missing"]) == ("02_channel", 5, 3)
    assert ASKED[-1] == ("paper", "none") and row["seeds"] == "1 with 2 seeds, 2 with 1 seed"
    (missing,) = computed.missing_runs(rows)
    assert (missing["study"], missing["runs"], missing["seeds"]) == ("recovery", 3, "1,3")
    assert missing["command"] == ("slfkit reproduce --profile paper --study recovery --seeds 1,3")


def test_each_study_tells_where_and_when_and_how_to_compute_it_anew():
    (row,) = computed.by_study(computed.coverage("paper", {"02_channel": study([])}), "abc")
    assert (row["study"], row["read"], row["hours"]) == ("recovery", 5, "1.0")
    assert (row["device"], row["source"], row["current"]) == ("a cpu, b", "abc, old", False)
    assert row["dates"] == "2026-01-02 to 2026-01-05"
    words = row["command"].split()
    assert words[0].split("=") == ["SLFKIT_RESULTS", "anew"]
    assert words[1:] == "slfkit reproduce --profile paper --study recovery".split()
    assert set(computed.BY_STUDY.values()) <= set(row)


def test_the_finding_counts_records_and_cells():
    rows = computed.provenance([record(0), record(1, source="old")], "abc")
    coverage = computed.coverage("paper", {"02_channel": study([3, 1, 1])})
    assert computed.finding(rows, coverage) == (
        "2 records took 1.0 hours on 1 kind of processor, and 1 of them comes from code that gives "
        "other numbers than today's. Of the 8 cells of the published tables, 5 have their record "
        "and 3 are still to be computed."
    )


def test_nothing_missing_leaves_no_command():
    assert computed.missing_runs(computed.coverage("paper", {"01": study([])})) == []


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        (computed.CONSTANTS, computed.constants()),
        (computed.TRANSCEIVERS, computed.transceivers("paper")),
        (computed.LINK, computed.link()),
        (computed.STOPPING, computed.stopping_rules()),
        (computed.NETWORK, computed.network()),
        (computed.CHANGES, computed.code_changes()),
        (computed.PROVENANCE, computed.provenance([record()], "abc")),
        (computed.COVERAGE, computed.coverage("paper", {"01": study([1])})),
        (computed.MISSING, computed.missing_runs(computed.coverage("paper", {"01": study([1])}))),
    ],
)
def test_every_column_of_a_table_is_a_key_of_its_rows(columns, rows):
    assert rows and all(set(columns.values()) <= set(row) for row in rows)
