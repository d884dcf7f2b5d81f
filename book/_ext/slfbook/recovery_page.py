"""The directive ``recovery-time``: an interactive recovery time in the page.

It fills recovery_time.html with the data of ``slfbook.recovery_data`` as JSON, the controls, and
static tables for readers without JavaScript; book/_static/recovery.js does the rest. Script and
style sheet are loaded only by pages that hold the directive.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from docutils import nodes
from jinja2 import Template
from matplotlib.figure import Figure
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from slfbook.recovery_data import PointTable, page_data, quantity, seconds, tables
from slfbook.sentences import depend
from slfkit.experiments import recovery_figures
from slfkit.experiments.frontier import TASKS, Answer, Task, recovered
from slfkit.recovery import Link
from slfkit.reporting.tables import Table

MARK = "slfkit-recovery-time"  # class of the node, by which its page is known
TEMPLATE = Path(__file__).with_name("recovery_time.html")
HEADINGS = ("Download (s)", "Computation (s)", "Upload (s)", "Total (s)")
LABELS = {"uplink": "Uplink", "downlink": "Downlink", "power": "Computing power"}
CAPTIONS = {
    "shares": "Reconstruction: recovery time by f.",
    "front": "Reconstruction: MSE over recovery time; a hollow marker is dominated. The MSE of the "
    "paper's table has its own unit.",
}
ALTS = {
    "shares": "Stacked bars over f: download, computation and upload; the tables hold them.",
    "front": "A labelled marker for each f: MSE against recovery time; the tables hold them.",
}


class RecoveryTime(SphinxDirective):
    """Puts the interactive recovery time where it stands; it takes no argument and no content."""

    def run(self) -> list[nodes.Node]:
        """Return one raw HTML node."""
        depend(self.env)
        return [nodes.raw("", html(tables()), format="html", classes=[MARK])]


def html(tables: Sequence[PointTable], link: Link | None = None) -> str:
    """Return the page's part in HTML: live for JavaScript, and static at a link, the paper's."""
    link = link or Link()
    data = page_data(tables, link)
    rates = {"bit/s up": link.uplink, "bit/s down": link.downlink, "FLOP/s": link.power}
    return Template(TEMPLATE.read_text(encoding="utf-8"), autoescape=True).render(
        script=json.dumps(data).replace("<", "\\u003c"),  # no "</script>" can end it early
        names={table.key: table.name for table in tables},
        tasks={name: name for name in TASKS},
        sliders=data["sliders"],
        labels=LABELS,
        headings=HEADINGS,
        link=", ".join(quantity(value, unit) for unit, value in rates.items()),
        figures=_figures(tables, link),
        tables=[
            {
                "name": table.name,
                "note": table.note,
                "rows": {name: _rows(table, name, task, link) for name, task in TASKS.items()},
            }
            for table in tables
        ],
    )


def _figures(tables: Sequence[PointTable], link: Link) -> list[dict[str, str]]:
    """Return the shares and the front of the first task, as vectors in the page."""
    name, task = next(iter(TASKS.items()))
    answers = {table.name: recovered(table.points[name], task, link) for table in tables}
    drawn = {
        "shares": recovery_figures.shares(answers),
        "front": recovery_figures.pareto({key: (of, task) for key, of in answers.items()}),
    }
    return [
        {"source": _base64(figure), "caption": CAPTIONS[key], "alt": ALTS[key]}
        for key, figure in drawn.items()
    ]


def _base64(figure: Figure) -> str:
    picture = io.BytesIO()
    figure.savefig(picture, format="svg", metadata={"Date": None})
    plt.close(figure)
    return base64.b64encode(picture.getvalue()).decode()


def _rows(table: PointTable, name: str, task: Task, link: Link) -> str:
    """Return the static table of a task in HTML."""
    quality = task.name[0].upper() + task.name[1:] + (f" ({task.unit.strip()})" * bool(task.unit))
    rows = []
    for answer in recovered(table.points[name], task, link):
        time, point = answer.time, answer.point
        shown = map(seconds, (time.download, time.compute, time.upload, time.total))
        digits = table.digits[name]
        row = {"f": str(point.frozen), **dict(zip(HEADINGS, shown, strict=True))}
        row[quality] = None if point.quality is None else f"{point.quality:.{digits}f}"
        rows.append({**row, "Front": standing(answer)})
    return Table(rows)._repr_html_()


def standing(answer: Answer) -> str:
    """Say whether an f is on the Pareto front, as the page says it."""
    if answer.point.quality is None:
        return "–"
    by = answer.dominated_by
    return "on the front" if by is None else f"dominated by f = {by}"


def load_assets(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Let a page load the script and the style sheet if it holds the directive."""
    if doctree and any(MARK in node.get("classes", ()) for node in doctree.findall(nodes.raw)):
        app.add_js_file("recovery.js", loading_method="defer")
        app.add_css_file("recovery.css")


def setup(app: Sphinx) -> None:
    """Add the directive ``recovery-time``."""
    app.add_directive("recovery-time", RecoveryTime)
    app.connect("html-page-context", load_assets)
