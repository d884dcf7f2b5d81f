"""What the book says was found: two sentences each, and the numbers of the notebooks."""

import re

import pytest

from slfkit.errors import ParameterError
from slfkit.experiments import best_way, codebook_start, freezing_cost, registry, sweeps, who_pays
from slfkit.experiments.study import TABLE_CROSSOVER
from slfkit.publish import findings, notebooks
from slfkit.publish.findings import finding


def sentences(text):
    """Return the sentences; "ε = 0.3." ends one, "0.3" and "Fig. 3" do not."""
    assert text.endswith(".")
    return re.split(r"(?<!Fig)\.\s+(?=[A-Z\d“])", text)


@pytest.mark.parametrize("name", findings.names())
def test_a_finding_is_one_to_three_sentences(name):
    several = len(registry.notebooks().get(name, [name]))
    assert 1 <= len(sentences(finding(name))) <= 3 * several


@pytest.mark.parametrize("name", findings.names())
def test_without_a_record_no_number_is_claimed_and_nothing_advised(name, tmp_path, monkeypatch):
    monkeypatch.setenv("SLFKIT_RESULTS", str(tmp_path))
    text = finding(name)
    if name != "80_claims":  # the paper's own table is judged without records
        assert text.startswith("No record is stored yet") and "0.0" not in text
    assert {row["name"] for row in findings.advised()} == {"no stored run will do"}


def test_an_unknown_name_is_refused_with_the_known_ones():
    names = "works, beyond, without-training, old-partner, 80_claims"
    with pytest.raises(ParameterError, match=f"'02_chanel': choose {names}"):
        finding("02_chanel")


def test_the_first_page_has_the_numbers_of_the_rows():
    rows = sweeps.channel_dissimilarity("paper", compute="none").run().rows
    count = sum(row["line"] == "slf" for row in rows)
    assert f"Over channels, SLF raises the accuracy in {count} of {count} runs" in findings.works()


def test_what_to_do_is_what_the_command_says():
    for row, (_, world, need, without) in zip(findings.advised(), findings.NEEDS, strict=True):
        alpha = 0.0 if world == "α = 0" else None
        said = best_way.answer(need, "paper", TABLE_CROSSOVER, alpha)[0]
        way, _, stop = row["name"].partition("; stop after ")
        if without and without in said:
            assert way != without and row["seconds"] not in said
            continue
        assert f"Choose {way}" in said and stop in said
        assert f"ready after {row['seconds']} s, test MSE {row['mse']}" in said
        assert f"of David's old link {row['old_link']} % ({row['seeds']} seeds)" in said


def test_what_the_paper_does_not_say_has_the_numbers_of_the_pages():
    starts = codebook_start.table(codebook_start.codebook_start("paper", compute="none").run().rows)
    sweep = sweeps.channel_dissimilarity("paper", compute="none").run().rows
    (parts,) = [one for one in freezing_cost.table(sweep, "crossover") if one["crossover"] == 0.3]
    text = findings.beyond()
    shown = [one["mse"] for one in starts if one["frozen"] == 0] + [parts["own"], parts["all"]]
    assert len(shown) == 5 and all(mse.split()[0] in text for mse in shown)


def test_what_an_upload_costs_has_the_numbers_of_its_page():
    rows = who_pays.who_pays("paper", compute="none").run().rows
    at_home = [row for row in who_pays.table(rows) if row["at"] == "ε = 0.3"]
    shown = [row["damage"].split()[1] for row in at_home if row["name"] in ("f = 0", "f = 3")]
    assert len(shown) == 2 and all(f"{one} (" in findings.old_partner() for one in shown)


@pytest.mark.parametrize("path", notebooks.sources(), ids=lambda path: path.stem)
def test_each_notebook_asks_first_and_experiments_answer_at_once_and_close_with_provenance(path):
    text = path.read_text(encoding="utf-8")
    opening = re.search(r"# # .*\n#\n((?:# .*\n)+)", text).group(1)
    question = opening.replace("\n# ", " ").strip("# \n")
    assert 1 <= len(sentences(question.replace("?", "."))) <= 2 and "?" in question
    headings = re.findall(r"^# ## (.*)$", text, re.MULTILINE)
    if path.stem in registry.notebooks():
        assert headings[0] == "What was found" and headings[-2:] == ["Try it", "Exercises"]
        assert text.splitlines()[-1].startswith("provenance_line.line(")
    else:
        assert headings[-2:] == ["What was found", "Try it"]
