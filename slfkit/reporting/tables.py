"""Tables of the book, alone or to step through: HTML in a page, aligned text in a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from slfkit.reporting.rows import Row

_LONG = 23  # characters from which on a text gets a wider column
_ONE = r"[-+−]?\d[\d.,]*(e[-+]?\d+)?"
# a number with its interval, as a half width or by its ends, which no line shall break
_NUMERIC = re.compile(rf"(× )?{_ONE}( ± {_ONE}| to {_ONE}| \({_ONE} to {_ONE}\))?( ?%)?( †\d+)?")
CAPPED = "† this many runs reached their epoch limit"


class Table:
    """Rows under headings.

    Numbers get up to four significant digits, and from 1,000 up no decimals; texts stay as they
    are; None and absent keys become a dash. Give texts for any other format. Columns of nothing
    but numbers, written as texts or not, are right-aligned.

    Args:
        columns: heading -> key of a row; without it the keys of the first row are the headings.
    """

    def __init__(self, rows: Sequence[Row], columns: dict[str, str] | None = None) -> None:
        columns = columns or {name: name for name in next(iter(rows), {})}
        self.headings = list(columns)
        self.cells = [[row.get(key) for key in columns.values()] for row in rows]

    def __repr__(self) -> str:
        """Return the table as aligned text."""
        lines = [self.headings, *([_text(cell) for cell in row] for row in self.cells)]
        return "\n".join([aligned(lines), *self._notes()])

    def _notes(self) -> list[str]:
        """Return what explains the marks of its cells."""
        marked = any(isinstance(cell, str) and "†" in cell for row in self.cells for cell in row)
        return [CAPPED] if marked else []

    def _repr_html_(self) -> str:
        """Return the table as HTML that scrolls by itself on a narrow screen."""
        marks = [_mark([row[k] for row in self.cells]) for k in range(len(self.headings))]
        head = _row("th", self.headings, marks)
        body = "\n".join(_row("td", map(_text, row), marks) for row in self.cells)
        return (
            '<div class="table-scroll" tabindex="0"><table class="slfkit">\n'
            f"<thead>\n{head}\n</thead>\n<tbody>\n{body}\n</tbody>\n</table></div>"
            + "".join(f'\n<p class="table-note">{note}.</p>' for note in self._notes())
        )


class Steps:
    """Tables under headings, of which a page shows one at a time.

    Args:
        name: of the group, unique on its page.
        tables: heading -> table; the first is open.
    """

    def __init__(self, name: str, tables: Mapping[str, Table]) -> None:
        self.name, self.tables = name, dict(tables)

    def __repr__(self) -> str:
        """Return all of them as text."""
        return "\n\n".join(f"{heading}\n{table}" for heading, table in self.tables.items())

    def _repr_html_(self) -> str:
        """Return an HTML element per table; opening one closes the others."""
        return "\n".join(
            f'<details class="step" name="{escape(self.name)}"{"" if k else " open"}>'
            f"<summary>{escape(heading)}</summary>\n{table._repr_html_()}\n</details>"
            for k, (heading, table) in enumerate(self.tables.items())
        )


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Return lines of as many fields each as text, every column as wide as its longest field."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = ([c.ljust(w) for c, w in zip(row, widths, strict=True)] for row in lines)
    return "\n".join("  ".join(row).rstrip() for row in padded)


def _row(tag: str, texts: Iterable[str], marks: Iterable[str]) -> str:
    scope = ' scope="col"' if tag == "th" else ""
    cells = (
        f"<{tag}{scope}{mark}>{escape(text)}</{tag}>"
        for text, mark in zip(texts, marks, strict=True)
    )
    return f"<tr>{''.join(cells)}</tr>"


def _mark(column: Sequence[Any]) -> str:
    """Return the class of a column's cells: numbers, long texts, or none."""
    filled = [cell for cell in column if cell not in (None, "")]
    if filled and all(_is_number(cell) or _NUMERIC.fullmatch(str(cell)) for cell in filled):
        return ' class="number"'
    return ' class="long"' if any(len(str(cell)) > _LONG for cell in filled) else ""


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _text(cell: Any) -> str:
    """Write one cell: thousands apart from 1,000 up, below that four significant digits."""
    if cell is None or cell == "":
        return "–"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if not _is_number(cell):
        return str(cell)
    size = abs(cell)
    plain = 1000 <= size < 1e15 or (size < 1e15 and cell == int(cell))
    return f"{round(cell):,}" if plain else f"{cell:.4g}"
