"""What prose pages show of the records: the role, the scoreboard, and when pages are read again."""

import html
import os
from types import SimpleNamespace

import pytest
import small_book
from docutils import nodes
from slfbook import sentences

from slfkit.claims import ledger, tables
from slfkit.publish import findings
from slfkit.publish.findings import SHOWN, finding, names
from slfkit.records.store import project_root
from slfkit.reporting.sentences import apart


@pytest.fixture
def env():
    return SimpleNamespace(docname="page", metadata={"page": {}, "other": {}})


def role(env, text):
    said = []
    reporter = SimpleNamespace(error=lambda message, line: said.append(message) or "an error")
    document = SimpleNamespace(settings=SimpleNamespace(env=env))
    inliner = SimpleNamespace(reporter=reporter, document=document)
    made, messages = sentences.Found()("found", f"`{text}`", text, 3, inliner)
    return made, messages, said


def test_the_role_gives_the_sentences_and_marks_its_page(env):
    made, messages, _ = role(env, "02_channel")
    said = [node.astext().replace("\N{NO-BREAK SPACE}", " ") for node in made]
    pieces = apart(finding("02_channel"))
    assert said[0] == pieces[0][0]
    assert all(ground in said[1] for ground in pieces[0][1].split("; "))
    assert "Made by: slfkit run 02_channel --profile paper." in said[1]
    assert not messages
    assert sentences.MARK in env.metadata["page"]
    assert not env.metadata["other"]


@pytest.mark.parametrize("name", SHOWN)
def test_what_the_first_page_says_tells_what_it_rests_on(name, env):
    pieces = apart(finding(name))
    assert all(ground for _, ground in pieces)
    assert "".join(f"{said[:-1]} ({ground})." for said, ground in pieces) == finding(name)
    made, _, _ = role(env, name)
    assert len([node for node in made if isinstance(node, nodes.raw)]) == len(pieces)
    assert set(SHOWN) < set(names())


def grounded(env, *texts, title="", docname="notebooks/02_channel"):
    """Return a page and its one output of a cell, of these paragraphs, after the extension."""
    container = nodes.container("", *(nodes.paragraph("", text) for text in texts))
    container["classes"] = ["cell_output"]
    page = nodes.section("", nodes.paragraph("", "Prose (3 seeds)."), container)
    if title:
        page.insert(0, nodes.title("", title))
    env.docname = docname
    sentences.ground_outputs(SimpleNamespace(env=env), page)
    return page, container


def test_sentences_in_outputs_of_notebooks_tell_what_they_rest_on(env):
    page, (first, second) = grounded(
        env, "A falls (8 seeds; 2 of 9 cells missing).", "B (the paper's)."
    )
    assert first[0].astext() == "A falls."
    assert "8 seeds; 2 of 9 cells missing. Made by: slfkit run 02_channel" in first[1].astext()
    assert second.astext() == "B (the paper's)." and page[0].astext() == "Prose (3 seeds)."


def test_a_number_without_a_basis_tells_its_command(env):
    _, (first, second) = grounded(env, "C falls by 3 %.", "profile paper; 9 of 9 records read.")
    assert first[0].astext() == "C falls by 3\N{NO-BREAK SPACE}%."
    assert ">source</button>" in first[1].astext()
    assert "Made by: slfkit run 02_channel --profile paper." in first[1].astext()
    assert second.astext() == "profile paper; 9 of 9 records read."


THREE = "A falls by 0.5 %; “b” too. “C” rises (8 seeds). D is T1.0 (3 seeds)."


def test_what_was_found_is_a_list_of_sentences(env):
    _, (made,) = grounded(env, THREE, title="What was found")
    assert made.tagname == "bullet_list"
    said = [item[0][0].astext().strip() for item in made]
    assert said == ["A falls by 0.5\xa0%; “b” too.", "“C” rises.", "D is T1.0."]
    assert [len(item[0]) for item in made] == [1, 2, 2]


@pytest.mark.parametrize(
    ("title", "text"), [("What was found", "A falls (8 seeds)."), ("Cost", THREE)]
)
def test_a_single_sentence_and_what_else_a_page_says_are_no_list(env, title, text):
    _, (made,) = grounded(env, text, title=title)
    assert made.tagname == "paragraph"


def test_sentences_on_other_pages_stay_as_they_are(env):
    _, container = grounded(env, "A falls (8 seeds).", docname="page")
    assert container.astext() == "A falls (8 seeds)."


def test_a_text_without_seeds_rests_on_nothing():
    assert apart("Eq. 5 (the paper's) holds.") == [("Eq. 5 (the paper's) holds.", "")]
    assert apart("A (8 seeds). B.") == [("A.", "8 seeds"), (" B.", "")]


def test_what_to_do_is_a_table(tmp_path):
    _, env = small_book.build(tmp_path, "# Page\n\n```{advised}\n```\n", "slfbook.sentences")
    (raw,) = env.get_doctree("index").findall(nodes.raw)
    assert all(f">{need}</td>" in html.unescape(raw.astext()) for need, *_ in findings.NEEDS)
    assert sentences.MARK in env.metadata["index"]


def test_numbers_stay_with_their_signs():
    text = sentences.unbroken("to f = 4 by +5 % at most")
    assert text == "to f\xa0=\xa04 by +5\xa0% at most"


def test_an_unknown_name_is_an_error_of_the_build(env):
    made, messages, said = role(env, "07_none")
    assert made == [] and messages == ["an error"] and "'07_none'" in said[0]


def test_the_scoreboard_has_a_column_for_each_verdict(tmp_path):
    _, env = small_book.build(tmp_path, "# Page\n\n```{scoreboard}\n```\n", "slfbook.sentences")
    (table,) = env.get_doctree("index").findall(nodes.table)
    assert "scoreboard" in table["classes"]
    cells = [entry.astext() for entry in table.findall(nodes.entry)]
    counts = tables.counts(ledger.check("paper"))
    assert cells == [*counts, *map(str, counts.values())]
    assert sentences.MARK in env.metadata["index"]


def test_changed_records_make_their_pages_outdated(env, tmp_path, monkeypatch):
    monkeypatch.setenv("SLFKIT_RESULTS", str(tmp_path))
    record = tmp_path / "paper" / "pairs" / "one.json"
    record.parent.mkdir(parents=True)
    record.write_text("{}")
    env.metadata["page"][sentences.MARK] = "yes"

    def outdated():
        return sentences.outdated(None, env, set(), set(), set())

    assert outdated() == [] and outdated() == []
    os.utime(record, ns=(1, 1))
    assert outdated() == ["page"] and outdated() == []
    (record.parent / "two.json").write_text("{}")
    assert outdated() == ["page"] and outdated() == []
    record.unlink()
    assert outdated() == ["page"]


def test_pages_show_findings_and_the_landing_page_the_scoreboard():
    book = project_root() / "book"
    index = (book / "index.md").read_text(encoding="utf-8")
    assert "```{scoreboard}" in index and "{found}`works`" in index
    assert "{found}`old-partner`" in index
