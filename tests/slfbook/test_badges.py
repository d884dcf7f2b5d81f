"""Badges: none without the address of a public copy, on the first page and in the README."""

import re

import small_book
import yaml
from slfbook import badges

from slfkit.records.store import project_root

ROOT = project_root()
ADDRESS = "https://github.com/someone/slfkit"
PAGE = "# Page\n\n```{badges}\n```\n"


def test_without_an_address_the_page_has_no_line(tmp_path):
    html, _ = small_book.build(tmp_path, PAGE, "slfbook.badges")
    assert "badges" not in html
    assert badges.links("", "10.1/x") == []


def test_with_an_address_each_badge_is_a_text_that_links_to_it(tmp_path):
    options = {"repository_url": ADDRESS}
    html, _ = small_book.build(tmp_path, PAGE, "slfbook.badges", html_theme_options=options)
    (line,) = re.findall(r'<p class="badges">(.*)</p>', html)
    assert re.findall(r'href="([^"]*)">([^<]*)<', line) == [
        (f"{ADDRESS}/actions/workflows/test.yml", "Tests"),
        (f"{ADDRESS}/blob/main/LICENSE", "Licence: MIT, CC BY 4.0"),
    ]
    assert "<img" not in line


def test_the_doi_comes_from_the_citation_file_once_it_has_one(tmp_path):
    assert badges.doi() == ""
    citation = tmp_path / "CITATION.cff"
    citation.write_text("doi: 10.1/x\n")
    assert badges.doi(citation) == "10.1/x"
    assert badges.links(ADDRESS, "10.1/x")[-1] == ("DOI 10.1/x", "https://doi.org/10.1/x")


def test_the_badges_of_the_readme_have_the_address_of_the_configuration():
    """They are pasted as CONTRIBUTING.md says; none is there while there is no address."""
    url = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["repository"]["url"]
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    lines = [line.strip() for line in re.findall(r"^    \[!.*$", text, flags=re.M)]
    readme = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    wanted = [line.replace("ADDRESS", url) for line in lines] if url else []
    assert len(lines) == 2 and [line for line in readme if line.startswith("[![")] == wanted


def test_the_workflow_that_a_badge_names_is_there():
    for _, address in badges.links(ADDRESS)[:1]:
        assert (ROOT / ".github" / "workflows" / address.rsplit("/", 1)[1]).is_file()
