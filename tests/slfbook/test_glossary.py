"""*Glossary*: every term says something short and is linked from somewhere."""

import re

import pytest

from slfkit.records.store import project_root

ROOT = project_root()
PAGE = ROOT / "book" / "glossary.md"
BLOCK = re.compile(r"^```\{glossary\}\n(.*?)^```", re.M | re.S)
LINK = re.compile(r"\{term\}`(?:[^`<]*<([^`>]+)>|([^`<]+))`")
SENTENCE = re.compile(r"[.:?](?:\s|$)(?!\s*[a-z])")


def entries(text):
    """Return term -> definition of the glossaries in a page."""
    found = {}
    for block in BLOCK.findall(text):
        for part in re.split(r"\n(?=\S)", block.strip("\n")):
            term, _, definition = part.partition("\n")
            assert term not in found, f"{term} stands twice"
            found[term] = " ".join(definition.split())
    return found


def links(text):
    """Return the terms a text links to, in small letters."""
    return {(target or text).strip().lower() for target, text in LINK.findall(text)}


ENTRIES = entries(PAGE.read_text(encoding="utf-8"))


def linked_elsewhere(term):
    pages = [path for path in (ROOT / "book").rglob("*.md") if path != PAGE]
    pages += (ROOT / "notebooks").glob("*.py")
    texts = [path.read_text(encoding="utf-8") for path in pages]
    texts += [definition for other, definition in ENTRIES.items() if other != term]
    return any(term.lower() in links(text) for text in texts)


@pytest.mark.parametrize("term", ENTRIES)
def test_a_term_is_explained_in_one_or_two_sentences_and_linked_from_elsewhere(term):
    definition = ENTRIES[term]
    assert definition.endswith(".") and len(definition) > len(term) + 20
    assert 1 <= len(SENTENCE.findall(definition.replace(":", ","))) <= 2
    assert linked_elsewhere(term)


def test_no_link_leads_nowhere():
    known = {term.lower() for term in ENTRIES}
    for path in (ROOT / "book").rglob("*.md"):
        assert links(path.read_text(encoding="utf-8")) <= known, path.name


def test_terms_stand_in_their_order():
    for block in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        terms = re.findall(r"^\S.*", block, re.M)
        assert terms == sorted(terms)


def test_entries_and_links_are_read_as_sphinx_does():
    first = "a term\n  First.\n  Second, {term}`b`.\n"
    text = f"```{{glossary}}\n{first}\nb\n  {{term}}`this <a term>`.\n```\n"
    assert entries(text) == {"a term": "First. Second, {term}`b`.", "b": "{term}`this <a term>`."}
    assert links(text) == {"b", "a term"}
