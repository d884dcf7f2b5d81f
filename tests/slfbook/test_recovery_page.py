"""The directive of the tool: what it writes, and who loads its scripts."""

import json
import re
from types import SimpleNamespace

import pytest
from docutils import nodes
from slfbook import align_page, recovery_data, recovery_page
from slfbook.recovery_page import Stored
from slfbook.sentences import MARK
from small_book import build

from slfkit.experiments.candidates import Candidate
from slfkit.records.store import project_root

PICTURES = {"sent": None, "before": None, "ways": {"f = 3": {"source": "", "note": "</script>"}}}


@pytest.fixture
def found():
    """At the paper's link 1 s each for down, computing and up; a map that takes 1 s; another."""
    state = Candidate("f = 3", "here", 0, 250_000, 250_000, 30e12, 0.1, 0.2, 0.9, 0.8, 4)
    mapped = Candidate("a ridge map from 1 pilot", "here", 0, 250_000, 0, 0.0, 0.1, 0.03, 0.95)
    about = {"way": "Parseval", "payload": "indices", "pilots": 10, "seed": 0}
    other = {**about, "price": (5, 0, 1.0), "mse": 0.5, "accuracy": 0.5}
    return Stored([state, mapped], [other], PICTURES)


def test_the_data_in_the_page_are_the_data_of_the_module(found):
    text = recovery_page.html(found)
    (script,) = re.findall(r'<script type="application/json" class="rt-data">(.*?)</script>', text)
    ways = recovery_data.ways_data(found.candidates, found.reported)
    data = recovery_data.page_data(ways, recovery_page.presets(), PICTURES)
    assert json.loads(script) == json.loads(json.dumps(data))


def test_every_control_has_a_label_and_the_choice_is_announced(found):
    text = recovery_page.html(found)
    controls = re.findall(r'<(?:select|input)[^>]* id="([^"]+)"', text)
    assert len(controls) == 8
    assert sorted(re.findall(r'<label for="([^"]+)"', text)) == sorted(controls)
    assert len(re.findall(r'<label><input type="checkbox"', text)) == 4
    assert 'role="status" aria-live="polite"' in text


def test_the_static_table_holds_the_ways_at_the_papers_link(found):
    text = recovery_page.html(found).partition('class="rt-static"')[2]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", text)
    assert cells[:7] == ["f = 3", "4", "3.00", "0.2000", "90.00", "80.0", "1"]
    assert cells[7:] == ["a ridge map from 1 pilot", "none", "1.00", "0.0300", "95.00", "–", "1"]
    assert "2 Mbit/s both ways and 30 TFLOP/s" in text


def test_presets_are_offered_with_their_rates_and_sources(found):
    text = recovery_page.html(found)
    assert "NB-IoT (26 kbit/s down, 62 kbit/s up)" in text and "H100 (67 TFLOP/s)" in text
    sources = text.partition('class="rt-sources"')[2]
    assert "NB-IoT: peak rates of category NB1, 3GPP release 13" in sources


@pytest.mark.parametrize(
    ("tool", "style", "made"),
    [(recovery_page, "recovery.css", []), (align_page, "align.css", [align_page.DATA])],
)
def test_only_the_page_with_the_directive_loads_the_scripts(tool, style, made):
    loaded = []
    app = SimpleNamespace(
        add_js_file=lambda name, **options: loaded.append(name), add_css_file=loaded.append
    )
    other = nodes.section("", nodes.raw("", "<p>", format="html"))
    for doctree in (None, other):
        tool.load_assets(app, "page", "page.html", {}, doctree)
    assert loaded == []
    node = nodes.raw("", "<p>", format="html", classes=[tool.MARK])
    tool.load_assets(app, "page", "page.html", {}, nodes.section("", node))
    assert loaded == [*tool.SCRIPTS, style]
    stored = (project_root() / "book" / "_static").glob(f"{style.removesuffix('.css')}*")
    assert sorted(loaded) == sorted([path.name for path in stored] + made)


def test_a_page_with_the_directive_holds_the_tool_and_not_its_text(found, tmp_path, monkeypatch):
    monkeypatch.setattr(recovery_page, "stored", lambda: found)
    text = "# Page\n\n```{recovery-tool}\nFor Jupyter.\n```\n"
    page, env = build(tmp_path, text, "slfbook.recovery_page")
    assert page.count('id="recovery-tool"') == 1 and "For Jupyter" not in page
    places = list(map(page.index, recovery_page.SCRIPTS))
    assert places == sorted(places) and "recovery.css" in page
    assert MARK in env.metadata["index"]  # read again when records change
