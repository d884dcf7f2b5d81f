"""Costs of epochs and sweeps, from hand-made measurements, in tables and figures."""

import dataclasses
import json

import made_up
import pytest
import tiny

from slfkit.experiments import misalignment, registry
from slfkit.publish import costs
from slfkit.reporting.style import look
from slfkit.runs import cost


def measured(key, *values):
    median = values[0] if values else None
    return {"key": key, "name": key, "unit": "u", "values": list(values), "median": median}


def stored(**sections):
    return {
        "sections": {name: {"rows": rows, "load_per_core": None} for name, rows in sections.items()}
    }


def test_a_report_is_read_back_and_an_absent_one_is_none(tmp_path):
    (tmp_path / "cpu.json").write_text(json.dumps(stored(cost=[])))
    assert costs.report("cpu", tmp_path) == stored(cost=[])
    assert costs.report("gpu", tmp_path) is None
    assert "no such report yet" in costs.machine(None)
    assert costs.rows(None, "cost") == costs.bench_table(None) == costs.bounds_table(None) == []


def test_a_table_holds_the_sections_asked_for_and_says_what_is_not_measured():
    report = stored(training=[measured("a", 1.0)], tried=[measured("b")])
    assert [row["key"] for row in costs.bench_table(report)] == ["a"]
    assert [row["unit"] for row in costs.bench_table(report, costs.TRIED)] == ["not measured"]


def test_seconds_of_an_epoch_come_from_images_a_second():
    rows = [measured("cost-images-1000", 500.0), measured("cost-batch-64", 600.0)]
    rows.append(measured("cost-batch-16"))
    assert costs.epochs(stored(cost=rows)) == {"images": [(1000, 2.0)], "batch": [(64, 100.0)]}
    # without its own table f is taken from training
    rows = [measured("fine-tuning-f0", 600.0), measured("fine-tuning-f4", 1200.0)]
    assert costs.epochs(stored(training=rows)) == {"frozen": [(0, 100.0), (4, 50.0)]}
    assert costs.fine_tuning_rate(stored(training=rows)) == 600.0
    assert costs.fine_tuning_rate(stored(training=rows[1:])) is None


def test_the_fastest_split_comes_first_and_runs_per_hour_follow_from_the_average_run():
    rows = [measured("processes-1x2", 900.0), measured("processes-2x1", 1000.0)]
    first, second = costs.splits(stored(processes=rows))
    assert first == {"Processes": 2, "Threads each": 1, "Images/s": 1000.0}
    assert second["Threads each"] == 2
    runs = registry.all_runs("smoke")
    (row,) = costs.runs_per_hour(stored(processes=rows[1:]), runs)
    average = sum(map(cost.flops, runs)) / len(runs)
    work = 3600 * 1000 * cost.flops_per_image(32, 16)
    assert row["Runs per hour"] == pytest.approx(work / average)
    assert costs.runs_per_hour(stored(processes=rows), []) == []


def test_what_runs_took_is_the_median_epoch_of_a_device():
    def run(device, seconds, images=55_000):
        made = made_up.record(tiny.alignment(4), training_images=images, wall_seconds=seconds)
        return dataclasses.replace(made, provenance={**made.provenance, "device": device})

    epochs = len(run("slow", 1.0).results["history"])
    runs = [run("slow", epochs * each) for each in (4.0, 6.0, 9.0)] + [run("fast", epochs * 2.0)]
    others = [run("slow", 1.0, images=100), made_up.record(tiny.pair())]
    assert costs.took([*runs, *others]) == [
        {"Device": "fast", "Runs": 1, "Seconds per epoch": 2.0},
        {"Device": "slow", "Runs": 3, "Seconds per epoch": 6.0},
    ]


def test_a_sweep_is_work_over_speed():
    work = 3600 * 100 * cost.flops_per_image(32, 16)  # an hour at 100 images/s
    hours = {row["where"]: row["hours"] for row in costs.sweep(100.0, 2, work)}
    assert hours == pytest.approx({"2 cores": 1, "16 cores": 1 / 8, "ten workers": 1 / 5})
    given = {row["where"]: row for row in costs.sweep(None, 2, work, card=50.0)}
    assert given["one GPU"]["hours"] == pytest.approx(2) and given["2 cores"]["hours"] is None


def test_every_run_of_the_sweep_stands_after_those_it_needs():
    assert len(registry.all_runs("smoke", [0, 1])) > len(registry.all_runs("smoke"))
    runs = registry.all_runs("smoke")
    assert len(runs) == len(set(runs)) and set(runs) >= set(
        misalignment.misalignment("smoke").specs()
    )
    at = {spec: number for number, spec in enumerate(runs)}
    assert all(at[one] < at[spec] for spec in runs for one in spec.needs())


def test_the_finding_tells_the_sweep_and_the_cause_is_read_from_the_profile():
    said = costs.finding(7, 3.21)
    assert said.startswith("The 7 runs of the whole sweep take 3.21 hours at most on two cores of")
    assert "an unknown time" in costs.finding(7, None)
    rows = [
        measured(f"profile-{name}", share)
        for name, share in (("convolutions", 60.0), ("relu", 10.0), ("loss", 30.0))
    ]
    said = costs.why_below_the_floor(stored(profile=rows))
    assert "60.0 %" in said and said.index("profile-loss") < said.index("profile-relu")
    assert "nothing is said" in costs.why_below_the_floor(None)


def test_an_epoch_has_a_panel_for_each_thing_varied():
    figure = costs.epoch_panels({"batch": [(16, 2.0), (64, 1.0)]})
    labels = [panel.get_xlabel() for panel in figure.axes[:-1]]
    assert labels == list(costs.AXES.values())
    assert list(figure.axes[1].lines[0].get_ydata()) == [2.0, 1.0]
    for panel in (figure.axes[0], *figure.axes[2:-1]):
        assert not panel.lines and panel.texts[0].get_text() == "not measured"
    # where f varies each point looks like its f
    figure = costs.epoch_panels({"frozen": [(0, 2.0), (4, 3.0)]})
    line, first, last = figure.axes[4].lines
    assert list(line.get_xdata()) == [0, 4]
    assert [one.get_color() for one in (first, last)] == [look(0)["color"], look(4)["color"]]
    assert figure.axes[4].get_ylim() == pytest.approx((0, 3.3))
