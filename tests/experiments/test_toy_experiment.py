"""A new experiment is one file and a notebook: from outside the package, as CONTRIBUTING says it.

It is listed, swept, tabled and judged, and nothing else has heard of it.
"""

import importlib
import sys

import made_up
import pytest

from slfkit.claims import ledger
from slfkit.claims.rules import UNDECIDED
from slfkit.errors import ParameterError
from slfkit.experiments import registry
from slfkit.publish import notebooks
from slfkit.records.store import Store
from slfkit.reporting.rows import seeds_of_cells

EXPERIMENT = '''"""Steps of new weights before they get a codebook: none, or ours."""

from slfkit.experiments.grid import variant
from slfkit.experiments.registry import experiment
from slfkit.reporting.metrics import METRICS, columns, metric_texts
from slfkit.reporting.rows import grouped, pairs
from slfkit.reporting.sentences import improved, with_basis
from slfkit.reporting.style import WIDTH, subplots

COLUMNS = columns("warm_up", "mse", "seeds", warm_up="Steps")


def table(rows):
    return [
        {"warm_up": steps, **metric_texts(group)}
        for (steps,), group in grouped(rows, "warm_up").items()
    ]


def figure(rows):
    drawn, axes = subplots(figsize=(WIDTH, 3))
    axes.plot([row["warm_up"] for row in rows], [row["mse"] for row in rows], "o")
    axes.set_ylabel(METRICS["mse"].label)
    return drawn


@with_basis
def finding(rows):
    """Say whether warming up lowers the MSE."""
    compared = pairs(rows, "warm_up", 0, 100, "seed")
    return f"Warming up lowers the MSE in {improved(compared, 'mse')} of {len(compared)} pairs"


@experiment("97_toy", place=9, table=table, figure=figure, finding=finding)
def toy(setup, steps=(0, 100)):
    """New weights with and without a warm-up."""
    for seed in setup.seeds():
        for warm_up in steps:
            yield variant(setup.scale, seed, 0.3, 0, {"warm_up": warm_up})
'''
NOTEBOOK = """# %% [markdown]
# # 97 Toy

# %% tags=["parameters"]
profile: str = "smoke"  # smoke, quick or paper
steps: list = [0, 100]  # before the codebook is set
compute: str = "none"  # new, all or none

# %%
import slfkit_toy

from slfkit.reporting.tables import Table

results = slfkit_toy.toy(profile, steps=steps, compute=compute).run()
print(slfkit_toy.finding(results.rows, results.missing))

# %%
Table(slfkit_toy.table(results.rows), slfkit_toy.COLUMNS)
"""
CLAIM = """
[[claim]]
id = "toy"
claim = "Warming up helps."
where = "nowhere"
notebook = "97_toy"
study = "toy"
rows = "both"
judge = "improves"
with = { metric = "mse", label = "warm_up", old = 0, new = 100 }
unit = "MSE"
why = "It is a toy."
"""


def withdraw():
    del registry._ENTERED["toy"]
    registry.published.cache_clear()


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """The toy's module, its records in the store of this test."""
    (tmp_path / "slfkit_toy.py").write_text(EXPERIMENT)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("SLFKIT_RESULTS", str(tmp_path / "results"))
    module = importlib.import_module("slfkit_toy")
    yield module
    withdraw()
    del sys.modules["slfkit_toy"]


@pytest.fixture
def stored(toy):
    """The toy's results at the smoke profile, made up: the MSE falls with the steps."""
    for cell in toy.toy("smoke").cells:
        record = made_up.record(cell.spec)
        for draw in record.results["tasks"]["mse"]["test"]:
            draw["mse"] = 1 / (1 + cell.labels["warm_up"])
        Store("smoke").save(record)
    return toy.toy("smoke", compute="none").run()


def test_it_is_listed_with_its_notebook_and_parameters(toy):
    assert registry.get("toy").parameters == ("steps",)
    assert [one.name for one in registry.notebooks()["97_toy"]] == ["toy"]
    (study,) = registry.studies_of("97_toy", profile="smoke", steps=[7])
    assert [cell.labels["warm_up"] for cell in study.cells] == [7]
    with pytest.raises(ParameterError, match="warm_up -1 must be at least 0"):
        registry.studies_of("97_toy", steps=[-1])


def test_it_is_swept_last_and_by_a_command_of_its_own(toy):
    new = toy.toy("paper", steps=[0]).specs()
    assert set(new) <= registry.published() and new[0] in registry.all_runs("paper")
    assert registry.plan("paper", seeds=[0])[-1] == new[0]
    assert registry.command("toy", toy.toy("smoke").cells, "smoke") == (
        "slfkit reproduce --profile smoke --study toy"
    )
    withdraw()
    assert "97_toy" not in registry.notebooks() and not registry.published() & set(new)
    importlib.reload(toy)


def test_it_is_tabled_drawn_and_told(stored):
    assert [row["cell"] for row in stored.rows] == [cell.identity for cell in stored.study.cells]
    assert seeds_of_cells(stored.rows) == [1, 1]  # cells that differ in a new label alone
    entry = registry.get("toy")
    table = entry.table(stored.rows)
    assert [(row["warm_up"], row["mse"]) for row in table] == [(0, "1.0000"), (100, "0.0099")]
    assert len(entry.figure(stored.rows).axes[0].lines) == 1
    assert entry.finding(stored.rows, stored.missing) == (
        "Warming up lowers the MSE in 1 of 1 pairs (one seed)."
    )
    assert entry.finding([], [object()]).endswith("all 1 cells are still to be computed.")


def test_it_is_judged_by_its_own_claims(stored, tmp_path):
    (tmp_path / "claims.toml").write_text(CLAIM)
    (verdict,) = ledger.check("smoke", path=tmp_path / "claims.toml")
    judgement = verdict.judgement
    assert (judgement.verdict, judgement.seeds, verdict.missing) == (UNDECIDED, (1, 1), 0)
    assert (judgement.deciding.label, judgement.deciding.direction) == ("f = 0", 1)
    (missing,) = ledger.check("quick", path=tmp_path / "claims.toml")
    assert missing.command == "slfkit reproduce --profile quick --study toy"


def test_its_notebook_runs(stored, tmp_path, capsys):
    source = tmp_path / "97_toy.py"
    source.write_text(NOTEBOOK)
    notebooks.run(source, {"steps": "[100]"}, output_dir=tmp_path / "runs")
    printed = capsys.readouterr().out
    assert "Warming up lowers the MSE in 0 of 0 pairs (one seed" in printed
    assert printed.count("0.0099") >= 1 and "1.0000" not in printed.split("Default against")[0]


def test_a_name_is_given_once(toy):
    def recovery(setup):
        yield from ()

    with pytest.raises(ParameterError, match="enters an experiment 'recovery', and slfkit"):
        registry.experiment("98", table=None, figure=None, finding=None)(recovery)
