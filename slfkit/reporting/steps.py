"""Tables that a reader steps through: one is open at a time."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from slfkit.reporting.tables import Table


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
