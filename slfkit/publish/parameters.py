"""The parameters of a text notebook: read from its tagged cell, given on a command line, checked.

The cell tagged `parameters` has one plain typed literal a line:

    crossovers: list = [0.05, 0.1]  # crossover probabilities of the air, each in [0, 1]
"""

from __future__ import annotations

import ast
import difflib
import math
import re
from dataclasses import dataclass
from pathlib import Path

from slfkit.errors import NotebookError, ParameterError

TYPES = {kind.__name__: kind for kind in (bool, int, float, str, list)}


@dataclass(frozen=True)
class Parameter:
    """One line of the parameters cell: its name, type, default value and help text."""

    name: str
    type: type
    default: object
    help: str

    def expected(self):
        """Return in words what a value of this parameter looks like."""
        if self.type is not list:
            return f"{self.type.__name__} such as {self.default!r}"
        element = _element_type(self.default)
        kind = f"list of {element.__name__}" if element else "list of plain values"
        return f"{kind} such as {self.default!r}"


def parameters(path):
    """Return the parameters of the text notebook `path` as a dict: name -> Parameter.

    Raises NotebookError when the notebook has no such cell or a line of it is not one plain typed
    literal with a help text.
    """
    found = {}
    for number, line in _parameters_cell(Path(path)):
        if line.strip() and not line.lstrip().startswith("#"):
            parameter = _parse_line(line, f"{Path(path).name}, line {number}")
            if parameter.name in found:
                raise NotebookError(f"{Path(path).name} sets '{parameter.name}' twice")
            found[parameter.name] = parameter
    return found


def parse_value(text, parameter):
    """Return the value that `text` from the command line means for a Parameter.

    Python literals, and besides them true and false, and bare words where a str is expected.
    Raises ParameterError when the text means no value of the parameter's type.
    """
    if parameter.type is bool and text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        value = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        value = text
    if parameter.type is str and not isinstance(value, str):
        value = text
    return convert(parameter, value)


def convert(parameter, value):
    """Return `value` as the exact type of a Parameter: a bool is no number, an int may be a float.

    Raises ParameterError saying what is expected for another type and for infinite or NaN values.
    """
    refused = ParameterError(
        f"{parameter.name} is {value!r}: expected {parameter.expected()} ({parameter.help})"
    )
    if parameter.type is not list:
        return _scalar(parameter.type, value, refused)
    if not isinstance(value, (list, tuple)):
        raise refused
    element = _element_type(parameter.default)
    return [_scalar(element or type(item), item, refused) for item in value]


def nearest(name, known):
    """Return the end of a sentence that names the nearest of the known names, or all of them."""
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f": did you mean '{close[0]}'?"
    return f": expected one of {', '.join(known)}" if known else ": there are none"


def _parameters_cell(path):
    """Return the lines of the cell tagged `parameters` as [(number in the file, line)]."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise NotebookError(f"{path} cannot be read: {error.strerror}") from error
    markers = [number for number, line in enumerate(lines) if re.match(r"# %%(\s|$)", line)]
    tagged = [n for n in markers if re.search(r'tags=\[[^]]*"parameters"[^]]*\]', lines[n])]
    if len(tagged) != 1:
        raise NotebookError(f"{path.name} has {len(tagged)} cells tagged parameters: expected one")
    end = min((number for number in markers if number > tagged[0]), default=len(lines))
    return [(number + 1, lines[number]) for number in range(tagged[0] + 1, end)]


def _parse_line(line, where):
    """Return the Parameter of one line `name: type = literal  # help`, or raise NotebookError."""
    try:
        (node,) = ast.parse(line).body
        default = ast.literal_eval(node.value)
        comment = line.encode()[node.end_col_offset :].decode().partition("#")[2].strip()
        parameter = Parameter(node.target.id, TYPES[node.annotation.id], default, comment)
        if line.count("=") != 1 or not comment:  # papermill overlooks a line with two
            raise ValueError(line)
        convert(parameter, default)
    except (SyntaxError, ValueError, AttributeError, KeyError) as error:
        raise NotebookError(
            f"{where}: `{line}` is no parameter: expected `name: type = value  # unit, meaning` "
            f"with a single `=` and a plain value of type {', '.join(TYPES)}"
        ) from error
    return parameter


def _element_type(default):
    """Return the one type of a list's elements, float where ints and floats mix, None if empty."""
    kinds = {type(element) for element in default}
    if kinds == {int, float}:
        return float
    if len(kinds) > 1 or not kinds <= set(TYPES.values()) - {list}:
        raise ParameterError(f"{default!r} is a mixed list: expected elements of one plain type")
    return kinds.pop() if kinds else None


def _scalar(kind, value, refused):
    """Return one value as `kind`, or raise the error `refused`."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    fits = number if kind is float else type(value) is kind and kind in TYPES.values()
    if not fits or kind is list or (number and not _finite(value)):
        raise refused
    return kind(value)


def _finite(value):
    try:
        return math.isfinite(value)
    except OverflowError:  # an int too large for a float
        return False
