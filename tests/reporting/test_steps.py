"""Tables to step through: all in a terminal, in a page one open at a time."""

from slfkit.reporting.steps import Steps
from slfkit.reporting.tables import Table

STEPS = Steps("a & b", {"first": Table([{"n": 1}]), "second <x>": Table([{"n": 2}])})


def test_a_terminal_shows_all():
    assert repr(STEPS) == "first\nn\n1\n\nsecond <x>\nn\n2"


def test_a_page_opens_the_first_of_one_group():
    html = STEPS._repr_html_()
    assert html.count("<details") == 2 and html.count(' name="a &amp; b"') == 2
    assert html.count(" open>") == 1 and html.index(" open>") < html.index("second")
    assert "<summary>second &lt;x&gt;</summary>" in html
