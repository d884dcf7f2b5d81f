"""Executing a text notebook: whole or not at all, the same bytes again, errors in one sentence."""

import json
import shutil
import subprocess
import sys

import nbformat
import pytest

from slfkit.errors import NotebookError
from slfkit.publish.kernel import execute, normalise, read
from slfkit.records.store import project_root

NOTEBOOK = """\
# %% [markdown]
# # A title

# %% tags=["parameters"]
count: int = 3  # how many

# %%
import os
import sys
import warnings
from pathlib import Path
import matplotlib.pyplot as plt

print("first")
print("progress", file=sys.stderr)
warnings.warn("to be shown, not stored")
sys.stdout.flush()
print("second", count)

# %% mystnb={"figure": {"caption": "A line.", "name": "fig-line"}, "image": {"alt": "a line"}}
_ = plt.plot(range(count))
plt.show()

# %%
Path.cwd().name, sys.executable, len({"a", "b"} & set(dir()))

# %%
sorted({"PYTHONSTARTUP", "SHOWN"} & {name for name in os.environ if os.environ[name]})
"""


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "notebooks" / "01_tiny.py"
    path.parent.mkdir()
    path.write_text(NOTEBOOK, encoding="utf-8")
    return path


def test_repeating_gives_the_same_bytes_and_no_trace_of_time_place_or_stderr(
    source, tmp_path, capsys
):
    first = execute(source, tmp_path / "a.ipynb")
    second = execute(source, tmp_path / "b" / "c.ipynb")
    assert first.read_bytes() == second.read_bytes()
    notebook = json.loads(first.read_text())
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert [cell["id"] for cell in notebook["cells"]] == [f"cell-{i:02d}" for i in range(6)]
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == [1, 2, 3, 4, 5]
    assert [cell["metadata"] for cell in code[:2]] == [{"tags": ["parameters"]}, {}]
    assert code[2]["metadata"]["mystnb"]["figure"]["name"] == "fig-line"
    assert "image/png" in code[2]["outputs"][0]["data"]
    assert [o["text"] for o in code[1]["outputs"]] == [["first\n", "second 3\n"]]
    shown = capsys.readouterr().err
    assert "progress" in shown and "to be shown" in shown and "frozen" not in shown
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.ipynb", "b", "notebooks"]


def test_the_kernel_is_this_interpreter_in_the_notebooks_folder_and_gets_its_parameters(
    source, tmp_path, monkeypatch
):
    startup = tmp_path / "startup.py"
    startup.write_text("raise SystemExit('the startup file of the user was run')")
    monkeypatch.setenv("PYTHONSTARTUP", str(startup))
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.setenv("SHOWN", "yes")
    path = execute(source, tmp_path / "a.ipynb", {"count": 7})
    cells = nbformat.read(path, as_version=4).cells
    assert cells[2].metadata == {"tags": ["injected-parameters"]}
    assert cells[2].source.splitlines()[1:] == ["count = 7"] and cells[2].source.startswith("# Par")
    assert cells[3].outputs[0].text == "first\nsecond 7\n"
    assert "image/png" in cells[4].outputs[0]["data"]
    told = [cell.outputs[0]["data"]["text/plain"] for cell in cells[5:]]
    assert told == [f"('notebooks', {sys.executable!r}, 0)", "['SHOWN']"]
    assert [cell.execution_count for cell in cells[1:]] == [1, 2, 3, 4, 5, 6]


def test_the_failed_notebook_is_kept_on_request_and_the_old_result_stays(source, tmp_path):
    source.write_text("# %%\nprint(1)\n\n# %%\nx = {}\nx['absent']\n", encoding="utf-8")
    output = tmp_path / "a.ipynb"
    output.write_text("before")
    with pytest.raises(NotebookError) as caught:
        execute(source, output, keep_failed=tmp_path / "runs")
    sentence = "01_tiny.py failed in cell 1 (`x = {}`): KeyError: 'absent' (kept as "
    assert str(caught.value).startswith(sentence)
    assert output.read_text() == "before"
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["01_tiny.failed.ipynb"]
    cells = nbformat.read(tmp_path / "runs" / "01_tiny.failed.ipynb", as_version=4).cells
    assert [output.text for output in cells[1].outputs] == ["1\n"]


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("raise SystemExit", "SystemExit|did not run"),
        ("import os\nos._exit(3)", "01_tiny.py failed: .*[Kk]ernel died"),
        ("# %%", "cell 0 is empty"),
        ("raise ValueError('over\\ntwo lines')", "ValueError: over two lines"),
    ],
)
def test_a_run_that_does_not_reach_the_end_is_refused(source, tmp_path, cell, message):
    source.write_text(f"# %%\n{cell}\n\n# %%\nprint('end')\n", encoding="utf-8")
    with pytest.raises(NotebookError, match=message) as caught:
        execute(source, tmp_path / "out" / "a.ipynb")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_the_normal_form_is_stable_and_an_unreadable_source_refused(source):
    once = nbformat.writes(read(source))
    assert nbformat.writes(normalise(nbformat.reads(once, as_version=4))) == once
    with pytest.raises(NotebookError, match="absent.py cannot be read"):
        read(source.with_name("absent.py"))


def test_nbval_compares_what_was_executed_and_leaves_out_stderr(source, tmp_path):
    """The hook in conftest.py of the root is what leaves it out."""
    source.write_text("# %%\nimport sys\nprint('n 3')\nprint('x', file=sys.stderr)\n")
    path = execute(source, source.with_suffix(".ipynb"))
    path.with_stem("02_spoilt").write_text(path.read_text().replace('n 3\\n"', 'n 4\\n"'))
    shutil.copy(project_root() / "conftest.py", tmp_path)
    settings = project_root() / "tests" / "nbval_sanitize.cfg"
    nbval = ["--nbval", "--nbval-current-env", "--nbval-sanitize-with", str(settings), "notebooks"]
    pytest_ = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *nbval]
    run = subprocess.run(pytest_, cwd=tmp_path, capture_output=True, text=True)
    assert "\n1 failed, 1 passed" in run.stdout and "/02_spoilt.ipynb::Cell 0" in run.stdout


OWN_FOLDERS = """\
# %% tags=["parameters"]
count: int = 3  # how many

# %%
import os
print(count, os.getenv('SLFKIT_DATA'), os.getenv('SLFKIT_RESULTS'))
"""


def test_a_byte_order_mark_and_braces_in_the_temporary_folder_do_no_harm(
    source, tmp_path, monkeypatch, capfd
):
    """Editors put the one before a text; papermill takes the other for parameters."""
    source.write_text(OWN_FOLDERS, encoding="utf-8-sig")
    scratch = tmp_path / "t {job}{}"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SLFKIT_DATA", "mine")
    monkeypatch.delenv("SLFKIT_RESULTS", raising=False)
    path = execute(source, tmp_path / "made.ipynb", {"count": 4})
    (output,) = nbformat.read(path, as_version=4).cells[-1].outputs
    assert capfd.readouterr() == ("", "")
    assert output.text == f"4 {tmp_path / 'mine'} None\n"  # not one beside the notebook
