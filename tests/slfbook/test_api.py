"""The API pages: every module on one of them or left out with a reason, every docstring there."""

import ast
import builtins
import importlib
import inspect
import re
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from slfbook import api

from slfkit.records.store import project_root

ROOT = project_root()
PAGES = sorted((ROOT / "book" / "api").glob("*.md"))
SHOWN = re.compile(r"^\.\. automodule:: slfkit\.(\w+)$", re.M)
LEFT_OUT = re.compile(r"^- `slfkit\.(\w+)`: (.+)$", re.M)


def shown():
    """Return the modules on the pages, as often as they stand there."""
    return [name for path in PAGES for name in SHOWN.findall(path.read_text(encoding="utf-8"))]


def left_out():
    return dict(LEFT_OUT.findall((ROOT / "book/api/index.md").read_text(encoding="utf-8")))


def modules():
    """Return the public modules: no leading underscore."""
    names = {path.stem for path in (ROOT / "slfkit").glob("*.py")}
    return {name for name in names if not name.startswith("_")}


def public(name):
    """Return dotted name -> function or class of a module that its page shows."""
    module = importlib.import_module(f"slfkit.{name}")
    found = {}
    for key, thing in vars(module).items():
        mine = getattr(thing, "__module__", None) == module.__name__ and not key.startswith("_")
        if mine and (inspect.isfunction(thing) or inspect.isclass(thing)):
            found[key] = thing
            found |= _methods(key, thing)
    return found


def _methods(key, thing):
    own = dict(vars(thing)) if inspect.isclass(thing) else {}
    for name in getattr(thing, "__dataclass_fields__", ()):
        own.pop(name, None)  # a default that is a function is no method
    return {
        f"{key}.{name}": one for name, one in own.items()
        if not name.startswith("_") and isinstance(one, (property, type(public)))
    }  # fmt: skip


def test_every_public_module_stands_on_one_page_or_is_left_out():
    assert len(shown()) == len(set(shown()))
    assert set(shown()) & set(left_out()) == set()
    assert set(shown()) | set(left_out()) == modules()


def test_what_is_left_out_has_a_reason_and_no_other_page():
    assert left_out() and all(len(reason) > 10 for reason in left_out().values())


@pytest.mark.parametrize("name", shown())
def test_what_is_shown_has_a_docstring(name):
    module = importlib.import_module(f"slfkit.{name}")
    assert module.__doc__
    bare = [key for key, thing in public(name).items() if not _documented(thing)]
    assert bare == []


def _documented(thing):
    # a dataclass without a docstring is given its signature as one
    return bool(thing.__doc__) and not thing.__doc__.startswith(
        f"{getattr(thing, '__name__', '')}("
    )


def test_a_missing_docstring_would_be_seen():
    @dataclass
    class Bare:
        value: int

    assert not _documented(Bare)
    assert not _documented(lambda: None)
    assert _documented(api.setup)


def test_docstrings_name_errors_that_exist():
    errors = {name for name, one in vars(importlib.import_module("slfkit.errors")).items()
              if inspect.isclass(one)}  # fmt: skip
    for path in (ROOT / "slfkit" / f"{name}.py" for name in shown()):
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
    unit: str = field(default="", metadata={"meaning": "what it is measured in", "unit": "text"})


def test_fields_get_their_types_and_those_left_out_are_added():
    lines = ["A sample.", "", ".. attribute:: low, high", "", "   both ends.", ""]
    api.complete(None, "class", "Sample", Sample, None, lines)
    text = "\n".join(lines)
    assert text.count("   both ends.") == 2
    assert ".. attribute:: low\n   :type: float\n\n   both ends." in text
    assert ".. attribute:: unit\n   :type: str\n\n   what it is measured in (text)" in text


def test_an_entry_for_each_of_several_errors():
    lines = [
        ":raises DataError, TrainingError: as data and training do;",
        "    then nothing is stored.",
    ]
    api.complete(None, "function", "run", None, None, lines)
    assert lines == [
        ":raises DataError: as data and training do;", "    then nothing is stored.",
        ":raises TrainingError: as data and training do;", "    then nothing is stored.",
    ]  # fmt: skip


def test_bars_are_bars_but_not_in_code():
    lines = ["the norm |z|, as ``a|b``"]
    api.complete(None, "function", "norm", None, None, lines)
    assert lines == [r"the norm \|z\|, as ``a|b``"]


def test_a_colon_in_the_text_of_an_attribute_survives():
    lines = ["The key: 16 hex digits."]
    api.untyped(None, "property", "Spec.key", None, None, lines)
    assert ":" not in lines[0]
    api.complete(None, "property", "Spec.key", None, None, lines)
    assert lines == ["The key: 16 hex digits."]


def test_a_signature_of_several_lines_is_no_list():
    line = '<dd><em class="sig-param">a</em>,</dd>\n'
    other = "<dl class='simple'>\n<dd>b</dd>\n</dl>"
    context = {"body": f"<dt>f(\n<dl>\n{line}{line}</dl>\n)</dt>\n{other}"}
    api.mend_signatures(None, "", "", context, None)
    assert context["body"].count('<span class="sig-line"><em class="sig-param">a</em>,</span>') == 2
    assert context["body"].count("<dl") == 1 and "<dd>b</dd>" in context["body"]


def test_the_columns_of_the_index_are_no_table_of_data(tmp_path):
    page = tmp_path / "genindex.html"
    page.write_text('<table style="width: 100%" class="indextable genindextable"><tr>')
    app = SimpleNamespace(outdir=tmp_path)
    for _ in range(2):  # a second build may keep the page
        api.mend_index(app, None)
        role = '<table role="presentation" style="width: 100%" class="indextable'
        assert page.read_text() == f'{role} genindextable"><tr>'
    page.unlink()
    api.mend_index(app, None)
    assert not page.exists()


def test_the_help_of_every_command_is_shown():
    found = dict(api.command_help())
    assert {"slfkit", "slfkit run", "slfkit reproduce", "slfkit verify"} <= set(found)
    assert "--dry-run" in found["slfkit reproduce"]
    assert all("-h, --help" in text for text in found.values())
    assert all(text.startswith(f"Usage: {name} ") for name, text in found.items())
    assert all(len(line) <= 78 for text in found.values() for line in text.splitlines())
