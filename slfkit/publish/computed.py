"""What *How this was computed* shows: constants and whose they are, provenance, what is missing.

Every function returns rows (plain dicts) read from the code itself or from stored records.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Sequence

from slfkit.experiments import registry
from slfkit.experiments.registry import seeds_of
from slfkit.records.lineage import equal_to, steps
from slfkit.records.spec import AlignmentSpec, ClassifierSpec, PairSpec, TransceiverSpec
from slfkit.records.store import Record
from slfkit.reporting.sentences import seeds_of_cells

SYMBOLS = {"eps": "ε", "alpha": "α", "beta": "β"}
SPECS = (TransceiverSpec, AlignmentSpec, PairSpec, ClassifierSpec)
_ALL = "; 0: all"  # how a specification's field says that 0 means the whole set
# Heading -> key of a row, for each table of the page.
CONSTANTS = {"Meaning": "meaning", "Value": "value", "Unit": "unit", "Whose choice": "whose",
             "Symbol": "symbol", "Name": "name"}  # fmt: skip
TRANSCEIVERS = {"Transceiver": "name", "Images of": "source", "ε": "crossover",
                "Trained on": "images", "Epochs at most": "epochs", "Tested on": "tested",
                "Seeds": "seeds"}  # fmt: skip
LINK = {"Meaning": "meaning", "Value": "value", "Unit": "unit"}
STOPPING = {"Metric": "metric", "Improvement": "improvement", "Epochs without": "patience"}
NETWORK = {"Part": "part", "Shape of its weights": "shape", "Weights": "weights",
           "Size (kB)": "size", "Frozen from f": "frozen"}  # fmt: skip
COVERAGE = {"Notebook": "notebook", "Study": "study", "Records read": "read",
            "Runs missing": "missing", "Cells and their seeds": "seeds"}  # fmt: skip
PROVENANCE = {"Runs": "kind", "Records": "records", "Hours": "hours", "Device": "device",
              "Threads": "threads", "Dates (UTC)": "dates", "torch": "torch", "Code": "source",
              "As now": "current"}  # fmt: skip
BY_STUDY = {"Study": "study", "Records": "read", "Hours": "hours", "Device": "device",
            "Dates (UTC)": "dates", "Code": "source", "As now": "current",
            "Computed anew in an empty folder by": "command"}  # fmt: skip
CHANGES = {"From": "before", "To": "after", "What changed": "why", "Runs the same": "runs",
           "Date (UTC)": "date"}  # fmt: skip
MISSING = {"Study": "study", "Runs": "runs", "Seeds": "seeds", "Command": "command"}


def constants(specs: Iterable[type] = SPECS) -> list[dict]:
    """Return a row for every default of the specifications: meaning, value, unit, whose choice.

    Fields of several specifications with one meaning and one value make one row.
    """
    rows: dict = {}
    for field in (field for spec in specs for field in dataclasses.fields(spec)):
        if field.default in (dataclasses.MISSING, ""):
            continue
        known = {**field.metadata, "name": field.name, "value": field.default}
        known["symbol"] = SYMBOLS.get(known["symbol"], known["symbol"])
        if known["meaning"].endswith(_ALL):
            known["meaning"] = known["meaning"].removesuffix(_ALL)
            known["value"] = known["value"] or "all"
        rows.setdefault((known["meaning"], str(known["value"])), known)
    return list(rows.values())


def network() -> list[dict]:
    """Return a row for each layer of the default transceiver: part, shape of weights, size in kB.

    One kB is 1000 bytes, four a weight; the column "frozen" holds the least f that freezes it.
    """
    import torch

    from slfkit.models import Transceiver

    transceiver = Transceiver(torch.Generator().manual_seed(0))
    parts = {name: f for f, name in enumerate(transceiver.parts(), start=1)}
    layers: dict = {}
    for name, weight in transceiver.named_parameters():
        layer = name.removesuffix(".weight").removesuffix(".bias")
        layers.setdefault(layer, []).append(weight)
    return [
        {"part": layer, "shape": " × ".join(map(str, weights[0].shape)), "frozen": parts.get(layer),
         "weights": sum(w.numel() for w in weights),
         "size": sum(w.numel() * w.element_size() for w in weights) / 1000}
        for layer, weights in layers.items()
    ]  # fmt: skip


def stopping_rules() -> list[dict]:
    """Return a row for each task's stopping rule: metric, least improvement, patience in epochs."""
    from slfkit.training import ACCURACY_RULE, MSE_RULE

    return [
        {"metric": rule.metric, "patience": rule.patience, "improvement": _improvement(rule)}
        for rule in (MSE_RULE, ACCURACY_RULE)
    ]


def _improvement(rule):
    if rule.relative:
        return f"more than {100 * rule.relative:g} % of the best value"
    return f"more than {100 * rule.absolute:g} percentage points"


def link() -> list[dict]:
    """Return the link and the computing power behind recovery times; they are the paper's."""
    from slfkit.recovery import Link

    default = Link()
    return [
        {"meaning": "rate down to Alice", "value": default.downlink / 1e6, "unit": "Mbit/s"},
        {"meaning": "rate up to David", "value": default.uplink / 1e6, "unit": "Mbit/s"},
        {"meaning": "computing power of Alice", "value": default.power / 1e12, "unit": "TFLOP/s"},
    ]


def provenance(records: Iterable[Record], source: str) -> list[dict]:
    """Return a row for each kind of run, device and version of the code: how many, when, how long.

    `source` is today's source hash; the column "current" tells whether the row's code gives the
    same numbers (see ``lineage``).
    """
    groups: dict = {}
    for record in records:
        known = record.provenance
        where = (record.spec.kind, known["device"], known["threads"], known["torch"])
        groups.setdefault((*where, known["slfkit"], known["source"]), []).append(record)
    return [_group_row(key, group, source) for key, group in sorted(groups.items())]


def _group_row(key, group, source):
    columns = ("kind", "device", "threads", "torch", "slfkit", "source")
    return {
        **dict(zip(columns, key, strict=True)),
        **_spent(group),
        "records": len(group),
        "current": key[-1] in equal_to(source),
    }


def _spent(group: Sequence[Record]) -> dict:
    """Return the days and the hours that runs took."""
    days = sorted(record.provenance["date"][:10] for record in group)
    seconds = sum(record.results["wall_seconds"] for record in group)
    return {"dates": days[0] if days[0] == days[-1] else f"{days[0]} to {days[-1]}",
            "hours": f"{seconds / 3600:.1f}"}  # fmt: skip


def finding(origins: list[dict], studies: list[dict]) -> str:
    """Say in two sentences what was computed, and how much of the published grid is there.

    Args:
        origins: rows of ``provenance``.
        studies: rows of ``coverage``; a run that two studies share counts in both.
    """
    records = sum(row["records"] for row in origins)
    stale = sum(row["records"] for row in origins if not row["current"])
    hours = sum(float(row["hours"]) for row in origins)
    devices = len({row["device"] for row in origins})
    read, missing = (sum(row[key] for row in studies) for key in ("read", "missing"))
    return (
        f"{records} records took {hours:.1f} hours on {devices} kind{'s' * (devices != 1)} of "
        f"processor, and {stale or 'none'} of them come{'s' * (stale == 1)} from code that gives "
        f"other numbers than today's. Of the {read + missing} cells of the published tables, "
        f"{read} have their record and {missing} are still to be computed."
    )


def code_changes() -> list[dict]:
    """Return a row for each change of the numeric code that was found to change no number."""
    return [{**dataclasses.asdict(step), "date": step.date[:10]} for step in steps()]


def transceivers(profile: str) -> list[dict]:
    """Return a row for T1, T2 and T3 at a profile's scale: images, eps, epochs, seeds.

    Images are counted as the specification does: 0 means all of the set.
    """
    from slfkit.experiments.grid import SCALES, users

    scale = SCALES[profile]
    seeds = scale.seeds + scale.repeats
    return [
        {**dataclasses.asdict(spec), "name": name, "seeds": ", ".join(map(str, seeds)),
         "images": spec.train or "all", "tested": spec.test or "all"}
        for name, spec in users(profile, seeds[0]).items()
    ]  # fmt: skip


def coverage(profile: str) -> list[dict]:
    """Return a row for each study of a profile: records found and runs missing of its grid.

    Nothing is computed; "cells" are the grid's cells that are missing.
    """
    rows = []
    for one in registry.experiments().values():
        results = one.study(profile, compute="none").run()
        rows.append(
            {
                "notebook": one.notebook,
                "study": one.name,
                "read": results.read,
                "missing": len(results.missing),
                "cells": results.missing,
                "profile": profile,
                "seeds": _seeds(results.rows),
                "records": results.records,
            }
        )
    return rows


def by_study(rows: list[dict], source: str) -> list[dict]:
    """Return a row for each study of `coverage` rows that has records: where and when, how long.

    Runs that studies share count in each, and those of pre-training in none. `source` is today's
    source hash. The command computes the study and all it needs anew, into a folder of the
    reader's.
    """
    return [_study_row(row, source) for row in rows if row["records"]]


def _study_row(row: dict, source: str) -> dict:
    known = [record.provenance for record in row["records"]]
    sources = sorted({one["source"] for one in known})
    anew = f"slfkit reproduce --profile {row['profile']} --study {row['study']}"
    return {
        **row, **_spent(row["records"]),
        "device": ", ".join(sorted({one["device"] for one in known})),
        "source": ", ".join(sources),
        "current": equal_to(source).issuperset(sources),
        "command": f"SLFKIT_RESULTS=anew {anew}",
    }  # fmt: skip


def _seeds(rows: Sequence[dict]) -> str:
    """Say how many cells have how many seeds, most seeds first."""
    counts = Counter(seeds_of_cells(rows))
    return ", ".join(
        f"{counts[seeds]} with {seeds} seed{'s' * (seeds != 1)}" for seeds in sorted(counts)[::-1]
    )


def missing_runs(rows: list[dict]) -> list[dict]:
    """Return a row for each study of `coverage` rows that has runs without a record."""
    return [
        {**row, "runs": row["missing"], "seeds": ",".join(map(str, seeds_of(row["cells"]))),
         "command": registry.command(row["study"], row["cells"], row["profile"])}
        for row in rows
        if row["cells"]
    ]  # fmt: skip
