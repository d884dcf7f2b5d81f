"""The API pages: every module on one of them or left out with a reason, and what autodoc makes."""

import ast
import builtins
import inspect
import re
from dataclasses import dataclass, field

from slfbook import api

import slfkit.errors
from slfkit.records.store import project_root

ROOT = project_root()
PAGES = sorted((ROOT / "book" / "api").glob("*.md"))
SHOWN = re.compile(r"^\.\. automodule:: slfkit\.([\w.]+)$", re.M)
LEFT_OUT = re.compile(r"^- `slfkit\.([\w.]+)`: (.+)$", re.M)


def shown():
    """Return the modules on the pages, as often as they stand there."""
    return [name for path in PAGES for name in SHOWN.findall(path.read_text(encoding="utf-8"))]


def left_out():
    return dict(LEFT_OUT.findall((ROOT / "book/api/index.md").read_text(encoding="utf-8")))


def modules():
    """Return the public modules: no leading underscore."""
    paths = (path.relative_to(ROOT / "slfkit") for path in (ROOT / "slfkit").rglob("*.py"))
    return {".".join(path.with_suffix("").parts) for path in paths if path.name[0] != "_"}


def test_each_room_has_a_page_of_its_own():
    for path in PAGES:
        rooms = {name.rpartition(".")[0] for name in SHOWN.findall(path.read_text("utf-8"))}
        assert rooms <= {{"core": ""}.get(path.stem, path.stem)}


def test_every_public_module_stands_on_one_page_or_is_left_out_for_a_reason():
    assert sorted([*shown(), *left_out()]) == sorted(modules())
    assert left_out() and all(len(reason) > 10 for reason in left_out().values())


def test_docstrings_name_errors_that_exist():
    errors = [name for name, thing in vars(slfkit.errors).items() if inspect.isclass(thing)]
    for path in (ROOT / "slfkit" / f"{name.replace('.', '/')}.py" for name in shown()):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                named = re.findall(r"\b[A-Z]\w*Error\b", ast.get_docstring(node) or "")
                unknown = [one for one in named if one not in errors and not hasattr(builtins, one)]
                assert unknown == [], f"{path.name}: {node.name}"


@dataclass
class Sample:
    """A sample.

    Attributes:
        low, high: both ends.
    """

    low: float
    high: float
    at: float = 0.0  # where |x| lies
    unit: str = field(default="", metadata={"meaning": "what it is measured in", "unit": "text"})


def test_fields_get_their_types_and_those_left_out_are_added():
    lines = ["A sample.", "", ".. attribute:: low, high", "", "   both ends.", ""]
    api.complete(None, "class", "Sample", Sample, None, lines)
    text = "\n".join(lines)
    assert text.count("   both ends.") == 2
    assert ".. attribute:: low\n   :type: float\n\n   both ends." in text
    assert ".. attribute:: at\n   :type: float\n\n   where \\|x\\| lies" in text
    assert ".. attribute:: unit\n   :type: str\n\n   what it is measured in (text)" in text


def test_an_entry_for_each_of_several_errors():
    lines = [
        ":raises DataError, TrainingError: as data and training do;",
        "    then nothing is stored.",
    ]
    api.complete(None, "function", "run", None, None, lines)
    rest = "    then nothing is stored."
    first, second = (
        f":raises {name}Error: as data and training do;" for name in ("Data", "Training")
    )
    assert lines == [first, rest, second, rest]


def test_bars_are_bars_but_not_in_code():
    lines = ["the norm |z|, as ``a|b``"]
    api.complete(None, "function", "norm", None, None, lines)
    assert lines == [r"the norm \|z\|, as ``a|b``"]


def test_a_colon_in_the_text_of_an_attribute_survives_napoleon():
    lines = ["The key: 16 hex digits."]
    api.keep(None, "property", "Spec.key", None, None, lines)
    lines[:] = ["16 hex digits.", "", ":type: The key"]  # what napoleon makes of it
    api.complete(None, "property", "Spec.key", None, None, lines)
    assert lines == ["The key: 16 hex digits."]


def test_examples_of_commands_are_code():
    lines = ["Do it, for example", "", "| slfkit do --it", "| slfkit do --more", ""]
    api.as_typed(None, None, lines)
    code = ["::", "", "   slfkit do --it", "   slfkit do --more", ""]
    assert lines == ["Do it, for example", "", *code]
