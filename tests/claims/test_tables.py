"""The ledger as the book shows it, and the committed page beside the committed records."""

import math
from dataclasses import replace

import nbformat
import pytest

from slfkit.claims import ledger, shown, tables
from slfkit.claims.rules import HOLDS, Case, every
from slfkit.records.store import project_root


@pytest.fixture(scope="module")
def found():
    return ledger.check("paper")


def test_each_claim_links_to_page_and_figure(found):
    text = tables.Claims(found)._repr_html_()
    assert '<a href="02_channel.html#fig-channel">02_channel, fig-channel</a>' in text


def test_a_notebook_gets_its_own_claims_only():
    own = [claim for claim in ledger.ledger() if claim.notebook == "05_unshown"]
    assert [one.claim for one in tables.verdicts("05_unshown").judged] == own


def test_claims_of_ours_are_printed_nowhere_else():
    ours = judged((1.0, 1.1, 0.9), source="ours", where="")
    assert "claim-where" not in tables.Claims([ours])._repr_html_()
    assert "claim-where" in tables.Claims([HELD])._repr_html_()


def judged(*cases, arithmetic=False, **claim):
    """The verdict on a claim that has these cases."""
    first = next(one for one in ledger.ledger() if one.id == "table-mse")
    cases = [Case(f"f = {f}", dict(enumerate(values))) for f, values in enumerate(cases)]
    return ledger.Verdict(replace(first, **claim), every(cases, arithmetic))


HELD, COUNTED = judged((1.0, 1.1, 0.9)), judged((5.0,), arithmetic=True, unit="bytes")
OPEN = judged((0.125, 0.135), (0.2,), unit="points")


def test_the_scoreboard_is_a_table_of_the_counts_with_arithmetic_apart():
    assert tables.scoreboard([HELD, OPEN, COUNTED, COUNTED]) == (
        "| holds | mixed | does not hold | undecided | cannot be tested |\n"
        "| --- | --- | --- | --- | --- |\n| 1 | 0 | 0 | 1 | 0 |\n\n"
        "Counted apart: of 2 arithmetic claims, 2 hold.\n"
    )
    counted = tables.counts_table([HELD, COUNTED]).cells
    assert counted[0] == [HOLDS, 1, 1] and sum(row[1] + row[2] for row in counted) == 2


def test_the_finding_counts_the_verdicts_and_what_they_lack():
    given = [HELD, HELD, replace(OPEN, missing=2), COUNTED]
    assert tables.finding(given) == (
        "Of 3 claims about what is measured, 2 hold, 1 is undecided; of 1 arithmetic claims, 1 "
        "holds. Of the 1 that are undecided, 1 have cases of one seed; the studies of 1 claims "
        "still have cells to be computed."
    )


@pytest.mark.parametrize(
    ("values", "unit", "text"),
    [
        ((0.1, 0.16), "points", "+13 ± 38 points"),
        ((0.02, 0.021, 0.022), "MSE", "+0.0210 ± 0.0025 MSE"),
        ((0.125,), "s", "+0.125 s"),
        ((8_572_776.0,) * 3, "bytes", "+8,572,776 bytes"),
        ((0.0,), "bytes", "+0 bytes"),
        ((math.log(2),), "factor", "× 2"),
        ((math.log(2), math.log(4), math.log(8)), "factor", "× 4 (0.715 to 22.4)"),
    ],
)
def test_a_difference_is_written_in_its_unit(values, unit, text):
    """Accuracies in points, logarithms as the factors they stand for, at the interval's digits."""
    assert shown._value(Case("", dict(enumerate(values))), unit) == text


def test_each_claim_shows_the_seeds_and_the_tests_of_each_case():
    text = shown._test(HELD)
    assert "Test: Every step of f" in text and "Found: 1 of 1 cases decided for it." in text
    held, undecided, counted = (shown._cases(one).cells for one in (HELD, OPEN, COUNTED))
    assert held == [["f = 0", 3, "+1.00 ± 0.25 MSE", "0.003", "0.250", "for"]]
    assert undecided[1] == ["f = 1", 1, "+20 points", None, None, "no"]
    assert undecided[0][3:] == ["0.049", "0.500", "for"]
    assert counted == [["f = 0", None, "+5 bytes", None, None, "for"]]
    seeds = [shown._seeds(one.judgement) for one in (HELD, OPEN, COUNTED)]
    assert seeds == ["3", "1 to 2", "arithmetic"]


def test_the_committed_page_has_the_verdicts_of_the_committed_records(found):
    path = project_root() / "notebooks" / "80_claims.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    shown = [
        output["data"]["text/plain"]
        for cell in cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "text/html" in output.get("data", {})
    ]
    ours = ledger.check(source=ledger.OURS)
    expected = [tables.counts_table(found), tables.Claims(found), tables.Claims(ours)]
    assert shown == list(map(repr, expected))
