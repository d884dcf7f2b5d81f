"""Two tables in one: in each field what is printed, what is ours, and how far apart they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from slfkit.reporting.tables import aligned

NEAR, FAR = 0.1, 0.5
"""Largest deviations, as shares of the printed value, that are called near, and not yet far."""
CAPTION = (
    "In each field: the paper's number, ours in bold (mean ± half of its 95 % interval over "
    f"seeds), and how far ours deviates. Green: within {100 * NEAR:.0f} %; yellow, with an edge: "
    f"within {100 * FAR:.0f} %; red, with a double edge: beyond."
)


@dataclass(frozen=True)
class Beside:
    """One field."""

    printed: str = ""  # the paper's number as it prints it; empty where it has none
    own: str = ""  # ours, as text; empty without a record
    deviation: float | None = None  # ours over the printed one, less 1; None: not comparable

    @property
    def mark(self) -> str:
        """How far apart both are, as the class of the field: near, apart, far or nothing."""
        if self.deviation is None:
            return ""
        size = abs(self.deviation)
        return "near" if size <= NEAR else "apart" if size <= FAR else "far"

    @property
    def difference(self) -> str:
        """The deviation in per cent, as text."""
        if self.deviation is None:
            return ""
        per_cent = round(100 * self.deviation)
        return f"{per_cent:+d} %" if per_cent else "0 %"


class BesideTable:
    """Rows under headings: the name of each -> its fields, one per heading."""

    def __init__(self, headings: Sequence[str], rows: Mapping[str, Sequence[Beside]]) -> None:
        self.headings, self.rows = list(headings), dict(rows)

    def __repr__(self) -> str:
        """Return the table as aligned text: printed | ours | deviation."""
        lines = [["", *self.headings]]
        return aligned(lines + [[name, *map(_text, fields)] for name, fields in self.rows.items()])

    def _repr_html_(self) -> str:
        """Return the table as HTML; on a phone the style sheet makes a card of each row."""
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in self.headings)
        body = "\n".join(
            f'<tr><th scope="row">{escape(name)}</th>{"".join(map(_cell, fields))}</tr>'
            for name, fields in self.rows.items()
        )
        return (
            '<div class="table-scroll" tabindex="0"><table class="slfkit beside">\n'
            f"<caption>{escape(CAPTION)}</caption>\n"
            f"<thead>\n<tr><td></td>{head}</tr>\n</thead>\n<tbody>\n{body}\n</tbody>\n</table></div>"
        )


def _text(field: Beside) -> str:
    return " | ".join(part or "–" for part in (field.printed, field.own, field.difference))


def _cell(field: Beside) -> str:
    parts = (
        f"<span>{escape(field.printed or '–')}</span>",
        f"<b>{escape(field.own or '–')}</b>",
        f"<i>{escape(field.difference)}</i>" if field.difference else "",
    )
    mark = f' class="dev-{field.mark}"' if field.mark else ""
    return f"<td{mark}>{''.join(parts)}</td>"
