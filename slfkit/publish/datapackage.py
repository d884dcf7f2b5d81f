"""Records and verdicts as two CSV files with their schema: a Data Package that tools can read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from slfkit import __version__
from slfkit.claims import ledger
from slfkit.publish.csv_rows import name_of, text
from slfkit.records.store import Store
from slfkit.reporting.rows import Row, mean_of

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
METRICS = ("mse", "psnr", "accuracy", "perplexity")


def _column(name: str, kind: str, meaning: str, unit: str = "", required: bool = False) -> Row:
    """Return a column of a CSV file as a field of the schema."""
    field: Row = {"name": name, "type": kind, "description": meaning}
    field |= {"unit": unit} if unit else {}
    return field | ({"constraints": {"required": True}} if required else {})


RECORDS = (
    _column("record", "string", "file of the record, from the project's folder", required=True),
    _column("case", "string", "which test of the run, such as a task or an aligner", required=True),
    _column("kind", "string", "kind of the run", required=True),
    _column("seed", "integer", "seed of the run, where it has one of its own"),
    _column("draws", "integer", "draws of the test channel that the metrics are means over"),
    _column("mse", "number", "mean squared error of pixels in [-1, 1]"),
    _column("psnr", "number", "peak signal-to-noise ratio", "dB"),
    _column("accuracy", "number", "share of images that the classifier reads rightly"),
    _column("perplexity", "number", "codewords in use"),
    _column("epochs", "integer", "epochs until the stopping rule of the task ended training"),
    _column("bytes_down", "integer", "size of the message to Alice", "B"),
    _column("bytes_up", "integer", "size of the message to David", "B"),
    _column("wall_seconds", "number", "time the run took", "s"),
    _column("device", "string", "processor or card that computed it", required=True),
    _column("torch", "string", "version of torch", required=True),
    _column("code", "string", "hash of the code that decides the numbers", required=True),
    _column("date", "datetime", "end of the run, UTC", required=True),
)
CLAIMS = (
    _column("id", "string", "name of the claim", required=True),
    _column("source", "string", "whose claim: paper or ours", required=True),
    _column("verdict", "string", "what the rule says of it on these records", required=True),
    _column("claim", "string", "the claim in our words", required=True),
    _column("where", "string", "where the paper makes it"),
    _column("notebook", "string", "page that shows it", required=True),
    _column("cases", "integer", "comparisons with records", required=True),
    _column("seeds", "integer", "least number of seeds of a comparison", required=True),
)
FILES = {
    "records": (RECORDS, ["record", "case"], "Main values of every stored run, one line per test"),
    "claims": (CLAIMS, ["id"], "The verdict on every claim"),
}


def files() -> dict[str, str]:
    """Return name -> content of ``records.csv``, ``claims.csv`` and ``datapackage.json``.

    Raises:
        RecordError: a stored record is damaged.
    """
    lines = {"records": records(Store("paper")), "claims": claims("paper")}
    tables = {
        f"{name}.csv": text(lines[name], [column["name"] for column in columns])
        for name, (columns, *_) in FILES.items()
    }
    described = json.dumps(description(), indent=2, ensure_ascii=False)
    return {**tables, "datapackage.json": described + "\n"}


def description() -> Row:
    """Return the Data Package: name, licence and the schema of both files."""
    return {
        "$schema": PROFILE,
        "name": "slfkit-records",
        "title": "Stored runs of SLF, reproduced, and the verdicts on the paper's claims",
        "version": __version__,
        "licenses": [LICENCE],
        "contributors": [{"title": "The slfkit authors", "roles": ["creator"]}],
        "resources": [_resource(name) for name in FILES],
    }


def _resource(name: str) -> Row:
    columns, key, meaning = FILES[name]
    return {
        "name": name,
        "path": f"{name}.csv",
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "description": meaning,
        "schema": {"fields": list(columns), "primaryKey": key},
    }


def records(store: Store) -> Iterator[Row]:
    """Yield a row for each test of each stored run, keyed as ``RECORDS``."""
    for record in store.records():
        known = record.provenance
        about = {
            "record": name_of(record, store),
            "kind": record.spec.kind,
            "seed": getattr(record.spec, "seed", None),
            "wall_seconds": record.results["wall_seconds"],
            **{name: known[name] for name in ("device", "torch", "date")},
            "code": known["source"],
        }
        for case, values in _cases(record.results):
            yield {**about, "case": case, **values}


def _cases(results: Mapping[str, Any]) -> Iterator[tuple[str, Row]]:
    """Yield the name and the values of each test that a record holds."""
    sizes = {name: results[name] for name in ("bytes_down", "bytes_up") if name in results}
    for task, found in results.get("tasks", {}).items():
        yield task, _means(found["test"]) | {"epochs": found["epochs"]} | sizes
    for name in ("test", "matched"):
        if name in results:
            yield name, _means(results[name])
    for link in ("old_link", "own_link"):
        for side, draws in results.get(link, {}).items():
            yield f"{link} {side}", _means(draws)
    for one in results.get("aligners", ()):
        sent = {"bytes_down": one["bytes_down"]}
        yield f"{one['method']} from {one['payload']}", _means(one["test"]) | sent
    for one in results.get("links", ()):
        yield f"{one['scheme']} to {one['receiver']}", _means(one["test"])


def _means(draws: Sequence[Row] | Row) -> Row:
    """Return the metrics as means over the draws; images sent over no channel have one draw."""
    draws = [draws] if isinstance(draws, Mapping) else draws
    known = [metric for metric in METRICS if all(metric in draw for draw in draws)]
    return {"draws": len(draws), **{metric: mean_of(draws, metric) for metric in known}}


def claims(profile: str) -> Iterable[Row]:
    """Yield a row for each claim with its verdict on the stored records, keyed as ``CLAIMS``."""
    for source in ledger.SOURCES:
        for verdict in ledger.check(profile, source=source):
            claim, judgement = verdict.claim, verdict.judgement
            yield {
                **{name: getattr(claim, name) for name in ("id", "source", "claim", "where")},
                "notebook": claim.notebook,
                "verdict": judgement.verdict,
                "cases": len(judgement.cases),
                "seeds": judgement.seeds[0],
            }
