"""The directive ``align-yourself``: two users' networks in the page, and a link to mend by hand.

It fills align_page.html. Weights and digits go into _static/align_data.js, written at each build;
book/_static/align_*.js do the rest, loaded only by pages that hold the directive. Readers without
JavaScript see one picture on the same links, from ``slfbook.align_still``.
"""

from __future__ import annotations

import json
from pathlib import Path

from docutils import nodes
from jinja2 import Template
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from slfbook import align_data
from slfbook.align_still import LINK, VIEWS, Bench, still
from slfbook.sentences import loader, show, unbroken
from slfbook.setup_table import SOURCES
from slfkit.experiments.grid import users
from slfkit.records.fields import PRECISIONS
from slfkit.records.spec import AlignmentSpec
from slfkit.records.store import Store

MARK = "slfkit-align-yourself"  # class of the node, by which its page is known
TEMPLATE = Path(__file__).with_name("align_page.html")
DATA = "align_data.js"
SCRIPTS = (DATA, *(f"align_{name}.js" for name in ("network", "channel", "ridge", "page")))
load_assets = loader(MARK, SCRIPTS, "align.css")
SENDERS = {"T1": "Alice", "T2": "Carol", "T3": "Carol"}
RECEIVERS = {"T1": "Bob", "T2": "David", "T3": "David"}
BUTTONS = {
    "clear": "Clear the pad",
    "noise": "New noise",
    "mark": "Mark as pilot",
    "others": "Mark all others",
    "forget": "Forget pilots",
}


class AlignYourself(SphinxDirective):
    """Puts the links that the reader mends where it stands; no argument and no content."""

    def run(self) -> list[nodes.Node]:
        """Return one raw HTML node."""
        return show(self.env, html(Bench(Store("paper"))), MARK)


def html(bench: Bench) -> str:
    """Return the page's part in HTML: live for JavaScript, and one picture on each link without."""
    told = {
        name: f"{name} ({SOURCES[spec.source].partition(',')[0]}, ε {spec.crossover:g})"
        for name, spec in users("paper", 0).items()
    }
    return Template(TEMPLATE.read_text(encoding="utf-8"), autoescape=True).render(
        senders={name: f"{SENDERS[name]}: {text}" for name, text in told.items()},
        receivers={name: f"{RECEIVERS[name]}: {text}" for name, text in told.items()},
        chosen=dict(zip(("sender", "receiver"), LINK, strict=True)),
        start=bench.eps,
        buttons=BUTTONS,
        views=VIEWS,
        without=unbroken(WITHOUT.format(*LINK, eps=bench.eps, pilots=len(bench.images) - 1)),
        still=still(bench),
        note=unbroken(" ".join([bench.rounding(), *map(_tuned, bench.runs.items())])),
    )


WITHOUT = (
    "With JavaScript you can draw a digit here, move ε, choose who sends and who receives, and "
    "mend the link. Without it, this is one digit from {} to {} at ε = {eps:g}; the ridge has "
    "{pilots} other digits as pilots."
)


def _tuned(item: tuple[tuple[str, str], AlignmentSpec]) -> str:
    """Say which run of SLF the page shows for a pair."""
    (sender, receiver), run = item
    how = "" if run.precision == PRECISIONS[0] else f" with products in {run.precision}"
    return (
        f"From {sender} to {receiver}, SLF is the stored run with f = {run.frozen}, fine-tuned at "
        f"ε = {run.crossover:g}{how}."
    )


def write_data(app: Sphinx) -> None:
    """Write weights and digits where the page finds them; an unchanged file keeps its time."""
    target = Path(app.outdir, "_static", DATA)
    text = f"const alignData = {json.dumps(align_data.page_data(), separators=(',', ':'))};\n"
    if app.builder.format == "html" and not (target.exists() and target.read_text() == text):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


def setup(app: Sphinx) -> None:
    """Add the directive ``align-yourself``."""
    app.add_directive("align-yourself", AlignYourself)
    app.connect("builder-inited", write_data)
    app.connect("html-page-context", load_assets)
