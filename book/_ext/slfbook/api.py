"""The API pages: what autodoc and napoleon leave out of a docstring in Google style.

These are the types, metadata and comments of a dataclass's fields, an entry for each of several
errors or attributes that share a sentence, and colons in the text of attributes. Examples of
commands are set as code, which sphinx-click does not do.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import typing
from itertools import pairwise
from typing import Any

from sphinx.application import Sphinx
from sphinx.ext.autodoc.preserve_defaults import update_defvalue
from sphinx.util.typing import stringify_annotation

SIGNATURE = "autodoc-before-process-signature"
_SEVERAL = re.compile(  # with the lines below it that are blank or indented
    r"^(:raises |\.\. attribute:: )(\w+(?:, \w+)+)(:?.*(?:\n(?: .*|(?=\n|\Z)))*)", re.M
)
_ATTRIBUTE = re.compile(r"\.\. attribute:: (\w+)$")
_CODE_OR_BAR = re.compile(r"(``.*?``)|\|")
_FIELD = re.compile(r"^    (\w+): [^#\n]+  # (.+)$", re.MULTILINE)  # with a comment behind it

_kept: dict[str, list[str]] = {}


def keep(
    app: Sphinx | None, what: str, name: str, thing: Any, options: Any, lines: list[str]
) -> None:
    """Keep the text of an attribute as it is: napoleon takes what precedes a colon for a type."""
    if what in ("attribute", "data", "property"):
        _kept[name] = list(lines)


def complete(
    app: Sphinx | None, what: str, name: str, thing: Any, options: Any, lines: list[str]
) -> None:
    """Put into a docstring, which napoleon has read, what autodoc would leave out."""
    text = _plain("\n".join(_kept.pop(name, lines)))
    lines[:] = _SEVERAL.sub(_one_each, text).split("\n")
    if what == "class" and dataclasses.is_dataclass(thing):
        lines[:] = _with_fields(thing, lines)


def defaults_as_written(app: Sphinx, thing: Any, bound: bool) -> None:
    """Show defaults as the source has them, where the signature is the source's own.

    Studies have one that the decorator of experiments makes; Sphinx would look for it in vain.
    """
    if "__signature__" not in getattr(thing, "__dict__", {}):
        update_defvalue(app, thing, bound)


def _plain(text: str) -> str:
    """Return a text whose bars mark no substitutions: the docstrings write norms with them."""
    return _CODE_OR_BAR.sub(lambda found: found[1] or r"\|", text)


def _one_each(several: re.Match[str]) -> str:
    """Return an entry for each error or attribute of one that names several."""
    return "\n".join(f"{several[1]}{name}{several[3]}" for name in several[2].split(", "))


def _with_fields(thing: type, lines: list[str]) -> list[str]:
    """Return the lines with the types of a dataclass's fields, and with those they leave out."""
    described = {match[1] for line in lines if (match := _ATTRIBUTE.match(line))}
    comments = _comments(thing)
    for field in dataclasses.fields(thing):
        if field.name not in described and not field.name.startswith("_"):
            text = meaning(field) or comments.get(field.name, "")
            lines = [*lines, "", f".. attribute:: {field.name}", "", f"   {text}"]
    types = _types(thing)
    typed = []
    for line in [*lines, ""]:
        typed.append(line)
        attribute = _ATTRIBUTE.match(line)
        if attribute and attribute[1] in types:
            typed.append(f"   :type: {stringify_annotation(types[attribute[1]])}")
    return typed


def _comments(thing: type) -> dict[str, str]:
    """Return the comments behind the fields of a dataclass and of those that it extends."""
    classes = [each for each in reversed(thing.__mro__) if dataclasses.is_dataclass(each)]
    found = [pair for each in classes for pair in _FIELD.findall(inspect.getsource(each))]
    return {name: _plain(text) for name, text in found}


def _types(thing: type) -> dict[str, Any]:
    """Return the types of the fields; as written where a name is imported for checkers alone."""
    try:
        return typing.get_type_hints(thing)
    except NameError:
        return inspect.get_annotations(thing)


def meaning(field: dataclasses.Field) -> str:
    """Return what the metadata of a specification's field say: its meaning and its unit."""
    unit = field.metadata.get("unit")
    return field.metadata.get("meaning", "") + (f" ({unit})" if unit else "")


def as_typed(app: Sphinx, context: object, lines: list[str]) -> None:
    """Set the examples of a command as code, so that its dashes and quotes can be copied."""
    typed: list[str] = []
    for before, line in pairwise(["", *lines]):
        begins = line.startswith("| ") and not before.startswith("| ")
        typed += ["::", ""] if begins else []
        typed.append(line.replace("| ", "   ", 1) if line.startswith("| ") else line)
    lines[:] = typed


def setup(app: Sphinx) -> None:
    """Complete docstrings after napoleon has read them."""
    for extension in ("sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_click"):
        app.setup_extension(extension)
    app.connect("autodoc-process-docstring", keep, priority=100)  # before napoleon, at 500
    for listener in list(app.events.listeners[SIGNATURE]):
        if listener.handler is update_defvalue:
            app.disconnect(listener.id)
    app.connect(SIGNATURE, defaults_as_written)
    app.connect("autodoc-process-docstring", complete, priority=900)
    app.connect("sphinx-click-process-description", as_typed)
