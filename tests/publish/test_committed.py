"""Each committed .ipynb is its text executed: same cells, all run, nothing that varies inside."""

import dataclasses
import json
import re

import nbformat
import pytest

from slfkit.experiments import registry
from slfkit.publish import notebooks, parameters
from slfkit.publish.kernel import normalise, read
from slfkit.records.store import project_root

FOLDER = project_root() / "notebooks"
SOURCES = sorted(FOLDER.glob("*.py"))
MACHINE = re.compile(
    r"/(?:home|root|tmp|Users|work|opt|mnt|var|usr)/\w|site-packages|[A-Z]:\\\\Users"
    r"|\bat 0x[0-9a-f]"
)


@pytest.fixture(params=SOURCES, ids=lambda path: path.stem)
def source(request):
    return request.param


@pytest.fixture
def text(source):
    return source.with_suffix(".ipynb").read_text(encoding="utf-8")


@pytest.fixture
def executed(text):
    return nbformat.reads(text, as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_are_notebooks_and_each_pair_is_complete():
    assert SOURCES
    assert [path.stem for path in SOURCES] == sorted(p.stem for p in FOLDER.glob("*.ipynb"))
    assert SOURCES == notebooks.sources()


def test_the_executed_notebook_has_the_cells_of_its_text(source, executed):
    as_text, as_executed = (
        [[cell[name] for name in ("id", "cell_type", "source", "metadata")] for cell in one.cells]
        for one in (read(source), executed)
    )
    assert as_text == as_executed


STYLE = (project_root() / "book" / "_static" / "slfkit.css").read_text(encoding="utf-8")
AS_DRAWN = re.compile("|".join(re.findall(r'\[id[*^]="([\w-]+)"\]', STYLE)))


def test_a_figure_that_holds_pictures_is_left_as_drawn_in_the_dark(executed):
    for cell in code(executed):
        drawn = [output.get("data", {}).get("image/svg+xml", "") for output in cell.outputs]
        if any("<image" in one for one in drawn):
            name = cell.metadata["mystnb"]["figure"]["name"]
            assert AS_DRAWN.search(name), name


def test_every_cell_ran_once_in_order_without_error_or_stderr(executed):
    cells = code(executed)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    assert not [output for output in outputs if output.get("name") == "stderr"]


def test_the_file_is_in_normal_form_and_holds_no_nan_and_no_trace_of_a_machine(text, executed):
    nbformat.validate(executed)
    assert nbformat.writes(normalise(executed)).rstrip("\n") + "\n" == text
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    without_images = re.sub(r'"image/png": "[^"]*"', "", text)
    assert not MACHINE.search(without_images), MACHINE.search(without_images)


def test_the_parameters_are_those_of_the_studies_with_defaults_they_accept(source):
    shown = registry.notebooks().get(source.stem, ())
    asked = {name for one in shown for name in (*registry.SHARED, *one.parameters)}
    asked |= {item.name for one in shown if one.link for item in dataclasses.fields(one.link)}
    asked -= {"codewords"}  # of a scale in dB: one of the settings
    if shown:
        assert set(parameters.parameters(source)) == asked
    assert notebooks.given_values(source, {}) == {}
