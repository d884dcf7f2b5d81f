"""Tables in both forms: alignment, escaping, formats, gaps, and fields of two tables in one."""

import pytest

from slfkit.reporting.beside import FAR, NEAR, Beside, BesideTable
from slfkit.reporting.tables import Steps, Table

ROWS = [{"name": "a<b", "value": 0.25, "ok": True}, {"name": "long name", "value": 60000}]
COLUMNS = {"What": "name", "Value": "value", "OK": "ok"}
STEPS = Steps("a & b", {"first": Table([{"n": 1}]), "second <x>": Table([{"n": 2}])})


def test_text_is_aligned_and_html_escaped_with_marked_numbers():
    assert repr(Table(ROWS, COLUMNS)).splitlines() == [
        "What       Value   OK",
        "a<b        0.25    yes",
        "long name  60,000  –",
    ]
    html = Table(ROWS, COLUMNS)._repr_html_()
    assert "<td>a&lt;b</td>" in html
    assert '<td class="number">60,000</td>' in html
    assert '<th scope="col" class="number">Value</th>' in html
    assert html.startswith('<div class="table-scroll"') and html.count("<tr>") == 3
    assert repr(Table([], COLUMNS)) == "What  Value  OK"
    assert "<th" in Table([], COLUMNS)._repr_html_()


@pytest.mark.parametrize(
    ("column", "mark"),
    [
        (["0.25", "1,000", None], "number"),
        (["0.25 ± 0.01", "-3 %", 7], "number"),
        (["× 17.8 (16 to 19.7)", "× 1", "97.4 to 98.0"], "number"),
        (["97 to"], None),
        (["0.25", "f = 1"], None),
        (["0,1,2,3", "a text of more than twenty-four letters"], "long"),
        ([True, False], None),
        ([None, None], None),
    ],
)
def test_columns_of_numbers_and_of_long_texts_are_marked(column, mark):
    html = Table([{"v": value} for value in column], {"V": "v"})._repr_html_()
    assert html.count("class=") == 2 + (len(column) + 1) * (mark is not None)
    assert mark is None or f'<td class="{mark}">' in html


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((1e-4, "0.0001"), (30.0, "30"), (0.123456, "0.1235"), (None, "–"), (0, "0")),
        *((28755.4, "28,755"), (999.96, "1000"), (0.001137, "0.001137"), (-1234.5, "-1,234")),
        (2e15, "2e+15"),
    ],
)
def test_formats_of_a_cell(value, text):
    """Great numbers have no exponent, small ones four digits."""
    assert repr(Table([{"v": value}], {"V": "v"})).splitlines()[1] == text


def test_steps_are_all_shown_in_a_terminal_and_the_first_is_open_on_a_page():
    assert repr(STEPS) == "first\nn\n1\n\nsecond <x>\nn\n2"
    html = STEPS._repr_html_()
    assert html.count("<details") == 2 and html.count(' name="a &amp; b"') == 2
    assert html.count(" open>") == 1 and html.index(" open>") < html.index("second")
    assert "<summary>second &lt;x&gt;</summary>" in html


@pytest.mark.parametrize(
    ("deviation", "mark", "text"),
    [
        (-0.001, "near", "0 %"),
        (NEAR, "near", "+10 %"),
        (-0.2, "apart", "-20 %"),
        (FAR, "apart", "+50 %"),
        (-0.51, "far", "-51 %"),
        (None, "", ""),
    ],
)
def test_the_mark_follows_the_deviation(deviation, mark, text):
    field = Beside("1", "1", deviation)
    assert (field.mark, field.difference) == (mark, text)


TABLE = BesideTable(["f = 0", "f = 1"], {"Up (kB)": [Beside("114", "116", 0.02), Beside("<2", "")]})


def test_text_and_html_have_both_numbers_and_the_mark_of_each_field():
    assert repr(TABLE).splitlines()[1] == "Up (kB)  114 | 116 | +2 %  <2 | – | –"
    html = TABLE._repr_html_()
    assert '<th scope="row">Up (kB)</th><td class="dev-near">' in html
    assert "<td><span>&lt;2</span><b>–</b></td>" in html
    assert html.count('scope="col"') == 2 and "within 10 %" in html and "within 50 %" in html
