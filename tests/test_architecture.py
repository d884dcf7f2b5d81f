"""The rooms of the package: imports go one way down, and the light rooms stay light."""

import subprocess
import sys

import grimp
from importlinter import cli

from slfkit.records.store import project_root

HEAVY = {"torch", "torchvision", "matplotlib", "numpy", "PIL", "sphinx", "papermill"}
# what may be asked for without waiting for any of them
LIGHT = (
    "claims.ledger",
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


def test_what_is_light_loads_nothing_heavy_and_only_digits_need_a_drawing_library():
    """All in one process, which judges the claims, too."""
    code = (
        "import importlib, sys\n"
        "def without(heavy, module):\n"
        "    dir(importlib.import_module(f'slfkit.{module}'))\n"
        "    assert not heavy & set(sys.modules), (module, heavy & set(sys.modules))\n"
        f"for module in {LIGHT}: without({HEAVY}, module)\n"
        "assert dir(sys.modules['slfkit']) and sys.modules['slfkit.claims.ledger'].check()\n"
        f"without({HEAVY}, 'claims.ledger')\n"
        "without({'matplotlib', 'PIL'}, 'data.standins')\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_no_file_outgrows_a_reader():
    files = [*(project_root() / "slfkit").rglob("*.py"), *(project_root() / "book").rglob("*.py")]
    long = {path.name: n for path in files if (n := len(path.read_text().splitlines())) > 320}
    assert not long
