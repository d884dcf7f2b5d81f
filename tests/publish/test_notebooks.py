"""Running notebooks by name, and where results go; refusals: tests/attacks/bad_inputs.toml."""

import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from slfkit.errors import NotebookError
from slfkit.experiments import registry
from slfkit.publish import kernel, notebooks

SWEEP = """\
# %% tags=["parameters"]
profile: str = "paper"  # scale
crossovers: list = [0.1]  # each in [0, 1]

# %%
print(profile, crossovers)
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a project with two notebooks that have no study."""
    monkeypatch.setattr(notebooks, "studies_of", lambda *_, **__: ())
    monkeypatch.setattr(notebooks, "compare", lambda *_: "")
    monkeypatch.setattr(notebooks, "project_root", lambda: tmp_path)
    (tmp_path / "notebooks").mkdir()
    for name in ("01_sweep", "02_other"):
        (tmp_path / "notebooks" / f"{name}.py").write_text(SWEEP, encoding="utf-8")
    return tmp_path


def files(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("name", ["01_sweep", "01", "01_sweep.py"])
def test_a_notebook_is_found_by_name_number_and_path(project, name):
    expected = project / "notebooks" / "01_sweep.py"
    assert notebooks.find(name) == expected
    assert notebooks.find(str(expected)) == expected
    assert notebooks.find(expected.with_suffix(".ipynb")) == expected


def test_checked_values_have_the_exact_types(project):
    source = project / "notebooks" / "01_sweep.py"
    values = notebooks.given_values(source, {"crossovers": [1]})
    assert values == {"crossovers": [1.0]} and type(values["crossovers"][0]) is float
    given = notebooks.given_values(source, {"crossovers": "[1]"}, "quick")
    assert given == {"crossovers": [1.0], "profile": "quick"}


def test_a_run_goes_to_its_own_file_and_shows_what_it_printed(project, capsys):
    path = notebooks.run("01", {"crossovers": "[0.2]"}, profile="quick")
    assert capsys.readouterr().out == f"quick [0.2]\n{path}\n"
    assert path.parent == project / "runs" and path.name.startswith("01_sweep-")
    before = path.read_bytes()
    assert notebooks.run("01", {"crossovers": [0.2]}, "quick").read_bytes() == before
    other = notebooks.run("01", {"crossovers": "[0.3]"}, "quick", project / "mine")
    assert other.parent == project / "mine" and other.name != path.name
    assert files(project / "notebooks") == ["01_sweep.py", "02_other.py"]


def test_all_are_executed_beside_their_text_and_with_a_profile_elsewhere(project):
    paths = notebooks.execute_all("smoke")
    assert [path.parent for path in paths] == [project / "runs" / "smoke"] * 2
    outputs = nbformat.read(paths[1], as_version=4).cells[2].outputs
    assert [output.text for output in outputs] == ["smoke [0.1]\n"]
    assert files(project / "notebooks") == ["01_sweep.py", "02_other.py"]
    paths = notebooks.execute_all()
    pairs = [f"{n}.{kind}" for n in ("01_sweep", "02_other") for kind in ("ipynb", "py")]
    assert files(project / "notebooks") == pairs
    assert paths == [project / "notebooks" / f"{n}.ipynb" for n in ("01_sweep", "02_other")]
    assert "injected-parameters" not in paths[0].read_text()


def test_a_failed_run_is_kept_as_failed_only_and_does_not_stop_the_others(project):
    (project / "notebooks" / "01_sweep.py").write_text(SWEEP + "\n# %%\n1 / 0\n")
    with pytest.raises(NotebookError, match="cell 3 .`1 / 0`.: ZeroDivisionError.*failed.ipynb"):
        notebooks.run("01", {"crossovers": "[0.2]"})
    assert files(project / "runs") == ["01_sweep.failed.ipynb"]
    with pytest.raises(NotebookError, match="01_sweep.py failed in cell 2"):
        notebooks.execute_all(output=project / "out")
    assert files(project / "out") == ["02_other.ipynb"]


def test_the_terminal_shows_text_and_neither_figures_nor_names_of_objects(tmp_path):
    data = [
        {"text/plain": "0.5"},
        {"text/plain": "<Figure size 640x480 with 1 Axes>", "image/png": "AA=="},
        {"text/plain": "<IPython.core.display.Markdown object>", "text/markdown": "| a |"},
        {"text/plain": "f  MSE\n0  0.06", "text/html": "<table></table>"},
    ]
    outputs = [new_output("stream", name="stdout", text="one\ntwo\n")]
    outputs += [new_output("display_data", data=one) for one in data]
    path = tmp_path / "a.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("x", outputs=outputs)]), path)
    assert notebooks.text_outputs(path) == ["one\ntwo", "0.5", "| a |", "f  MSE\n0  0.06"]


GIVEN = {"profile": "smoke", "crossovers": [0.2], "frozen": [4], "seeds": [0]}


@pytest.mark.long
def test_the_channel_notebook_computes_and_then_reads_that(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SLFKIT_RESULTS", str(tmp_path / "results"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    source = notebooks.find("02_channel")
    given = notebooks.given_values(source, GIVEN)
    first = kernel.execute(source, tmp_path / "first.ipynb", given)
    records = sorted((tmp_path / "results").rglob("*.json"))
    assert records and any("smoke" in text for text in notebooks.text_outputs(first))
    written = {path: path.stat().st_mtime_ns for path in records}
    again = notebooks.run("02_channel", GIVEN, output_dir=tmp_path / "runs")
    said = capsys.readouterr().out
    assert said.endswith(f"\n\n{again}\n")
    assert "cells of the default run have no new counterpart." in said
    assert re.search(r"f = 4, ε = 0.2 +MSE +no record +0\.\d{4} ", said)
    again = sorted((tmp_path / "results").rglob("*.json"))
    assert {path: path.stat().st_mtime_ns for path in again} == written


@pytest.mark.long
@pytest.mark.parametrize("name", registry.notebooks())
def test_without_a_record_a_page_that_computes_nothing_says_what_is_missing(
    name, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("SLFKIT_RESULTS", str(tmp_path / "results"))
    given = {"profile": "smoke", "compute": "none", "seeds": [77]}
    assert notebooks.run(name, given, output_dir=tmp_path / "runs").is_file()
    assert re.search(r"0 of \d+ records read; \d+ missing\.", capsys.readouterr().out)
    assert not list(tmp_path.rglob("*.json"))
