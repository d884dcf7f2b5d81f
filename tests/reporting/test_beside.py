"""Fields of two tables in one: marks by the deviation, text and HTML."""

import pytest

from slfkit.reporting.beside import FAR, NEAR, Beside, BesideTable


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


def test_text_has_both_numbers_and_the_deviation():
    assert repr(TABLE).splitlines()[1] == "Up (kB)  114 | 116 | +2 %  <2 | – | –"


def test_each_field_has_its_mark():
    html = TABLE._repr_html_()
    assert '<th scope="row">Up (kB)</th><td class="dev-near">' in html
    assert "<td><span>&lt;2</span><b>–</b></td>" in html
    assert html.count('scope="col"') == 2 and "within 10 %" in html and "within 50 %" in html
