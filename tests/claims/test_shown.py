"""Claims as a page shows them, and their forest plots, from judgements made by hand."""

import re

import pytest

from slfkit.claims import forest
from slfkit.claims.ledger import Claim, Verdict
from slfkit.claims.rules import HOLDS, UNDECIDED, UNTESTABLE, VERDICTS, Case, Judgement, every
from slfkit.claims.shown import FILTERED, MARKS, Claims, mark

CLEAR = Case("clear", {0: 1.0, 1: 1.1, 2: 0.9})
AGAINST = Case("against", {0: -1.0, 1: -1.1, 2: -0.9})
WIDE = Case("wide", {0: -1.0, 1: 2.0, 2: 0.5})
SINGLE = Case("single", {0: 1.0})
ALL = every([CLEAR, AGAINST, WIDE, SINGLE])


def shown(judgement=ALL, times=1, **fields):
    """A claim with this judgement, as often as wanted."""
    usual = {"claim": "A < B.", "where": "Fig. 2", "judge": "works", "why": "so.", "rows": "all"}
    usual |= {"notebook": "02_channel", "figure": "fig-channel", "unit": "s"}
    return Claims([Verdict(Claim("a", **usual | fields), judgement)] * times)


def test_a_difference_is_measured_in_its_own_spread():
    """1.0, 1.1, 0.9: mean 1, standard deviation 0.1, half width 4.303 x 0.1 / sqrt 3."""
    assert CLEAR.standardised == (pytest.approx(10.0), pytest.approx(4.3027 / 3**0.5, rel=1e-4))
    assert SINGLE.standardised is None and Case("", {0: 1.0, 1: 1.0}).standardised is None


def test_the_plot_has_a_row_per_case_and_its_zero_in_the_middle():
    drawn = forest.drawing(ALL)
    assert re.findall(r'<g class="(\w+)">', drawn) == ["for", "against", "undecided"]
    assert drawn.count('class="zero"') == 1 and f'x1="{forest.WIDTH / 2:.1f}"' in drawn
    assert drawn.count("<rect") == 1 and drawn.count("<circle") == 2 and "no spread" in drawn
    assert "4 cases: 2 of 3 intervals exclude zero; 1 without a spread." in drawn


@pytest.mark.parametrize(
    ("case", "low", "high"),
    [(CLEAR, 0.5, 1), (AGAINST, 0, 0.5), (Case("far", {0: 1e6, 1: 1e6 + 1}), 0.9, 1)],
)
def test_sides_follow_the_sign_and_nothing_leaves_the_plot(case, low, high):
    drawn = forest.drawing(every([case]))
    ends = [float(x) for x in re.findall(r'<line x1="([\d.]+)" x2="', drawn)]
    assert ends and all(low * forest.WIDTH <= x <= high * forest.WIDTH for x in ends)


def test_a_closed_row_shows_the_weakest_case():
    assert forest.weakest(ALL) is AGAINST and forest.weakest(every([SINGLE])) is None
    assert forest.weakest(every([CLEAR, WIDE])) is WIDE  # undecided, though its mean is larger


def test_a_row_opens_to_test_plot_cases_and_link():
    text = shown()._repr_html_()
    assert text.count("<details") == text.count("</details>") == 1
    assert "A &lt; B." in text and 'data-verdict="mixed"' in text
    assert text.count('<svg class="forest"') == 3  # scale, summary, all cases
    assert "Difference: <b>-1.00 ± 0.25 s</b> (against); seeds: 1 to 3." in text
    assert '<a href="02_channel.html#fig-channel">02_channel, fig-channel</a>' in text
    assert "<td>against</td>" in text


def test_what_has_no_spread_or_no_test_says_so():
    counted = every([SINGLE], arithmetic=True)
    assert "1 of 1 cases without a spread" in shown(counted)._repr_html_()
    lost = Judgement(UNTESTABLE, reason="lost")
    text = shown(lost, judge="", untestable="lost", notebook="none")._repr_html_()
    assert "no case yet" in text and text.count("href") == 1
    assert "Difference" not in text and "<table" not in text


def test_every_verdict_has_a_mark_of_its_own():
    assert list(MARKS) == list(VERDICTS) and len(set(MARKS.values())) == len(VERDICTS)
    assert mark(HOLDS).startswith('<span class="verdict verdict-holds">')
    assert "verdict-does-not-hold" in mark("does not hold") and UNDECIDED in mark(UNDECIDED)


def test_many_claims_can_be_filtered():
    few, many = (shown(times=n)._repr_html_() for n in (FILTERED - 1, FILTERED))
    assert "data-filter" in many and "data-filter" not in few


def test_text_has_the_table_and_each_test():
    text = repr(shown())
    assert text.startswith("Claim ") and "mixed" in text and "Test: so." in text
