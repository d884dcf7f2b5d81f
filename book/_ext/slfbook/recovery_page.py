"""Sphinx extension: the directive ``recovery-time``, an interactive recovery time in the page.

It writes the data of ``slfbook.recovery_data`` into the page as JSON, the controls, and static
tables for readers without JavaScript; book/_static/recovery.js does the rest. Script and style
sheet are loaded only by pages that hold the directive.
"""

from __future__ import annotations

import base64
import io
import json
from html import escape

from docutils import nodes
from docutils.parsers.rst import Directive

from slfbook import recovery_data
from slfbook.sentences import depend
from slfkit.experiments import frontier
from slfkit.reporting.tables import Table

MARK = "slfkit-recovery-time"  # class of the node, by which its page is known
NOTHING = "No record of a recovery time is there yet."
HEADINGS = ("Download (s)", "Computation (s)", "Upload (s)", "Total (s)")
SLIDERS = {"uplink": "Uplink", "downlink": "Downlink", "power": "Computing power"}


class RecoveryTime(Directive):
    """Puts the interactive recovery time where it stands; it takes no argument and no content."""

    has_content = False

    def run(self):
        """Return one raw HTML node."""
        depend(self.state.document.settings.env)
        text = html(recovery_data.tables())
        return [nodes.raw("", text, format="html", classes=[MARK])]


def html(tables: list[recovery_data.PointTable]) -> str:
    """Return the page's part in HTML for the given tables, or a sentence where there is none."""
    if not tables:
        return f"<p>{NOTHING}</p>"
    from slfkit.recovery import Link

    data = recovery_data.page_data(tables, Link())
    script = json.dumps(data).replace("<", "\\u003c")  # no "</script>" can end it early
    return (
        '<div class="recovery-time">\n'
        f'<script type="application/json" class="rt-data">{script}</script>\n'
        f'<div class="rt-live" hidden>\n{_controls(data)}\n{_RESULT}</div>\n'
        f'<div class="rt-static">\n{static(tables, Link())}\n</div>\n</div>'
    )


def static(tables: list[recovery_data.PointTable], link) -> str:
    """Return what stands in the page without JavaScript: each table at the paper's link."""
    known = {"bit/s up": link.uplink, "bit/s down": link.downlink, "FLOP/s": link.power}
    at = [recovery_data.quantity(value, unit) for unit, value in known.items()]
    parts = [f"<p>Recovery time at {', '.join(at)}.</p>", *_figures(tables, link)]
    for table in tables:
        for name, task in frontier.TASKS.items():
            answers = frontier.recovered(table.points[name], task, link)
            parts.append(f"<p>{escape(f'{name.capitalize()}, {table.name}')}</p>")
            parts.append(_static_table(answers, task, table.digits[name]))
        parts.append(f"<p>{escape(table.note)}</p>")
    return "\n".join(parts)


def _figures(tables: list[recovery_data.PointTable], link) -> list[str]:
    """Return the figures for readers without JavaScript and for paper: the shares, and the front.

    They lie in the page as vectors; matplotlib is loaded here only, when the book is built.
    """
    from slfkit.experiments import recovery_figures

    task = frontier.TASKS["reconstruction"]
    points = {table.name: table.points["reconstruction"] for table in tables}
    answers = {name: frontier.recovered(of, task, link) for name, of in points.items()}
    fronts = {name: (of, task) for name, of in answers.items()}
    return [
        _figure(recovery_figures.shares(answers), "Reconstruction: recovery time by f.",
                "Stacked bars over f: download, computation and upload; the tables hold them."),
        _figure(recovery_figures.pareto(fronts), "Reconstruction: MSE over recovery time; a hollow "
                "marker is dominated. The MSE of the paper's table has a unit of its own.",
                "A labelled marker for each f: MSE against recovery time; the tables hold them."),
    ]  # fmt: skip


def _figure(figure, caption: str, alt: str) -> str:
    import matplotlib.pyplot as plt

    picture = io.BytesIO()
    figure.savefig(picture, format="svg", metadata={"Date": None})
    plt.close(figure)
    source = base64.b64encode(picture.getvalue()).decode()
    return (
        f'<figure><img src="data:image/svg+xml;base64,{source}" alt="{escape(alt)}" '
        f'style="width: 640px"><figcaption>{escape(caption)}</figcaption></figure>'
    )


def _static_table(answers, task, digits: int) -> str:
    quality = _heading(task)
    rows = [
        {
            "f": str(answer.point.frozen),
            **dict(zip(HEADINGS, map(recovery_data.seconds, _times(answer)), strict=True)),
            quality: None if answer.point.quality is None else f"{answer.point.quality:.{digits}f}",
            "Front": standing(answer),
        }
        for answer in answers
    ]
    return Table(rows, {name: name for name in ("f", *HEADINGS, quality, "Front")})._repr_html_()


def _times(answer) -> tuple:
    time = answer.time
    return time.download, time.compute, time.upload, time.total


def standing(answer: frontier.Answer) -> str:
    """Say whether an f is on the Pareto front, as the page says it."""
    if answer.point.quality is None:
        return "–"
    by = answer.dominated_by
    return "on the front" if by is None else f"dominated by f = {by}"


def _heading(task) -> str:
    name = task.name[0].upper() + task.name[1:]
    return f"{name} ({task.unit.strip()})" if task.unit else name


def _controls(data: dict) -> str:
    """Return the form: two selections, the target and three logarithmic sliders, all labelled."""
    tables = {table["key"]: table["name"] for table in data["tables"]}
    tasks = {name: name for name in data["tasks"]}
    parts = [_select("table", "Table", tables), _select("task", "Task", tasks)]
    parts.append(_range("target", "Quality wanted", ""))
    for name, label in SLIDERS.items():
        slider = data["sliders"][name]
        ends = f' min="0" max="{len(slider["values"]) - 1}" value="{slider["start"]}"'
        parts.append(_range(name, label, ends))
    return '<form class="rt-controls" autocomplete="off">\n' + "\n".join(parts) + "\n</form>"


def _select(name: str, label: str, choices: dict[str, str]) -> str:
    options = "".join(
        f'<option value="{escape(key)}">{escape(text)}</option>' for key, text in choices.items()
    )
    return (
        f'<div><label for="rt-{name}">{label}</label>'
        f'<select id="rt-{name}" name="{name}">{options}</select></div>'
    )


def _range(name: str, label: str, ends: str) -> str:
    return (
        f'<div><label for="rt-{name}">{label}</label>'
        f'<output for="rt-{name}" data-value="{name}"></output>'
        f'<input type="range" id="rt-{name}" name="{name}"{ends}></div>'
    )


_RESULT = f"""<p class="rt-result" role="status" aria-live="polite"></p>
<div class="rt-charts">
<figure><svg class="rt-bars" role="img" aria-label="Bars: the recovery time of each f, split into
download, computation and upload. The table below holds the numbers."></svg>
<figcaption>Recovery time and its three shares.</figcaption></figure>
<figure><svg class="rt-front" role="img" aria-label="Points: the quality of each f over its recovery
time. The table below says which f are dominated."></svg>
<figcaption>Quality over recovery time. Line: the Pareto front; hollow: dominated; dashed: the
quality wanted; ringed: the f to choose.</figcaption></figure>
</div>
<div class="table-scroll" role="region" aria-label="Recovery time by f" tabindex="0">
<table class="slfkit rt-table"><thead><tr><th scope="col">f</th>
{"".join(f'<th scope="col" class="number">{name}</th>' for name in HEADINGS)}
<th scope="col" class="number rt-quality"></th><th scope="col">Front</th></tr></thead>
<tbody></tbody></table></div>
<p class="rt-note"></p>
"""


def load_assets(app, pagename, templatename, context, doctree):
    """Let a page load the script and the style sheet if it holds the directive."""
    if doctree and any(MARK in node.get("classes", ()) for node in doctree.findall(nodes.raw)):
        app.add_js_file("recovery.js", loading_method="defer")
        app.add_css_file("recovery.css")


def setup(app):
    """Add the directive ``recovery-time``."""
    app.add_directive("recovery-time", RecoveryTime)
    app.connect("html-page-context", load_assets)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
