"""Costs of epochs, sweeps and users, from hand-made measurements."""

import json

import pytest

from slfkit.experiments import misalignment, registry
from slfkit.publish import costs
from slfkit.recovery import Link
from slfkit.runs import cost


def measured(key, *values):
    return {"key": key, "name": key, "unit": "u", "values": list(values),
            "median": values[0] if values else None}  # fmt: skip


def stored(**sections):
    return {"sections": {name: {"rows": rows, "load_per_core": None}
                         for name, rows in sections.items()}}  # fmt: skip


def test_a_report_is_read_back_and_an_absent_one_is_none(tmp_path):
    (tmp_path / "cpu.json").write_text(json.dumps(stored(cost=[])))
    assert costs.report("cpu", tmp_path) == stored(cost=[])
    assert costs.report("gpu", tmp_path) is None
    assert "no such report yet" in costs.machine(None)
    assert costs.rows(None, "cost") == costs.bench_table(None) == costs.bounds_table(None) == []


def test_a_table_holds_the_sections_asked_for_and_says_what_is_not_measured():
    found = stored(training=[measured("a", 1.0)], tried=[measured("b")])
    assert [row["key"] for row in costs.bench_table(found)] == ["a"]
    assert [row["unit"] for row in costs.bench_table(found, costs.TRIED)] == ["not measured"]


def test_seconds_of_an_epoch_come_from_images_a_second():
    rows = [measured("cost-images-1000", 500.0), measured("cost-batch-64", 600.0),
            measured("cost-batch-16")]  # fmt: skip
    assert costs.epochs(stored(cost=rows)) == {"images": [(1000, 2.0)], "batch": [(64, 100.0)]}


def test_the_fastest_split_comes_first():
    rows = [measured("processes-1x2", 900.0), measured("processes-2x1", 1000.0)]
    first, second = costs.splits(stored(processes=rows))
    assert first == {"processes": 2, "threads": 1, "rate": 1000.0}
    assert second["threads"] == 2


def test_a_sweep_is_work_over_speed():
    work = 3600 * 100 * cost.flops_per_image(32, 16)  # an hour at 100 images/s
    hours = {row["where"]: row["hours"] for row in costs.sweep(100.0, 2, work)}
    assert hours == {"2 cores": pytest.approx(1), "16 cores": pytest.approx(1 / 8),
                     "one GPU": None, "ten workers": pytest.approx(1 / 5)}  # fmt: skip
    given = {row["where"]: row for row in costs.sweep(None, 2, work, card=50.0)}
    assert given["one GPU"]["hours"] == pytest.approx(2) and given["2 cores"]["hours"] is None


def test_every_run_of_the_sweep_stands_after_those_it_needs():
    assert len(registry.all_runs("smoke", [0, 1])) > len(registry.all_runs("smoke"))
    runs = registry.all_runs("smoke")
    assert len(runs) == len(set(runs)) and set(runs) >= set(
        misalignment.misalignment("smoke").specs()
    )
    at = {spec: number for number, spec in enumerate(runs)}
    assert all(at[one] < at[spec] for spec in runs for one in spec.needs(spec))


def test_users_pay_for_each_ordered_pair():
    row = {"frozen": 4, "bytes_down": 900_000, "bytes_up": 100_000, "seed": 0,
           "epochs_mse": 2, "training_images": 10, "flops_per_image": 5}  # fmt: skip
    (three,) = costs.users(row, 2.0, [3])
    assert (three["pairs"], three["megabytes"], three["seconds"]) == (6, 6.0, 12.0)
    lines = costs.users_by_f([row], Link(8e6, 8e6, 100.0))
    assert list(lines) == [4]
    assert lines[4][0]["seconds"] == pytest.approx(2 * (0.9 + 1.0 + 0.1))
    assert costs.users_by_f([], Link()) == {}


def test_the_finding_tells_the_sweep_and_many_users():
    best = {"rate": 100.0, "processes": 2}
    lines = {
        f: [{"users": 5, "megabytes": 2000.0 - f, "seconds": 7200.0, "frozen": f}] for f in (0, 4)
    }
    text = costs.finding(7, 3.6e15, best, lines)
    hours = costs.sweep(100.0, 2, 3.6e15)[0]["hours"]
    assert text.startswith(f"The 7 runs of the whole sweep take {hours:.3g} hours at most on two")
    assert "5 users with each other sends 2,000 MB at f = 0 and 1,996 MB at f = 4" in text
    assert "2.0 and 2.0 hours" in text and text.count(". ") == 1
    unknown = costs.finding(7, 3.6e15, {"rate": None, "processes": 2}, {})
    assert "an unknown time" in unknown and "cannot be said" in unknown


def test_the_cause_is_read_from_the_profile():
    rows = [measured("profile-convolutions", 60.0), measured("profile-relu", 10.0),
            measured("profile-loss", 30.0)]  # fmt: skip
    said = costs.why_below_the_floor(stored(profile=rows))
    assert "60.0 %" in said and said.index("profile-loss") < said.index("profile-relu")
    assert "nothing is said" in costs.why_below_the_floor(None)


def test_without_its_own_table_f_is_taken_from_training():
    rows = [measured("fine-tuning-f0", 600.0), measured("fine-tuning-f4", 1200.0)]
    assert costs.epochs(stored(training=rows)) == {"frozen": [(0, 100.0), (4, 50.0)]}
