"""All ways as one grid: whose runs they are, their names, the command, and the stored answer."""

from statistics import fmean

import pytest
from click.testing import CliRunner

from slfkit.__main__ import main
from slfkit.errors import ParameterError
from slfkit.experiments import best_way, choosing_figures, registry, regret
from slfkit.experiments.choosing import TABLE, Need
from slfkit.experiments.pilots import COARSE
from slfkit.experiments.untrained import OWN_HELD_OUT, TRIAL
from slfkit.records.airs import AirSpec
from slfkit.records.pilots import TrialSpec

GRID = best_way.best_way()


def test_the_grid_is_that_of_the_other_studies_and_names_each_way():
    others = {
        cell.spec
        for name, entry in registry.experiments().items()
        if name != "best_way"
        for cell in entry.study("paper").cells
    }
    own = {cell.spec for cell in GRID.cells} - others
    assert {type(spec) for spec in own} == {AirSpec, TrialSpec}
    assert {spec.split for spec in own if type(spec) is AirSpec} == {"held_out"}
    cells = [cell.labels for cell in GRID.cells if cell.labels.get("alpha") == 0.5]
    lines = [(at["line"], at.get("frozen")) for at in cells if at["seed"] == 0]
    assert sorted(lines, key=str) == sorted(
        [
            *(("slf", f) for f in range(5)),
            *((line, None) for line in (regret.UNALIGNED, regret.BEFORE, "matched", OWN_HELD_OUT)),
            *((line, None) for line in ("pilots", TRIAL) for _ in COARSE),
        ],
        key=str,
    )
    names = [cell.labels["way"] for cell in GRID.cells if cell.labels.get("way")]
    begun = [name for name in names if name == "f = 4, ridge first"]
    assert len(begun) == 8  # as many seeds as Table I's column
    assert len(set(names)) == 1 + 12 and len(names) == len(begun) + 3 * 12
    assert "f = 3, rate 0.001" in names and "f = 0, David's weights and k-means first" in names


@pytest.fixture(scope="module")
def rows():
    return best_way.best_way("paper", compute="none").run().rows


def test_tables_have_a_row_for_each_condition(rows):
    table = best_way.table(rows)
    assert len(table) == 2 * len(best_way.TIMES)
    assert len(best_way.dual_table(rows)) == 2 * len(best_way.QUALITIES)
    assert set(TABLE.values()) <= set(table[0])
    assert all(float(row["seconds"].split()[0]) <= 0.75 for row in table if "0.75" in row["asked"])


def kept(row, need):
    """Return seconds, epoch and state that a run keeps: of those in time the best held out."""
    sent = 8 * (row["bytes_down"] + row["bytes_up"]) / 2e6
    work = row["training_images"] * row["flops_per_image"]
    states = [
        (sent + (n * work + row.get("fit_flops", 0)) / 30e12, n, state)
        for n, state in enumerate(row["history"], start=1)
    ]
    known = "old_link" not in row or row["old_link"]["after"]["accuracy"] >= need.old_link
    ready = [one for one in states if one[0] <= need.deadline and known]
    return min(ready, key=lambda one: one[2]["mse"], default=None)


@pytest.mark.parametrize(
    ("need", "alpha"), [(Need(deadline=1.5), None), (Need(deadline=2.0, old_link=0.5), 0.0)]
)
def test_the_sentence_has_the_numbers_of_the_records(rows, need, alpha):
    """Where a way that trains is best; at 2 Mbit/s and 30 TFLOP/s, on seeds that all have."""
    axis, value = ("crossover", 0.3) if alpha is None else ("alpha", alpha)
    runs = {}
    for row in rows:
        if row.get(axis) == value and "history" in row:
            name = row.get("way", f"f = {row['frozen']}")
            runs.setdefault(name, {})[row["seed"]] = kept(row, need)
    met = {name: of for name, of in runs.items() if None not in of.values()}
    name = min(met, key=lambda name: fmean(met[name][seed][2]["mse"] for seed in (0, 1, 2)))
    times, epochs, states = zip(*met[name].values(), strict=True)
    first, last = min(epochs), max(epochs)
    stop = f"{first}" if first == last else f"{first} to {last}, depending on the seed"
    mse = fmean(state["test_mse"] for state in states)
    (said, *_) = best_way.answer(need, "paper", 0.3, alpha)
    assert said.startswith(f"Choose {name}, and stop after epoch {stop}: ready after ")
    assert f"ready after {fmean(times):.2f}" in said and f"test MSE {mse:.4f}" in said


def test_figures_name_each_way_and_rule_once(rows):
    figure = choosing_figures.front(best_way.every_way(rows), Need(), 0.97)
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert "any way" in names and len(names) == len(set(names))
    judged = regret.regrets(regret.cases_of(rows)[:4], best_way.LINKS[1:2])
    panel = choosing_figures.regret_panel(judged, best_way.LINKS[1], list(regret.RULES))
    assert len(panel.axes[0].get_xticks()) == 4


def choose(*arguments):
    return CliRunner().invoke(main, ["choose", *arguments])


def test_the_command_prints_the_choice_and_why_also_at_another_uplink_and_mixture():
    result = choose("--link", "2e6", "--power", "30e12", "--deadline", "1.0", "--old-link", "0.97")
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0].startswith("Choose ") and lines[1].startswith("Why: of 26 ways, ")
    assert float(lines[0].split("ready after ")[1].split()[0]) < 1
    assert lines[2].startswith("With training: choose f = ")
    assert lines == best_way.answer(Need(deadline=1.0, old_link=0.97), "paper", 0.3, None)
    slow = choose("--uplink", "2e3", "--deadline", "2", "--alpha", "0.5")
    assert "hoose f = 4, and stop after epoch" in slow.output


@pytest.mark.parametrize("condition", ["crossover 0.25", "alpha 0.1"])
def test_a_condition_without_records_is_one_line(condition):
    result = choose(*f"--{condition}".split())
    assert result.exit_code == 2 and result.stderr.count("\n") == 1
    assert f"{condition} has no stored run in profile paper: choose one" in result.stderr


def test_without_records_the_error_says_how_to_get_them(tmp_path, monkeypatch):
    monkeypatch.setenv("SLFKIT_RESULTS", str(tmp_path))
    with pytest.raises(ParameterError, match="in profile quick, nor has any other: slfkit re"):
        best_way.answer(Need(), "quick", 0.3, None)
