"""The parameters of a text notebook: read from its tagged cell, given on a command line, checked.

The cell tagged `parameters` has one plain typed literal a line:

    crossovers: list = [0.05, 0.1]  # crossover probabilities of the channel, each in [0, 1]
"""

from __future__ import annotations

import ast
import contextlib
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slfkit.errors import NotebookError, ParameterError

_PLAIN = (bool, int, float, str)
# of a whole parameter; a dict holds what its study takes
_KINDS = {kind.__name__: kind for kind in (*_PLAIN, list, dict)}


@dataclass(frozen=True)
class Parameter:
    """One line of the parameters cell: its name, type, default value and help text."""

    name: str
    type: type
    default: Any
    help: str

    def expected(self) -> str:
        """Return in words what a value of this parameter looks like."""
        if self.type is not list:
            return f"{self.type.__name__} such as {self.default!r}"
        element = _element_type(self.default)
        kind = f"list of {element.__name__}" if element else "list of plain values"
        return f"{kind} such as {self.default!r}"


def parameters(path: Path) -> dict[str, Parameter]:
    """Return the parameters of a text notebook by name.

    Raises:
        NotebookError: there is no such cell, or a line of it is not one plain typed literal with a
            help text.
    """
    declared: dict[str, Parameter] = {}
    for number, line in _parameters_cell(path):
        if line.strip() and not line.lstrip().startswith("#"):
            parameter = _parse_line(line, f"{path.name}, line {number}")
            if parameter.name in declared:
                raise NotebookError(f"{path.name} sets '{parameter.name}' twice")
            declared[parameter.name] = parameter
    return declared


def parse_value(text: str, parameter: Parameter) -> Any:
    """Return the value that a text from the command line means for a parameter.

    Python literals, and besides them true and false, and bare words where a str is expected.

    Raises:
        ParameterError: the text means no value of the parameter's type.
    """
    if parameter.type is dict:
        return convert(_yaml(text, parameter.name), parameter)
    if parameter.type is bool and text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        value = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        value = text
    if parameter.type is str and not isinstance(value, str):
        value = text
    return convert(value, parameter)


def convert(value: Any, parameter: Parameter) -> Any:
    """Return a value as the exact type of a parameter; an int may be a float, a bool no number.

    Raises:
        ParameterError: another type, or an infinite or NaN value; says what is expected.
    """
    refused = ParameterError(
        f"{parameter.name} is {value!r}: expected {parameter.expected()} ({parameter.help})"
    )
    if parameter.type is dict and isinstance(value, dict):
        return dict(value)
    if parameter.type is not list:
        return _scalar(parameter.type, value, refused)
    if not isinstance(value, (list, tuple)):
        raise refused
    element = _element_type(parameter.default)
    return [_scalar(element or type(item), item, refused) for item in value]


def _parameters_cell(path: Path) -> list[tuple[int, str]]:
    """Return the lines of the cell tagged `parameters`, each after its number in the file."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise NotebookError(f"{path} cannot be read: {error.strerror}") from error
    markers = [number for number, line in enumerate(lines) if re.match(r"# %%(\s|$)", line)]
    tagged = [n for n in markers if re.search(r'tags=\[[^]]*"parameters"[^]]*\]', lines[n])]
    if len(tagged) != 1:
        raise NotebookError(f"{path.name} has {len(tagged)} cells tagged parameters: expected one")
    end = min((number for number in markers if number > tagged[0]), default=len(lines))
    return [(number + 1, lines[number]) for number in range(tagged[0] + 1, end)]


def _parse_line(line: str, where: str) -> Parameter:
    """Return the parameter of one line `name: type = literal  # help`, or raise NotebookError."""
    try:
        (node,) = ast.parse(line).body
        default = ast.literal_eval(node.value)
        comment = line.encode()[node.end_col_offset :].decode().partition("#")[2].strip()
        parameter = Parameter(node.target.id, _KINDS[node.annotation.id], default, comment)
        if line.count("=") != 1 or not comment:  # papermill overlooks a line with two
            raise ValueError(line)
        convert(default, parameter)
    except (SyntaxError, ValueError, AttributeError, KeyError) as error:
        raise NotebookError(
            f"{where}: `{line}` is not a parameter: expected `name: type = value  # unit, meaning` "
            f"with a single `=` and a plain value of type {', '.join(_KINDS)}"
        ) from error
    return parameter


def _element_type(default: list) -> type | None:
    """Return the one type of a list's elements, float where ints and floats mix, None if empty."""
    kinds = {type(element) for element in default}
    if kinds == {int, float}:
        return float
    if len(kinds) > 1 or not kinds <= set(_PLAIN):
        raise ParameterError(f"{default!r} is a mixed list: expected elements of one plain type")
    return kinds.pop() if kinds else None


def _scalar(kind: type, value: Any, refused: ParameterError) -> Any:
    """Return one value as a plain type, or raise the error."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind not in _PLAIN or not (number if kind is float else type(value) is kind):
        raise refused
    with contextlib.suppress(OverflowError):  # an int too large for a float
        if not number or math.isfinite(value):
            return kind(value)
    raise refused


def _yaml(text: str, name: str) -> Any:
    """Return what a text means to papermill: YAML; the text itself where it means nothing."""
    import yaml  # here, since only the extra [book] installs it

    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        value = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return text
    keys = [key.value for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    if len(set(map(str, keys))) < len(keys):
        raise ParameterError(f"{name} is {text}: a name is given twice; give each once")
    return value
