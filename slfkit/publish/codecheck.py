"""What an outside checker rebuilds: the paper's figures and tables, as a CODECHECK configuration.

It follows version 1.0 of the specification, which later ones extend by what the checker adds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from slfkit.publish.provenance_line import command
from slfkit.records.store import project_root

SPECIFICATION = "https://codecheck.org.uk/spec/config/1.0/"
ROWS = "numbers"  # the folder of the CSV files


@dataclass(frozen=True)
class Item:
    """A figure or table of the paper, what it shows, and the page that repeats it."""

    name: str
    shows: str
    notebook: str


ITEMS = (
    Item("Fig. 2", "what every receiver makes of every sender", "01_misalignment"),
    Item("Fig. 3, left", "SLF over channels", "02_channel"),
    Item("Fig. 3, right", "SLF over data", "03_source"),
    Item("Table I", "recovery time, operations and quality for each f", "04_recovery"),
)


def configuration() -> str:
    """Return the text of ``codecheck.yml``; paths are those of the exported folder.

    The paper's authors stand in its own order: whom to write to, a checker may have to look up.
    """
    import yaml  # here, since only the extra [book] installs it

    paper = citation()["preferred-citation"]
    content = {
        "version": SPECIFICATION,
        "manifest": [entry for item in ITEMS for entry in _entries(item)],
        "paper": {
            "title": paper["title"],
            "reference": f"https://doi.org/{paper['doi']}",
            "authors": [{"name": name} for name in authors()],
        },
    }
    return "---\n" + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)


def _entries(item: Item) -> list[dict[str, str]]:
    """Return the page that draws an item, and the file of its numbers."""
    made = f"made by `{command(item.notebook, {})}`"
    return [
        {
            "file": f"notebooks/{item.notebook}.ipynb",
            "comment": f"{item.name} of the paper, {item.shows}: {made}",
        },
        {
            "file": f"{ROWS}/{item.notebook}.csv",
            "comment": f"its numbers, a line per run: {made}",
        },
    ]


def authors() -> list[str]:
    """Return the paper's authors, given name first, as the book's bibliography has them."""
    text = (project_root() / "book" / "references.bib").read_text(encoding="utf-8")
    (listed,) = re.findall(r"^@article\{choi2024slf,\s+author\s*=\s*\{([^}]*)\}", text, re.M)
    return [" ".join(name.split(", ")[::-1]) for name in listed.split(" and ")]


def citation() -> dict:
    """Return CITATION.cff as plain data."""
    import yaml  # here, since only the extra [book] installs it

    return yaml.safe_load((project_root() / "CITATION.cff").read_text(encoding="utf-8"))
