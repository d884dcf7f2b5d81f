"""Settings from a notebook's side: as texts, by papermill, on a command line, in the comparison."""

import re
import shlex

import pytest
import yaml
from click.testing import CliRunner
from made_up import keep

from slfkit.__main__ import main
from slfkit.errors import ParameterError
from slfkit.experiments import registry
from slfkit.experiments.recovery_time import recovery
from slfkit.publish import notebooks, parameters, provenance_line
from slfkit.publish.comparison import compare

TEXT = "{codewords: 64, learning_rate: 1e-3}"
VALUES = {"codewords": 64, "learning_rate": 0.001}


@pytest.fixture(autouse=True)
def records(tmp_path, monkeypatch):
    monkeypatch.setenv("SLFKIT_RESULTS", str(tmp_path))


def specs(**given):
    (study,) = registry.studies_of("04_recovery", profile="smoke", **given)
    return study.specs()


@pytest.mark.parametrize("notebook", registry.notebooks())
def test_every_experiment_s_notebook_takes_them(notebook):
    parameter = parameters.parameters(notebooks.find(notebook))["settings"]
    assert (parameter.type, parameter.default) == (dict, {})


def test_three_ways_mean_the_same(monkeypatch):
    source = notebooks.find("04")
    run = notebooks.given_values(source, {"settings": TEXT}, "smoke")
    assert run == {"profile": "smoke", "settings": VALUES}
    by_hand = yaml.safe_load(f"settings: {TEXT}")  # as papermill -y gives it to the notebook
    assert by_hand["settings"]["learning_rate"] == "1e-3"
    swept = []
    monkeypatch.setattr("slfkit.runs.sweep.reproduce", lambda _, plan, *rest: swept.extend(plan))
    words = "reproduce --profile smoke --study recovery --set codewords=64 --set learning_rate=1e-3"
    assert CliRunner().invoke(main, words.split()).exit_code == 0
    assert set(specs(**by_hand)) == set(specs(settings=run["settings"])) == set(swept)
    assert {spec.david.codewords for spec in swept} == {64}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{}", {}),
        ("{'codewords': 64}", {"codewords": 64}),
        ('{"beta": 0.5, }', {"beta": 0.5}),
        ("codewords: 64\ndimension: 8", {"codewords": 64, "dimension": 8}),
        (str(VALUES), VALUES),  # as the line under a page has it
    ],
)
def test_texts_of_settings(text, value):
    assert notebooks.given_values(notebooks.find("04"), {"settings": text})["settings"] == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{codewords: [64]}", "codewords is .64.: expected a whole number"),
        ("{[codewords]: 64}", "settings is .*: expected dict such as"),
        ("{codewords: 64", "settings is '{codewords: 64': expected dict such as"),
        ("codewords", "settings is 'codewords': expected dict such as .*such as {codewords: 64"),
        ("", "settings is None: expected dict such as"),
        ("64", "settings is 64: expected dict such as"),
        ("{" * 5000, "settings is .*: expected dict such as"),
        ("2001-99-99", "settings is '2001-99-99': expected dict such as"),
    ],
)
def test_texts_that_are_refused(text, message):
    with pytest.raises(ParameterError, match=message):
        notebooks.given_values(notebooks.find("04"), {"settings": text})


def test_the_default_run_stands_beside_that_with_settings():
    keep(recovery(frozen=[4], seeds=[0]), 0.02)
    keep(recovery(frozen=[4], seeds=[0], settings=VALUES), 0.05)
    source = notebooks.find("04")
    defaults = {name: p.default for name, p in parameters.parameters(source).items()}
    text = compare(source.stem, {"frozen": [4], "seeds": [0], "settings": VALUES}, defaults)
    (line,) = [line for line in text.splitlines() if re.match(r"f = 4, ε = 0.3 +MSE", line)]
    assert re.split(r"  +", line)[2:] == ["0.0200", "0.0500", "+0.0300", "0"]
    assert "settings {'codewords': 64, 'learning_rate': 0.001} (default {})" in text


def test_the_page_s_commands_give_them_again():
    keep(recovery("smoke", frozen=[3], settings=VALUES), 0.05)
    results = recovery("smoke", frozen=[3, 4], compute="none", settings=VALUES).run()
    made, missing = re.search(
        r"made by: (.*); what is missing: (.*)\.$", repr(provenance_line.line(results))
    ).groups()
    words = shlex.split(made)
    given = {"settings": words[words.index("settings") + 1]}
    assert notebooks.given_values(notebooks.find("04"), given)["settings"] == VALUES
    assert missing.endswith("--study recovery --set codewords=64 --set learning_rate=0.001")
