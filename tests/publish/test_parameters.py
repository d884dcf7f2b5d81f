"""The parameters cell and the values given for it: what is read, what is refused and how."""

import papermill
import pytest

from slfkit.errors import NotebookError, ParameterError, nearest
from slfkit.publish.kernel import read, write
from slfkit.publish.parameters import Parameter, convert, parameters, parse_value

CELL = """\
# %% [markdown]
# # A title

# %% tags=["parameters"]
# a comment line
profile: str = "paper"  # scale of the runs
crossovers: list = [0.05, 1]  # crossover probabilities, each in [0, 1]
frozen: list = [0, 4]  # frozen layers
rate: float = -1e-3  # learning rate
draws: int = 5  # channel draws
paired: bool = True  # compare by seed

# %%
print(profile)
"""


def text(tmp_path, lines):
    path = tmp_path / "01_some.py"
    path.write_text(lines, encoding="utf-8")
    return path


def cell(tmp_path, line):
    return text(tmp_path, f'# %% tags=["parameters"]\n{line}\n')


def test_the_tagged_cell_is_read_as_papermill_reads_it(tmp_path):
    known = parameters(text(tmp_path, CELL))
    assert list(known) == ["profile", "crossovers", "frozen", "rate", "draws", "paired"]
    assert known["rate"] == Parameter("rate", float, -1e-3, "learning rate")
    assert known["crossovers"].default == [0.05, 1]
    assert known["crossovers"].expected() == "list of float such as [0.05, 1]"
    written = write(read(tmp_path / "01_some.py"), tmp_path / "01_some.ipynb")
    seen = papermill.inspect_notebook(written)
    assert list(seen) == list(known)
    assert [seen[name]["help"] for name in seen] == [p.help for p in known.values()]


@pytest.mark.parametrize(
    "line",
    [
        "draws: int = 5",  # no help
        "draws = 5  # no type",
        "draws: int = 2 + 3  # no literal",
        "draws: int = 5  # where alpha = 0",  # papermill overlooks a line with two =
        "draws: int = 5; more: int = 6  # two statements",
        "draws: int = 5.0  # another type",
        "draws: float = True  # another type",
        "draws: tuple = (1, 2)  # unknown type",
        "draws: list = [1, 'a']  # mixed",
        "draws: list = [[1], [2]]  # nested",
        "draws: list = [  # over several lines",
        "print('draws')  # a statement",
        "draws: float = 1e999  # infinite",
    ],
)
def test_a_line_that_breaks_the_contract_is_refused(tmp_path, line):
    with pytest.raises(NotebookError, match="01_some.py, line 2: .* is not a parameter: expected"):
        parameters(cell(tmp_path, line))


def test_a_missing_cell_a_double_cell_and_a_double_name_are_refused(tmp_path):
    with pytest.raises(NotebookError, match="has 0 cells tagged parameters"):
        parameters(text(tmp_path, "# %%\nprint(1)\n"))
    with pytest.raises(NotebookError, match="has 2 cells tagged parameters"):
        parameters(text(tmp_path, CELL + CELL))
    with pytest.raises(NotebookError, match="sets 'a' twice"):
        parameters(cell(tmp_path, "a: int = 1  # one\na: int = 2  # two"))
    with pytest.raises(NotebookError, match="cannot be read"):
        parameters(tmp_path / "02_absent.py")


def one(kind, default):
    return Parameter("value", kind, default, "its meaning")


@pytest.mark.parametrize(
    ("kind", "default", "written", "value"),
    [
        (float, 0.1, "3", 3.0),
        (float, 0.1, "1e-3", 1e-3),
        (int, 1, " -2 ", -2),
        (bool, False, "true", True),
        (bool, True, "False", False),
        (str, "paper", "quick", "quick"),
        (str, "paper", "'a b'", "a b"),
        (str, "paper", "12", "12"),
        (list, [0.1], "[0.2, 1]", [0.2, 1.0]),
        (list, [0.1], "(0.2,)", [0.2]),
        (list, [1, 0.5], "[1]", [1.0]),
        (list, ["a"], "['b']", ["b"]),
        (list, [], "[1, 2.5]", [1, 2.5]),
        (list, [0.1], "[]", []),
    ],
)
def test_a_text_becomes_the_value_of_the_exact_type(kind, default, written, value):
    parsed = parse_value(written, one(kind, default))
    assert parsed == value and type(parsed) is type(value)
    assert not isinstance(parsed, list) or [*map(type, parsed)] == [*map(type, value)]


@pytest.mark.parametrize(
    ("kind", "default", "written"),
    [
        *((float, 0.1, text) for text in ("nan", "1e999", "True", "high", "1" + "0" * 400)),
        *((int, 1, text) for text in ("2.0", "true")),
        (bool, True, "1"),
        *((list, [0.1], text) for text in ("0.2", "[0.2", "['0.2']", "[True]", "[1e999]")),
        *((list, [1], text) for text in ("[0.5]", "[[1]]")),
        (list, [], "[[1]]"),
        *((list, [0.1], text) for text in ("__import__('os')", "(" * 5000)),
    ],
)
def test_a_text_of_another_type_is_refused_with_what_is_expected(kind, default, written):
    with pytest.raises(ParameterError, match=r"value is .*: expected .* such as .*its meaning"):
        parse_value(written, one(kind, default))


def test_values_given_in_python_are_converted_alike():
    assert convert([1], one(list, [0.1])) == [1.0]
    with pytest.raises(ParameterError, match="expected str"):
        convert(3, one(str, "a"))
    with pytest.raises(ParameterError, match="expected float"):
        convert(float("nan"), one(float, 0.1))


def test_the_nearest_name_is_suggested_and_all_names_when_none_is_near():
    assert nearest("crossover", ["crossovers", "frozen"]) == ": did you mean 'crossovers'?"
    assert nearest("zz", ["crossovers", "frozen"]) == ": expected one of crossovers, frozen"
