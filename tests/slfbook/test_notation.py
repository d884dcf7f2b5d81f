"""*Notation* lists what the equations use, no more and no less, and what it names is there."""

import pkgutil
import re
from collections import namedtuple
from dataclasses import fields, is_dataclass

import pytest
from latex_symbols import symbols

from slfkit.records.store import project_root

ROOT = project_root()
PAGE = ROOT / "book" / "notation.md"
COLUMNS = ["Symbol", "Meaning", "Equation", "Code", "Shape", "Unit"]
Row = namedtuple("Row", map(str.lower, COLUMNS))
ROLE = re.compile(r"\{py:(\w+)\}`~?([\w.]+)`")
FENCE = re.compile(r"^(```+|:::+)(\{\w+\})?.*?$\n(.*?)^\1\s*$", re.M | re.S)
OPTION = re.compile(r"^:[\w-]+:.*$", re.M)
INLINE = re.compile(r"\$\$(.+?)\$\$|(?<![\\$\w])\$(?!\s)([^$\n]+?)\$(?!\d)", re.S)
PROSE = {"{figure}", "{admonition}", "{note}", "{dropdown}"}  # directives whose content is text


def rows():
    """Return the rows of the page's tables."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert all(len(row) == len(COLUMNS) for row in cells)
    return [Row(*row) for row in cells if row != COLUMNS and set(row[0]) != {"-"}]


def formulas(text):
    """Return the formulas of a page in Markdown, displayed and in a line; code has none."""
    found = []

    def keep(fence):
        kind, body = fence[2], OPTION.sub("", fence[3])
        if kind == "{math}":
            found.append(body.strip())
        return body if kind in PROSE else ""

    rest = re.sub(r"`[^`\n]+`", "", FENCE.sub(keep, text))
    return found + [next(filter(None, one.groups())) for one in INLINE.finditer(rest)]


def pages():
    """Return the prose of every page but *Notation*: of notebooks, what is no code."""
    for path in sorted((ROOT / "book").rglob("*.md")):
        if path != PAGE:
            yield path.name, path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "notebooks").glob("*.py")):
        lines = path.read_text(encoding="utf-8").splitlines()
        yield path.name, "\n".join(line[1:].removeprefix(" ") for line in lines if line[:1] == "#")


def used():
    """Return symbol -> names of the pages whose formulas use it."""
    found = {}
    for name, text in pages():
        for formula in formulas(text):
            for symbol in symbols(formula):
                found.setdefault(symbol, set()).add(name)
    return found


def listed():
    """Return the symbols the tables list, in the order of the rows."""
    return [symbol for row in rows() for symbol in sorted(symbols(row.symbol.strip("$")))]


def spellings():
    """Return the other spellings that the page's last paragraph allows."""
    text = PAGE.read_text(encoding="utf-8").split("The notebooks of the recovery time write")[1]
    return {symbol for formula in formulas(text) for symbol in symbols(formula)}


def known():
    return set(listed()) | spellings()


def test_every_symbol_used_is_listed():
    assert {symbol: names for symbol, names in used().items() if symbol not in known()} == {}


def test_every_symbol_listed_is_used_somewhere():
    # B, the size of a batch, is used in the shapes of the page itself
    assert known() - set(used()) == {"B"}


def test_the_page_uses_no_symbol_it_does_not_list():
    found = {symbol for formula in formulas(PAGE.read_text("utf-8")) for symbol in symbols(formula)}
    assert found - known() == set()


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.symbol)
def test_a_row_is_full_and_its_equations_exist(row):
    assert all(row)
    text = "".join(text for _, text in pages())
    for label in re.findall(r"\{eq\}`([\w-]+)`", row.equation):
        assert f":label: {label}\n" in text
    assert "{eq}" in row.equation or row.equation == "–"


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.symbol)
def test_the_code_objects_of_a_row_exist(row):
    found = ROLE.findall(row.code)
    assert found
    for role, name in found:
        assert exists(role, name), f"{name} is no {role}"


def exists(role, name):
    """Tell whether a dotted name leads to an object: fields of dataclasses count."""
    owner, _, last = name.rpartition(".")
    holder = pkgutil.resolve_name(owner)
    if is_dataclass(holder) and last in {field.name for field in fields(holder)}:
        return role == "attr"
    if not hasattr(holder, last):
        return False
    thing = getattr(holder, last)
    kinds = {"class": isinstance(thing, type), "func": callable(thing), "meth": callable(thing)}
    return kinds.get(role, not callable(thing))


def test_what_is_not_there_is_not_found():
    assert exists("attr", "slfkit.recovery.Link.power")
    assert not exists("attr", "slfkit.recovery.Link.strength")
    assert not exists("func", "slfkit.models.Codebook.closest")
    assert not exists("class", "slfkit.images.mixture.x")


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (r"C_i[k]", {"C_*", "i", "k"}),
        (r"S_{\downarrow}, S_\mathrm{up}(f)", {r"S_\downarrow", r"S_\mathrm{up}", "f"}),
        (r"P(r \mid s) = F / P", {"P(|)", "r", "s", "F", "P"}),
        (r"\hat x = \theta_j\bigl(C_j[r]\bigr)", {r"\hat x", r"\theta_*", "C_*", "j", "r"}),
        (r"\operatorname{sg}[\cdot]", {r"\sg"}),
        (
            r"\begin{aligned}z &= 1\\[4pt] \dfrac{\varepsilon}{K - 1}\end{aligned}",
            {"z", r"\varepsilon", "K"},
        ),
    ],
)
def test_the_symbols_of_a_formula(formula, expected):
    assert symbols(formula) == expected


def test_an_unknown_command_is_an_error():
    with pytest.raises(ValueError, match="zoo is neither"):
        symbols(r"a + \zoo")


def test_formulas_are_found_and_code_is_not():
    shell = "```bash\necho $HOME $PATH\n```\n`$a$` and $b$\n"
    display = "```{math}\n:label: eq-c\nc = d\n```\n```{figure} a.png\n:alt: $\n\n$g$\n```\n$$e$$"
    assert formulas(shell + display) == ["c = d", "b", "g", "e"]
