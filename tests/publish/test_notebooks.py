"""Running notebooks by name: what is refused before a kernel starts, and where results go."""

import nbformat
import pytest

from slfkit.errors import NotebookError, ParameterError
from slfkit.publish import kernel, notebooks

SWEEP = """\
# %% tags=["parameters"]
profile: str = "paper"  # scale
crossovers: list = [0.1]  # each in [0, 1]

# %%
print(profile, crossovers)
"""


def sweep(profile, crossovers):
    """Stand in for a study: ranges only."""
    if not all(0 <= crossover <= 1 for crossover in crossovers):
        raise ParameterError(f"crossovers is {crossovers}: expected numbers in [0, 1]")
    return ()


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a project with two notebooks, of which the first has a study."""
    monkeypatch.setattr("slfkit.experiments.registry.BY_NOTEBOOK", {"01_sweep": sweep})
    monkeypatch.setattr("slfkit.records.store.project_root", lambda: tmp_path)
    (tmp_path / "notebooks").mkdir()
    for name in ("01_sweep", "02_other"):
        (tmp_path / "notebooks" / f"{name}.py").write_text(SWEEP, encoding="utf-8")
    return tmp_path


@pytest.fixture
def no_kernel(monkeypatch):
    """Fail the test when anything is executed."""
    monkeypatch.setattr(kernel, "execute", lambda *_, **__: pytest.fail("a kernel was started"))


def files(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("name", ["01_sweep", "01", "01_sweep.py"])
def test_a_notebook_is_found_by_name_number_and_path(project, name):
    expected = project / "notebooks" / "01_sweep.py"
    assert notebooks.find(name) == expected
    assert notebooks.find(str(expected)) == expected
    assert notebooks.find(expected.with_suffix(".ipynb")) == expected


def test_an_unknown_notebook_is_refused_with_the_nearest(project):
    with pytest.raises(NotebookError, match="no notebook '01_sweeps': did you mean '01_sweep'"):
        notebooks.find("01_sweeps")
    with pytest.raises(NotebookError, match="expected one of 01_sweep, 02_other"):
        notebooks.find("zzz")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"crossover": "0.2"}, "01_sweep has no parameter 'crossover': did you mean 'crossovers'?"),
        ({"zzz": "1"}, "01_sweep has no parameter 'zzz': expected one of profile, crossovers"),
        ({"crossovers": "0.2"}, "crossovers is 0.2: expected list of float such as"),
        ({"crossovers": ["a"]}, "crossovers is .'a'.: expected list of float"),
        ({"crossovers": "[1e999]"}, "crossovers is .inf.: expected list of float"),
        ({"crossovers": "[0.2, 1.5]"}, "expected numbers in .0, 1."),
        ({"profile": "smoke"}, "two profiles are given, smoke and quick: name one"),
    ],
)
def test_what_is_wrong_is_refused_before_a_kernel_starts(project, no_kernel, given, message):
    with pytest.raises(ParameterError, match=message):
        notebooks.run("01", given, profile="quick")
    assert files(project) == ["notebooks"]


def test_checked_values_have_the_exact_types(project):
    source = project / "notebooks" / "01_sweep.py"
    assert notebooks.check(source, {"crossovers": [1]}) == {"crossovers": [1.0]}
    assert type(notebooks.check(source, {"crossovers": [1]})["crossovers"][0]) is float
    given = notebooks.given_values(source, {"crossovers": "[1]"}, "quick")
    assert given == {"crossovers": [1.0], "profile": "quick"}


def test_a_notebook_without_a_study_is_checked_by_name_and_type_only(project):
    source = project / "notebooks" / "02_other.py"
    assert notebooks.check(source, {"crossovers": [7]}) == {"crossovers": [7.0]}


def test_a_run_goes_to_its_own_file_and_shows_what_it_printed(project, capsys):
    path = notebooks.run("01", {"crossovers": "[0.2]"}, profile="quick")
    assert capsys.readouterr().out == f"quick [0.2]\n{path}\n"
    assert path.parent == project / "runs" and path.name.startswith("01_sweep-")
    before = path.read_bytes()
    assert notebooks.run("01", {"crossovers": [0.2]}, "quick").read_bytes() == before
    other = notebooks.run("01", {"crossovers": "[0.3]"}, "quick", project / "mine")
    assert other.parent == project / "mine" and other.name != path.name
    assert files(project / "notebooks") == ["01_sweep.py", "02_other.py"]


def test_a_failed_run_is_kept_as_failed_only(project):
    text = SWEEP + "\n# %%\n1 / 0\n"
    (project / "notebooks" / "01_sweep.py").write_text(text, encoding="utf-8")
    with pytest.raises(NotebookError, match="cell 3 .`1 / 0`.: ZeroDivisionError.*failed.ipynb"):
        notebooks.run("01", {"crossovers": "[0.2]"})
    assert files(project / "runs") == ["01_sweep.failed.ipynb"]


def test_all_notebooks_are_executed_beside_their_text(project):
    paths = notebooks.execute_all()
    assert files(project / "notebooks") == [
        "01_sweep.ipynb", "01_sweep.py", "02_other.ipynb", "02_other.py",
    ]  # fmt: skip
    assert paths == [project / "notebooks" / f"{n}.ipynb" for n in ("01_sweep", "02_other")]
    assert "injected-parameters" not in paths[0].read_text()


def test_a_profile_is_injected_and_never_lands_on_the_committed_files(project):
    paths = notebooks.execute_all("smoke")
    assert [path.parent for path in paths] == [project / "runs" / "smoke"] * 2
    outputs = nbformat.read(paths[1], as_version=4).cells[2].outputs
    assert [output.text for output in outputs] == ["smoke [0.1]\n"]
    assert files(project / "notebooks") == ["01_sweep.py", "02_other.py"]


def test_one_failing_notebook_does_not_stop_the_others(project):
    (project / "notebooks" / "01_sweep.py").write_text(SWEEP + "\n# %%\n1 / 0\n")
    with pytest.raises(NotebookError, match="01_sweep.py failed in cell 2"):
        notebooks.execute_all(output=project / "out")
    assert files(project / "out") == ["02_other.ipynb"]
