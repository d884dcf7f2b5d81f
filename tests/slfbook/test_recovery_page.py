"""The directive of the interactive recovery time: what it writes, and who loads its script."""

import json
import re
from types import SimpleNamespace

import pytest
from docutils import nodes
from slfbook import recovery_data, recovery_page
from slfbook.recovery_data import PointTable

from slfkit.experiments.frontier import Point
from slfkit.records.store import project_root
from slfkit.recovery import Link

POINTS = [Point(0, 250_000, 250_000, 30e12, 0.1), Point(4, 250_000, 0, 60e12, 0.2)]


@pytest.fixture
def table():
    unknown = [Point(0, 250_000, 0, 30e12, None)]
    points = {"reconstruction": POINTS, "classification": unknown}
    digits = {"reconstruction": 3, "classification": 2}
    return PointTable("one", "a <table>", "A note </script>.", points, digits)


def test_the_data_in_the_page_are_the_data_of_the_module(table):
    text = recovery_page.html([table])
    (script,) = re.findall(r'<script type="application/json" class="rt-data">(.*?)</script>', text)
    expected = json.loads(json.dumps(recovery_data.page_data([table], Link())))
    assert json.loads(script) == expected


def test_every_control_has_a_label_and_the_result_is_announced(table):
    text = recovery_page.html([table])
    controls = re.findall(r'<(?:select|input)[^>]* id="([^"]+)"', text)
    assert len(controls) == 6
    assert re.findall(r'<label for="([^"]+)"', text) == controls
    assert 'aria-live="polite"' in text and "a &lt;table&gt;" in text


def test_the_static_tables_hold_the_times_at_the_papers_link(table):
    text = recovery_page.html([table]).partition('class="rt-static"')[2]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", text)
    assert cells[:7] == ["0", "1.000", "1.000", "1.000", "3.000", "0.100", "on the front"]
    assert cells[7:14] == ["4", "1.000", "2.000", "0.000", "3.000", "0.200", "dominated by f = 0"]
    assert cells[14:] == ["0", "1.000", "1.000", "0.000", "2.000", "–", "–"]
    assert "2 Mbit/s up, 2 Mbit/s down, 30 TFLOP/s" in text


def test_only_the_page_with_the_directive_loads_the_script():
    loaded = []
    app = SimpleNamespace(
        add_js_file=lambda name, **options: loaded.append(name), add_css_file=loaded.append
    )
    other = nodes.section("", nodes.raw("", "<p>", format="html"))
    for doctree in (None, other):
        recovery_page.load_assets(app, "page", "page.html", {}, doctree)
    assert loaded == []
    node = nodes.raw("", "<p>", format="html", classes=[recovery_page.MARK])
    recovery_page.load_assets(app, "page", "page.html", {}, nodes.section("", node))
    assert loaded == ["recovery.js", "recovery.css"]
    assert all((project_root() / "book" / "_static" / name).is_file() for name in loaded)


def test_the_directive_gives_one_marked_node(table, monkeypatch):
    monkeypatch.setattr(recovery_page, "tables", lambda: [table])
    env = SimpleNamespace(docname="page", metadata={"page": {}})
    state = SimpleNamespace(document=SimpleNamespace(settings=SimpleNamespace(env=env)))
    given = ("recovery-time", [], {}, [], 1, 0, "", state, SimpleNamespace(reporter=None))
    (node,) = recovery_page.RecoveryTime(*given).run()
    assert node["classes"] == [recovery_page.MARK] and "rt-controls" in node.astext()
    assert env.metadata["page"]  # read again when records change
