"""What an outside checker rebuilds: the paper's figures and tables, as a CODECHECK configuration.

It follows version 1.0 of the specification, which later ones extend by what the checker adds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from slfkit.publish.provenance_line import command
from slfkit.records.store import project_root

SPECIFICATION = "https://codecheck.org.uk/spec/config/1.0/"
ROWS = "numbers"  # the folder of the CSV files


ITEMS = {  # the page that repeats a figure or table of the paper, and what that shows
    "01_misalignment": ("Fig. 2", "what every receiver makes of every sender"),
    "02_channel": ("Fig. 3, left", "SLF over channels"),
    "03_source": ("Fig. 3, right", "SLF over data"),
    "04_recovery": ("Table I", "recovery time, operations and quality for each f"),
}


def configuration() -> str:
    """Return the text of ``codecheck.yml``; paths are those of the exported folder.

    The paper's authors stand in its own order: whom to write to, a checker may have to look up.
    """
    paper = citation()["preferred-citation"]
    content = {
        "version": SPECIFICATION,
        "manifest": list(_entries()),
        "paper": {
            "title": paper["title"],
            "reference": f"https://doi.org/{paper['doi']}",
            "authors": [{"name": name} for name in authors()],
        },
    }
    return "---\n" + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)


def _entries() -> Iterator[dict[str, str]]:
    """Yield the page that draws an item, and the file of its numbers."""
    for page, (name, shows) in ITEMS.items():
        made = f"made by `{command(page, {})}`"
        drawn = f"{name} of the paper, {shows}: {made}"
        yield {"file": f"notebooks/{page}.ipynb", "comment": drawn}
        yield {"file": f"{ROWS}/{page}.csv", "comment": f"its numbers, a line per run: {made}"}


def authors() -> list[str]:
    """Return the paper's authors, given name first, as the book's bibliography has them."""
    text = (project_root() / "book" / "references.bib").read_text(encoding="utf-8")
    (listed,) = re.findall(r"^@article\{choi2024slf,\s+author\s*=\s*\{([^}]*)\}", text, re.M)
    return [" ".join(name.split(", ")[::-1]) for name in listed.split(" and ")]


def citation() -> dict:
    """Return CITATION.cff as plain data."""
    return yaml.safe_load((project_root() / "CITATION.cff").read_text(encoding="utf-8"))
