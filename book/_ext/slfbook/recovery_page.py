"""The directive ``recovery-tool``: the tool that says which way mends a link, in the page.

It fills recovery_tool.html with the data of ``slfbook.recovery_data`` as JSON, the controls, and a
static table for readers without JavaScript; the recovery_*.js of book/_static do the rest. They and
the style sheet are loaded only by pages that hold the directive. Its content is for plain Jupyter
alone, which shows a directive as text.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from jinja2 import Template
from matplotlib.ticker import EngFormatter
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from slfbook.recovery_data import FAMILIES, Presets, page_data, ways_data
from slfbook.recovery_pictures import pictures
from slfbook.sentences import loader, show
from slfkit.experiments import best_way
from slfkit.experiments.best_way import TABLE_WORLD, every_way
from slfkit.experiments.candidates import Candidate, by_way
from slfkit.experiments.choosing import Need, choices
from slfkit.experiments.pilots import pilots
from slfkit.experiments.study import TABLE_CROSSOVER
from slfkit.experiments.ways import at_world, ways
from slfkit.reporting.metrics import columns
from slfkit.reporting.rows import Row
from slfkit.reporting.tables import Table

MARK = "slfkit-recovery-tool"  # class of the node, by which its page is known
TEMPLATE = Path(__file__).with_name("recovery_tool.html")
PRESETS = Path(__file__).with_name("recovery_presets.toml")
SCRIPTS = [f"recovery_{x}.js" for x in ("choice", "words", "plane", "detail", "state", "tool")]
load_assets = loader(MARK, SCRIPTS, "recovery.css")
COLUMNS = columns(
    *("name", "epochs", "seconds", "mse", "accuracy", "old_link", "seeds"),
    name="Way",
    old_link="Old link (%)",
)


@dataclass(frozen=True)
class Stored:
    """What the records hold for the tool, at Table I's channel."""

    candidates: list[Candidate]  # the states from which one is chosen
    reported: list[Row]  # rows of ``ways``, some of which are shown beside them
    pictures: dict[str, Any]  # as ``recovery_pictures.pictures`` returns them


def stored() -> Stored:
    """Return what the committed records hold; nothing is computed."""
    aligned = best_way.best_way("paper", compute="none").run()
    others = pilots("paper", compute="none").run()
    shown = pictures(aligned, others, {"crossover": TABLE_CROSSOVER})
    return Stored(every_way(aligned.rows), at_world(ways(others.rows), TABLE_WORLD), shown)


def presets() -> Presets:
    """Return the links and computers that are offered, each with its source."""
    return tomllib.loads(PRESETS.read_text(encoding="utf-8"))


class RecoveryTool(SphinxDirective):
    """Puts the tool where it stands; its content is not shown."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return one raw HTML node."""
        return show(self.env, html(stored()), MARK)


def html(found: Stored) -> str:
    """Return the page's part in HTML: live for JavaScript, else a table at the paper's link."""
    offered, need = presets(), Need()
    data = page_data(ways_data(found.candidates, found.reported), offered, found.pictures)
    rates = {"bit/s both ways": need.uplink, "FLOP/s": need.power}
    return Template(TEMPLATE.read_text(encoding="utf-8"), autoescape=True).render(
        script=json.dumps(data, allow_nan=False).replace("<", "\\u003c"),  # no early "</script>"
        metrics=[("mse", "MSE"), ("accuracy", "accuracy")],
        presets={kind: [*_options(kind, offered), ("", "as set here")] for kind in offered},
        sliders=data["sliders"],
        families=FAMILIES,
        link=" and ".join(EngFormatter(unit)(value) for unit, value in rates.items()),
        table=Table(static_rows(found, need), COLUMNS)._repr_html_(),
        sources=_sources(offered),
    )


def _options(kind: str, offered: Presets) -> list[tuple[int, str]]:
    return [(place, f"{one['name']} ({_rates(one)})") for place, one in enumerate(offered[kind])]


def _rates(one: dict[str, Any]) -> str:
    """Write what a preset sets, such as 26 kbit/s down, 62 kbit/s up."""
    if "power" in one:
        return EngFormatter("FLOP/s")(one["power"])
    down, up = map(EngFormatter("bit/s"), (one["downlink"], one["uplink"]))
    return down if down == up else f"{down} down, {up} up"


def _sources(offered: Presets) -> str:
    """Say where the presets are from."""
    named = [f"{one['name']}: {one['source']}" for kind in offered.values() for one in kind]
    text = "; ".join(dict.fromkeys(named))
    return f"{text[:1].upper()}{text[1:]}."


def static_rows(found: Stored, need: Need) -> list[Row]:
    """Return a row for each way that can be chosen, at its best epoch without a deadline."""
    chosen = {choice.name: choice for choice in choices(found.candidates, need)}
    every = [chosen[name] for name in by_way(found.candidates)]
    return [one.texts() | ({} if one.trains else {"epochs": "none"}) for one in every]


def setup(app: Sphinx) -> None:
    """Add the directive ``recovery-tool``."""
    app.add_directive("recovery-tool", RecoveryTool)
    app.connect("html-page-context", load_assets)
