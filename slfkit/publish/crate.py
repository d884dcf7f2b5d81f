"""What an exported folder is and holds, for catalogues and repositories: RO-Crate 1.2."""

from __future__ import annotations

from pathlib import Path

from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

from slfkit import __version__
from slfkit.publish.codecheck import citation
from slfkit.records.store import Store

VERSION = "1.2"
METADATA = "ro-crate-metadata.json"
MIT = "https://spdx.org/licenses/MIT"
CC_BY = "https://creativecommons.org/licenses/by/4.0/"
LICENCES = {MIT: "MIT License", CC_BY: "Creative Commons Attribution 4.0 International"}
PARTS = {  # what a part of a folder is, its licence, and its media type
    "html/": ("the book, to be opened in a browser", CC_BY, ""),
    "slfkit.pdf": ("the book as one PDF", CC_BY, "application/pdf"),
    "notebooks/": ("the experiments: texts, and executed notebooks made from them", CC_BY, ""),
    "book/": ("pages of the book and its Sphinx extension", CC_BY, ""),
    "slfkit/": ("the package that computes, stores and judges", MIT, ""),
    "tests/": ("its tests", MIT, ""),
    "results/": ("records and weights of every run behind a printed number", CC_BY, ""),
    "numbers/": ("rows behind the figures of each page, as CSV", CC_BY, ""),
    "records.csv": ("main values of every record", CC_BY, "text/csv"),
    "claims.csv": ("the verdict on every claim", CC_BY, "text/csv"),
    "datapackage.json": ("the schema of both CSV files", CC_BY, "application/json"),
    "codecheck.yml": ("what a checker rebuilds", CC_BY, "application/yaml"),
    "requirements.lock": ("the pinned packages", MIT, "text/plain"),
    "LICENSE": ("which part is under which licence", MIT, "text/plain"),
    "CITATION.cff": ("what to cite", CC_BY, "application/yaml"),
    "README.md": ("where to begin", CC_BY, "text/markdown"),
}


def describe(folder: Path) -> None:
    """Write ``ro-crate-metadata.json`` into a folder: what it is, its parts, their licences."""
    crate = ROCrate(version=VERSION)
    root = crate.root_dataset
    root["name"] = "SLF, reproduced: book, code and records"
    root["description"] = (
        "A companion to the paper that it cites: experiments as executed notebooks, the package "
        "that runs them, the record of every run and a verdict on each of the paper's claims."
    )
    root["datePublished"] = newest_day()  # so that the same folder has the same description
    root["version"] = __version__
    root["license"] = [
        _entity(crate, url, "CreativeWork", name, description=f"{name}; LICENSE says of which part")
        for url, name in LICENCES.items()
    ]
    authors = _entity(crate, "#authors", "Organization", "The slfkit authors")
    root["author"] = root["publisher"] = authors
    root["citation"] = _paper(crate)
    for name, (meaning, licence, media) in PARTS.items():
        about = {"name": name, "description": meaning, "license": {"@id": licence}}
        path = folder / name
        if path.is_dir():
            crate.add_dataset(dest_path=name, properties=about)
        elif path.exists():
            of_file = {"encodingFormat": media, "contentSize": str(path.stat().st_size)}
            crate.add_file(dest_path=name, properties=about | of_file)
    crate.metadata.write(folder)


def newest_day() -> str:
    """Return the day of the newest record, such as 2026-11-25: it is that of the whole."""
    return max(record.provenance["date"][:10] for record in Store("paper").records())


def _entity(crate: ROCrate, identifier: str, kind: str, name: str, **more: object) -> object:
    return crate.add(ContextEntity(crate, identifier, {"@type": kind, "name": name, **more}))


def _paper(crate: ROCrate) -> object:
    paper = citation()["preferred-citation"]
    identifier, year = f"https://doi.org/{paper['doi']}", str(paper["year"])
    return _entity(crate, identifier, "ScholarlyArticle", paper["title"], datePublished=year)
