"""The exported folder and the zip: complete, described, valid, and the same whenever made."""

import csv
import datetime
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
import yaml
from rocrate.rocrate import ROCrate

from slfkit.claims import ledger, tables
from slfkit.errors import BookError
from slfkit.publish import codecheck, crate, csv_rows, datapackage, export, offline
from slfkit.records.store import Store, project_root

ROOT = project_root()
TYPES = {"string": str, "integer": int, "number": float, "datetime": datetime.datetime}
NAME = re.compile(r"[a-z0-9._-]+")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The project exported once."""
    return export.export(tmp_path_factory.mktemp("export") / "new" / "bundle")


def lines(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def package(folder):
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


def value(text, kind):
    """Read a cell as its type in the schema says."""
    if kind == "datetime":
        return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    return TYPES[kind](text)


def tracked(*which):
    """Return what git tracks, and what else is asked for."""
    listed = subprocess.check_output(["git", "ls-files", *which], cwd=ROOT, text=True)
    return set(listed.splitlines())


def test_it_holds_the_project_as_git_has_it(folder):
    """A copy without .git has nothing to compare with; the list is then that of the copy."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a clone of git")
    made = {path.as_posix() for path in export.project_files(ROOT)}
    assert {path for path in tracked() if (ROOT / path).is_file()} <= made
    more = made - tracked("--cached", "--others", "--exclude-standard")
    assert {path for path in more if not path.startswith("results/")} == set()
    assert all((folder / path).is_file() for path in made)


def test_the_data_package_is_described_as_the_standard_asks(folder):
    content = package(folder)
    resources = content["resources"]
    assert "$schema" in content and content["licenses"] and resources
    assert all({"name", "path"} <= one.keys() for one in content["licenses"])
    assert all(NAME.fullmatch(one["name"]) for one in (content, *resources))
    assert not [one for one in resources if one["path"].startswith(("/", ".."))]
    for schema in (one["schema"] for one in resources):
        assert "primaryKey" in schema
        assert all({"name", "type", "description"} <= one.keys() for one in schema["fields"])
        assert {one["type"] for one in schema["fields"]} <= TYPES.keys()


@pytest.mark.parametrize("name", datapackage.FILES)
def test_every_cell_has_the_type_of_its_column_and_keys_are_unique(folder, name):
    (resource,) = [one for one in package(folder)["resources"] if one["name"] == name]
    schema, table = resource["schema"], lines(folder / resource["path"])
    assert [field["name"] for field in schema["fields"]] == list(table[0])
    for field in schema["fields"]:
        cells = [line[field["name"]] for line in table]
        assert all(cells) or "constraints" not in field, field["name"]
        assert [value(cell, field["type"]) for cell in cells if cell], field["name"]
    keys = [tuple(line[part] for part in schema["primaryKey"]) for line in table]
    assert len(set(keys)) == len(keys) > 0


def test_every_record_is_there_with_its_numbers(folder):
    table = lines(folder / "records.csv")
    stored = {
        csv_rows.name_of(record, Store("paper")): record for record in Store("paper").records()
    }
    assert {line["record"] for line in table} == set(stored)
    assert all((folder / name).is_file() for name in stored)
    for line in table:
        if (line["kind"], line["case"]) == ("pairs", "test"):
            draws = stored[line["record"]].results["test"]
            mean = sum(draw["mse"] for draw in draws) / len(draws)
            assert float(line["mse"]) == pytest.approx(mean) and int(line["draws"]) == len(draws)


def test_the_verdicts_are_those_of_the_book(folder):
    table = lines(folder / "claims.csv")
    assert [line["id"] for line in table if line["source"] == "paper"] == [
        claim.id for claim in ledger.ledger() if claim.source == "paper"
    ]
    judged = ledger.check("paper")
    over_seeds, arithmetic = tables.counts(judged), tables.counts(judged, arithmetic=True)
    assert sum(over_seeds.values()) + sum(arithmetic.values()) == len(judged)
    for verdict in over_seeds | arithmetic:
        count = over_seeds.get(verdict, 0) + arithmetic.get(verdict, 0)
        found = [line for line in table if (line["source"], line["verdict"]) == ("paper", verdict)]
        assert len(found) == count, verdict


def test_the_crate_can_be_read_and_names_what_is_there(folder):
    read = ROCrate(folder)
    assert read.version == crate.VERSION
    for needed in ("name", "description", "datePublished", "license", "author"):
        assert read.root_dataset[needed], needed
    parts = {entity.id for entity in read.data_entities}
    assert parts == {name for name in crate.PARTS if (folder / name).exists()}
    assert parts == set(crate.PARTS) - {"html/", "slfkit.pdf"}  # of the zip alone
    for entity in read.data_entities:
        assert entity["name"] and entity["description"] and entity["license"].id in crate.LICENCES
        if entity.type == "File":
            assert int(entity["contentSize"]) == (folder / entity.id).stat().st_size


def test_every_reference_in_the_crate_leads_to_an_entity(folder):
    graph = json.loads((folder / crate.METADATA).read_text(encoding="utf-8"))["@graph"]
    known = {entity["@id"] for entity in graph} | {f"https://w3id.org/ro/crate/{crate.VERSION}"}
    named = re.findall(r'\{\s*"@id": "([^"]*)"\s*\}', json.dumps(graph))
    assert named and set(named) <= known and len(known) == len(graph) + 1


def test_a_checker_is_told_what_to_rebuild(folder):
    text = (folder / "codecheck.yml").read_text(encoding="utf-8")
    assert text.startswith("---\n")
    content = yaml.safe_load(text)
    assert content["version"] == codecheck.SPECIFICATION
    assert all((folder / entry["file"]).stat().st_size for entry in content["manifest"])
    assert len(content["manifest"]) == 2 * len(codecheck.ITEMS)
    assert content["paper"]["authors"][0] == {"name": "Jinhyuk Choi"}
    families = [author.split()[-1] for author in codecheck.authors()]
    preferred = codecheck.citation()["preferred-citation"]
    assert families == [author["family-names"] for author in preferred["authors"]]


def test_the_manifest_has_each_computed_figure_and_table_of_the_index():
    """Fig. 1 of the paper is a drawing, and so is ours."""
    page = (ROOT / "book" / "paper_index.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ((?:Fig|Table)[^|]*) \| [^|]* \| .*?notebooks/(\w+)`", page, flags=re.M)
    assert rows == [(name, notebook) for notebook, (name, _) in codecheck.ITEMS.items()]


def test_a_folder_with_something_in_it_is_left_alone(tmp_path, monkeypatch):
    (tmp_path / "mine").write_text("kept")
    with pytest.raises(BookError, match="is there and not empty: name a new folder"):
        export.export(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    monkeypatch.setattr(export, "project_files", lambda root: [Path("LICENSE"), Path("absent")])
    with pytest.raises(FileNotFoundError):
        export.export(tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]  # nothing else where it fails


def test_lists_in_a_row_are_lines_under_its_labels():
    row = {
        "line": "slf",
        "cell": (("line", "slf"), ("frozen", 2)),
        "frozen": 2,
        "seed": 1,
        "mse": 0.5,
        "capped": ("mse", "accuracy"),
        "old_link": {"after": {"mse": 0.7}},
        "history": [{"mse": 0.9}, {"mse": 0.6}],
    }
    text = csv_rows.text(csv_rows.unrolled(row, {"study": "one"}))
    assert text == (
        "study,line,frozen,seed,mse,capped,old_link.after.mse,part,number,history.mse\n"
        "one,slf,2,1,0.5,mse accuracy,0.7,,,\n"
        "one,slf,2,1,,,,history,1,0.9\n"
        "one,slf,2,1,,,,history,2,0.6\n"
    )
    assert csv_rows.of_page("80_claims") == ""  # a page without studies


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A small checkout's _build with a page, a PDF and a project of two files."""
    pages = tmp_path / "_build" / "html" / "book"
    pages.mkdir(parents=True)
    (pages / "index.html").write_text(f"<h1>Book</h1>\n{offline.FOUND}\n")
    pdf = tmp_path / "_build" / "pdf" / "slfkit.pdf"
    pdf.parent.mkdir()
    pdf.write_bytes(b"%PDF-1.7 " + b"x" * 2000)

    def lay_out(folder):
        folder.mkdir(parents=True)
        (folder / "README.md").write_text("Begin here.\n")

    monkeypatch.setattr(offline, "project_root", lambda: tmp_path)
    monkeypatch.setattr(export, "lay_out", lay_out)
    monkeypatch.setattr(crate, "newest_day", lambda: "2026-01-02")
    return tmp_path / "_build"


def names(target):
    with zipfile.ZipFile(target) as packed:
        assert packed.testzip() is None
        return [name.split("/", 1)[1] for name in packed.namelist()]


def test_the_zip_holds_book_pdf_and_project_and_the_first_page_alone_links_to_it(book):
    target = offline.make_zip()
    assert names(target) == [
        "README.md",
        "html/book/index.html",
        "ro-crate-metadata.json",
        "slfkit.pdf",
    ]
    with zipfile.ZipFile(target) as packed:
        folder = packed.namelist()[0].split("/")[0]
        described = packed.read(f"{folder}/ro-crate-metadata.json").decode()
        inside = packed.read(f"{folder}/html/book/index.html").decode()
    assert '"html/"' in described and '"slfkit.pdf"' in described
    # the first page links to both, and that in the zip to neither
    assert inside == f"<h1>Book</h1>\n{offline.FOUND}\n"
    index = book / "html" / "book" / "index.html"
    links = re.findall(r'href="([^"]*)"', index.read_text())
    assert links == ["../slfkit.zip", "../slfkit.pdf"]
    assert all((index.parent / link).resolve().is_file() for link in links)


def test_the_same_contents_make_the_same_zip_and_without_a_pdf_it_is_linked_alone(book):
    first = offline.make_zip().read_bytes()
    shutil.copy(book / "pdf" / "slfkit.pdf", book / "again")
    (book / "again").replace(book / "pdf" / "slfkit.pdf")  # another time
    assert offline.make_zip().read_bytes() == first
    (book / "pdf" / "slfkit.pdf").unlink()
    assert "slfkit.pdf" not in names(offline.make_zip())
    assert "slfkit.pdf" not in (book / "html" / "book" / "index.html").read_text()


def test_a_zip_that_is_too_large_or_has_no_book_is_refused_and_not_left(book, monkeypatch):
    monkeypatch.setattr(offline, "LARGEST", 1000)
    with pytest.raises(BookError, match="the zip has 0 MB and may have 0"):
        offline.make_zip()
    assert list((book / "zip").iterdir()) == []
    for pages in (book / "html" / "book" / "index.html", ROOT / "book" / "index.md"):
        assert offline.FOUND in pages.read_text(encoding="utf-8")  # the line that the zip fills
    (book / "html" / "book" / "index.html").unlink()
    with pytest.raises(BookError, match="holds no book: run 'slfkit book' first"):
        offline.make_zip()
