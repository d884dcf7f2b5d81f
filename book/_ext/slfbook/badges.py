"""The line of links on the first page: workflow, licence and, once there is one, the DOI.

They are texts and not pictures, so that a page asks nothing of another address. The address is
``repository: url`` of _config.yml, as for the launch buttons; without it the line is left out. The
DOI is the field ``doi`` of CITATION.cff.
"""

from __future__ import annotations

from pathlib import Path

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

CITATION = Path(__file__).parents[3] / "CITATION.cff"


def links(url: str, doi: str = "") -> list[tuple[str, str]]:
    """Return (text, address) of each badge, none without the address of a repository."""
    if not url:
        return []
    found = [
        ("Tests", f"{url}/actions/workflows/test.yml"),
        ("Licence: MIT, CC BY 4.0", f"{url}/blob/main/LICENSE"),
    ]
    return [*found, (f"DOI {doi}", f"https://doi.org/{doi}")] if doi else found


class Badges(SphinxDirective):
    """Puts the links where it stands; it takes no argument and no content."""

    def run(self) -> list[nodes.Node]:
        """Return one paragraph, or nothing."""
        self.env.note_dependency(str(CITATION))
        url = (self.config.html_theme_options or {}).get("repository_url", "")
        line = nodes.paragraph(classes=["badges"])
        for text, address in links(url, doi()):
            line += [nodes.reference("", text, refuri=address), nodes.Text(" ")]
        return [line] if line.children else []


def doi(citation: Path = CITATION) -> str:
    """Return the companion's own DOI, "" until it has one."""
    return yaml.safe_load(citation.read_text(encoding="utf-8")).get("doi", "")


def setup(app: Sphinx) -> None:
    """Add the directive."""
    app.add_directive("badges", Badges)
