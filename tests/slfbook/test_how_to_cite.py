"""What to cite: the bibliography, CITATION.cff and the page say the same, and all is cited."""

import re

import pytest
import yaml
from pybtex.database import parse_file, parse_string

from slfkit import __version__
from slfkit.records.store import project_root

ROOT = project_root()
PAPER = "choi2024slf"
CITE = re.compile(r"\{cite(?::\w+)?\}`([^`]+)`")


def bibliography(name):
    """Return key -> entry of a BibTeX file, in which no key may stand twice."""
    return parse_file(ROOT / "book" / name, "bibtex").entries


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


def test_every_entry_says_who_what_and_when():
    for entry in bibliography("references.bib").values():
        assert entry.persons["author"] and {"title", "year"} <= set(entry.fields)


def test_the_paper_is_the_same_in_both_files(cff):
    entry, paper = bibliography("references.bib")[PAPER], cff["preferred-citation"]
    bib = entry.fields
    for ours, theirs in (("journal", "journal"), ("volume", "volume"), ("number", "issue")):
        assert bib[ours] == str(paper[theirs])
    assert (bib["title"], bib["doi"]) == (paper["title"].strip(), paper["doi"])
    assert bib["year"] == str(paper["year"])
    families = [" ".join(author.last_names) for author in entry.persons["author"]]
    assert families == [author["family-names"] for author in paper["authors"]]


def test_this_companion_is_the_same_in_both_files(cff):
    (ours,) = bibliography("slfkit.bib").values()
    assert [*map(str, ours.persons["author"])] == ["{The slfkit authors}"]
    assert cff["authors"] == [{"name": "The slfkit authors"}]
    fields = ours.fields
    assert (fields["title"], fields["license"]) == (cff["title"], cff["license"])
    assert fields["version"] == cff["version"] == __version__


def test_the_page_shows_the_whole_entry_of_the_paper_and_no_other():
    page = (ROOT / "book" / "how_to_cite.md").read_text(encoding="utf-8")
    end = re.search(r':end-before: "(.*)"', page)[1]
    shown = (ROOT / "book" / "references.bib").read_text(encoding="utf-8").split(end)[0]
    assert list(parse_string(shown, "bibtex").entries) == [PAPER] and shown.count("@") == 1
    for name in ("references.bib", "slfkit.bib", "../CITATION.cff"):
        assert f"```{{literalinclude}} {name}\n" in page
