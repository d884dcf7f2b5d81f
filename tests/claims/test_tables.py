"""The ledger as the book shows it, and the committed page beside the committed records."""

from dataclasses import replace

import nbformat
import pytest

from slfkit.claims import ledger, tables
from slfkit.claims.rules import HOLDS
from slfkit.records.store import project_root


@pytest.fixture(scope="module")
def found():
    return ledger.check("paper")


def test_the_table_links_to_page_and_figure(found):
    text = tables.ledger_table(found)._repr_html_()
    assert '<a href="02_channel.html#fig-channel">02_channel, fig-channel</a></td>' in text


def test_a_notebook_gets_its_own_claims_only():
    table = tables.verdicts("05_unshown")
    own = [claim.claim for claim in ledger.ledger() if claim.notebook == "05_unshown"]
    assert [row[0] for row in table.cells] == own


def test_the_scoreboard_is_a_table_of_the_counts(found):
    held = [one for one in found if one.judgement.verdict == HOLDS][:1]
    assert tables.scoreboard(held) == (
        "| holds | holds in part | does not hold | cannot be tested |\n"
        "| --- | --- | --- | --- |\n| 1 | 0 | 0 | 0 |\n"
    )


def test_the_finding_counts_the_verdicts_and_what_they_rest_on(found):
    held = [one for one in found if one.judgement.verdict == HOLDS and one.claim.study][:1]
    one = replace(held[0], missing=2, judgement=replace(held[0].judgement, seeds=(1, 1)))
    assert tables.finding([one]) == (
        "Of 1 claims, 1 holds, 0 hold in part, 0 do not hold, 0 cannot be tested. Of the 1 that "
        "are judged, 1 rest on one seed; the studies of 1 claims still have cells without a record."
    )
    many = replace(one, missing=0, judgement=replace(one.judgement, seeds=(2, 5)))
    assert "0 rest on one seed; the studies of 0 claims" in tables.finding([many])


def test_accuracies_are_written_in_percentage_points(found):
    some = next(one for one in found if one.judgement.value is not None).judgement
    judgement = replace(some, value=0.125, half=0.01, seeds=(2, 5))
    assert tables._value(judgement, "points") == "+12.5 ± 1 points"
    assert tables._value(replace(judgement, half=None), "s") == "+0.125 s"
    bytes_more = replace(judgement, value=8_572_776.0, half=0.0)
    assert tables._value(bytes_more, "bytes") == "+8,572,776 ± 0 bytes"
    assert tables._seeds(judgement) == "2 to 5"


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
    shown_by = (tables.counts_table, tables.ledger_table, tables.tests_table)
    assert shown == [repr(table(found)) for table in shown_by]
