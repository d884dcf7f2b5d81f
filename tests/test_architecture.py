"""The rooms of the package: imports go one way down, and the light rooms stay light."""

import subprocess
import sys

import grimp
import pytest
from importlinter import cli

from slfkit.records.store import project_root

HEAVY = {"torch", "torchvision", "matplotlib", "numpy", "PIL", "sphinx", "papermill"}
# what may be asked for without waiting for any of them
LIGHT = (
    "claims.tables",
    "data.folders",
    "experiments.registry",
    "publish.build",
    "publish.comparison",
    "records.store",
    "recovery",
    "reporting.tables",
    "runs.sweep",
)


def test_imports_go_one_way_down(capsys):
    """The contract stands in pyproject.toml, function-local imports included."""
    config = str(project_root() / "pyproject.toml")
    assert cli.lint_imports(config_filename=config, no_cache=True) == 0, capsys.readouterr().out


def test_the_core_stands_on_top_and_the_drawing_shows_the_rooms(capsys):
    """Prints the rooms with what each imports: run it with ``-s`` to see the drawing."""
    graph = grimp.build_graph("slfkit", cache_dir=None, exclude_type_checking_imports=True)
    rooms = sorted(graph.find_children("slfkit"))
    for room in rooms:
        graph.squash_module(room)
    below = {room: graph.find_modules_directly_imported_by(room) - {"slfkit"} for room in rooms}
    for room in sorted(rooms, key=lambda room: -len(below[room])):
        print(f"{room} -> {', '.join(sorted(below[room])) or 'nothing'}")
    assert len(rooms) <= 27
    assert not [
        room for room in rooms if room in {deep for one in below[room] for deep in below[one]}
    ]


@pytest.mark.parametrize("module", LIGHT)
def test_what_is_light_loads_nothing_heavy(module):
    code = f"import sys, slfkit.{module}; dir(slfkit); print({HEAVY} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


def test_no_file_outgrows_a_reader():
    files = [*(project_root() / "slfkit").rglob("*.py"), *(project_root() / "book").rglob("*.py")]
    long = {path.name: n for path in files if (n := len(path.read_text().splitlines())) > 320}
    assert not long
