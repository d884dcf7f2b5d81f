"""What to cite: the bibliography, CITATION.cff and the page say the same, and all is cited."""

import re

import pytest
import yaml

from slfkit import __version__
from slfkit.records.store import project_root

ROOT = project_root()
PAPER = "choi2024slf"
ENTRY = re.compile(r"^@(\w+)\{(\w+),\n(.*?)^\}", re.M | re.S)
FIELD = re.compile(r"^\s+(\w+)\s*=\s*\{(.*)\},?$", re.M)
CITE = re.compile(r"\{cite(?::\w+)?\}`([^`]+)`")


def bibliography(name):
    """Return key -> fields of a BibTeX file, the sort of entry as the field "sort"."""
    text = (ROOT / "book" / name).read_text(encoding="utf-8")
    return {
        key: {"sort": sort, **dict(FIELD.findall(body))} for sort, key, body in ENTRY.findall(text)
    }


def cited():
    """Return the keys cited on some page."""
    pages = [*(ROOT / "book").rglob("*.md"), *(ROOT / "notebooks").glob("*.py")]
    found = [keys for path in pages for keys in CITE.findall(path.read_text(encoding="utf-8"))]
    return {key.strip() for keys in found for key in keys.split(",")}


@pytest.fixture(scope="module")
def cff():
    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def test_every_entry_is_cited_and_every_citation_has_an_entry():
    assert cited() == set(bibliography("references.bib"))


def test_no_entry_stands_twice_or_lacks_a_field():
    text = (ROOT / "book" / "references.bib").read_text(encoding="utf-8")
    keys = [key for _, key, _ in ENTRY.findall(text)]
    assert len(keys) == len(set(keys)) == text.count("\n@") + text.startswith("@")
    for fields in bibliography("references.bib").values():
        assert {"author", "title", "year"} <= set(fields)


def test_the_paper_is_the_same_in_both_files(cff):
    bib, paper = bibliography("references.bib")[PAPER], cff["preferred-citation"]
    for ours, theirs in (("journal", "journal"), ("volume", "volume"), ("number", "issue")):
        assert bib[ours] == str(paper[theirs])
    assert (bib["title"], bib["doi"]) == (paper["title"].strip(), paper["doi"])
    assert bib["year"] == str(paper["year"])
    families = [author.split(",")[0] for author in bib["author"].split(" and ")]
    assert families == [author["family-names"] for author in paper["authors"]]


def test_this_companion_is_the_same_in_both_files(cff):
    (ours,) = bibliography("slfkit.bib").values()
    assert ours["author"] == "{The slfkit authors}"
    assert cff["authors"] == [{"name": "The slfkit authors"}]
    assert (ours["title"], ours["license"]) == (cff["title"], cff["license"])
    assert ours["version"] == cff["version"] == __version__


def test_the_page_shows_the_whole_entry_of_the_paper_and_no_other():
    page = (ROOT / "book" / "how_to_cite.md").read_text(encoding="utf-8")
    end = re.search(r':end-before: "(.*)"', page)[1]
    shown = (ROOT / "book" / "references.bib").read_text(encoding="utf-8").split(end)[0]
    assert [key for _, key, _ in ENTRY.findall(shown)] == [PAPER]
    assert shown.count("@") == 1
    for name in ("references.bib", "slfkit.bib", "../CITATION.cff"):
        assert f"```{{literalinclude}} {name}\n" in page
