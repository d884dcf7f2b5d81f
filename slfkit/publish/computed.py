"""What *How this was computed* shows: constants and whose they are, provenance, what is missing.

Every table is read from the code itself or from stored records. Its rows are keyed by headings.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Sequence

from slfkit.experiments import registry
from slfkit.experiments.grid import SCALES
from slfkit.experiments.results import PAPER_LINK, Results
from slfkit.publish.provenance_line import origin_of
from slfkit.records.bounds import BoundSpec, StreamSpec
from slfkit.records.lineage import is_current, steps
from slfkit.records.rounds import RoundSpec
from slfkit.records.spec import AlignmentSpec, ClassifierSpec, PairSpec, TransceiverSpec
from slfkit.records.store import Record
from slfkit.reporting.intervals import text
from slfkit.reporting.rows import Row, seeds_of_cells

SYMBOLS = {"eps": "ε", "alpha": "α", "beta": "β"}
SPECS = (TransceiverSpec, AlignmentSpec, PairSpec, ClassifierSpec, RoundSpec, BoundSpec, StreamSpec)
MISSING = {name: name for name in ("Study", "Runs", "Seeds", "Command")}  # of a table without rows
ORIGIN = ("kind", "device", "threads", "torch", "source")  # what tells groups of records apart
_ALL = "; 0: all"  # how a specification's field says that 0 means the whole set


def constants(specs: Iterable[type] = SPECS) -> list[Row]:
    """Return a row for every default of the specifications: meaning, value, unit, whose choice.

    Fields of several specifications with one meaning and one value make one row.
    """
    rows: dict[tuple[str, str], Row] = {}
    for field in (field for spec in specs for field in dataclasses.fields(spec)):
        if field.default in (dataclasses.MISSING, ""):
            continue
        about = field.metadata
        row = {
            "Meaning": about["meaning"].removesuffix(_ALL),
            "Value": field.default or ("all" if about["meaning"].endswith(_ALL) else field.default),
            "Unit": about["unit"],
            "Whose choice": about["whose"],
            "Symbol": SYMBOLS.get(about["symbol"], about["symbol"]),
            "Name": field.name,
        }
        rows.setdefault((row["Meaning"], str(row["Value"])), row)
    return list(rows.values())


def network() -> list[Row]:
    """Return a row for each layer of the default transceiver: part, shape of weights, size in kB.

    One kB is 1000 bytes, four per weight; the last column holds the least f that freezes it.
    """
    import torch  # here, since the other tables need none of it

    from slfkit.models import Transceiver

    transceiver = Transceiver(torch.Generator().manual_seed(0))
    parts = {name: f for f, name in enumerate(transceiver.parts(), start=1)}
    layers: dict[str, list[torch.Tensor]] = {}
    for name, weight in transceiver.named_parameters():
        layers.setdefault(name.rpartition(".")[0], []).append(weight)
    return [
        {
            "Part": layer,
            "Shape of its weights": " × ".join(map(str, weights[0].shape)),
            "Weights": sum(weight.numel() for weight in weights),
            "Size (kB)": sum(weight.numel() * weight.element_size() for weight in weights) / 1000,
            "Frozen from f": parts.get(layer),
        }
        for layer, weights in layers.items()
    ]


def stopping_rules() -> list[Row]:
    """Return a row for each task's stopping rule: metric, least improvement, patience in epochs."""
    from slfkit.training import ACCURACY_RULE, MSE_RULE  # loads torch

    least = (
        (MSE_RULE, f"more than {100 * MSE_RULE.relative:g} % of the best value"),
        (ACCURACY_RULE, f"more than {100 * ACCURACY_RULE.absolute:g} percentage points"),
    )
    return [
        {"Metric": rule.metric, "Improvement": amount, "Epochs without": rule.patience}
        for rule, amount in least
    ]


def link() -> list[Row]:
    """Return the link and the computing power behind recovery times; they are the paper's."""
    down, up, power = PAPER_LINK.downlink / 1e6, PAPER_LINK.uplink / 1e6, PAPER_LINK.power / 1e12
    return [
        {"Meaning": "rate down to Alice", "Value": down, "Unit": "Mbit/s"},
        {"Meaning": "rate up to David", "Value": up, "Unit": "Mbit/s"},
        {"Meaning": "computing power of Alice", "Value": power, "Unit": "TFLOP/s"},
    ]


def transceivers(profile: str) -> list[Row]:
    """Return a row for T1, T2 and T3 at a profile's scale: images, eps, epochs, seeds.

    Table I's channel, from T1 to T2, has the most seeds.
    """
    scale = SCALES[profile]
    seeds = scale.seeds + scale.repeats
    most = dict.fromkeys(("T1", "T2"), seeds + scale.column)
    return [
        {
            "Transceiver": name,
            "Images of": spec.source,
            "ε": spec.crossover,
            "Trained on": spec.train or "all",
            "Epochs at most": spec.epochs,
            "Tested on": spec.test or "all",
            "Seeds": ", ".join(map(str, most.get(name, seeds))),
        }
        for name, spec in scale.users(seeds[0]).items()
    ]


def provenance(records: Iterable[Record]) -> list[Row]:
    """Return a row for each kind of run, device and version of the code: how many, when, how long.

    "As now" tells whether today's code gives the same numbers.
    """
    groups: dict[tuple, list[Record]] = {}
    for record in records:
        about = {"kind": record.spec.kind, **record.provenance}
        groups.setdefault(tuple(about[name] for name in ORIGIN), []).append(record)
    return [
        {
            "Runs": kind,
            "Records": len(group),
            **_spent(group),
            "Device": device,
            "Threads": threads,
            "Dates (UTC)": _dates(group),
            "torch": torch,
            "Code": code,
            "As now": all(map(is_current, group)),
        }
        for (kind, device, threads, torch, code), group in sorted(groups.items())
    ]


def _spent(group: Sequence[Record]) -> Row:
    return {"Hours": f"{sum(record.results['wall_seconds'] for record in group) / 3600:.1f}"}


def _dates(group: Sequence[Record]) -> str:
    days = sorted(record.provenance["date"][:10] for record in group)
    return days[0] if days[0] == days[-1] else f"{days[0]} to {days[-1]}"


def finding(origins: Sequence[Row], studies: Sequence[Results]) -> str:
    """Say in two sentences what rows of ``provenance`` hold, and how much of ``coverage`` is there.

    A run that two studies share counts in both.
    """
    records = sum(row["Records"] for row in origins)
    stale = sum(row["Records"] for row in origins if not row["As now"])
    hours = sum(float(row["Hours"]) for row in origins)
    devices = len({row["Device"] for row in origins})
    read = sum(results.read for results in studies)
    missing = sum(len(results.missing) for results in studies)
    return (
        f"{records} records took {hours:.1f} hours on {devices} kind{'s' * (devices != 1)} of "
        f"processor, and {stale or 'none'} of them come{'s' * (stale == 1)} from code that gives "
        f"other numbers than today's. Of the {read + missing} cells of the published tables, "
        f"{read} have their record and {missing} are still to be computed."
    )


def judges(records: Iterable[Record]) -> list[Row]:
    """Return a row for each task network: its accuracy on clean test images over its seeds."""
    groups: dict[tuple[str, ...], list[float]] = {}
    for record in records:
        if isinstance(record.spec, ClassifierSpec):
            accuracy = 100 * record.results["test"]["accuracy"]
            groups.setdefault(record.spec.sources, []).append(accuracy)
    return [
        {
            "Tells apart": ", ".join(sources),
            "Accuracy (%)": text(values, "{:.2f}"),
            "Seeds": len(values),
        }
        for sources, values in sorted(groups.items())
    ]


def code_changes() -> list[Row]:
    """Return a row for each change of the numeric code that was found to change no number."""
    return [
        {
            "From": step.before,
            "To": step.after,
            "What changed": step.why,
            "Runs the same": step.runs,
            "Date (UTC)": step.date[:10],
        }
        for step in steps()
    ]


def coverage(profile: str) -> list[Results]:
    """Return what each experiment of a profile has on record; nothing is computed."""
    experiments = registry.experiments().values()
    return [one.study(profile, compute="none").run() for one in experiments]


def coverage_table(studies: Sequence[Results]) -> list[Row]:
    """Return a row for each study: records read and runs missing of its grid."""
    return [
        {
            "Notebook": results.study.notebook,
            "Study": results.study.name,
            "Records read": results.read,
            "Runs missing": len(results.missing),
            "Cells and their seeds": _seeds(results.rows),
        }
        for results in studies
    ]


def by_study(studies: Sequence[Results]) -> list[Row]:
    """Return a row for each study that has records: where and when, how long.

    Runs that studies share count in each, and those of pre-training in none. The command computes
    the study and all it needs again, into a folder of the reader's.
    """
    return [
        {
            "Study": results.study.name,
            "Records": results.read,
            **_spent(results.records),
            "Device": origin_of(results.records, "device"),
            "Dates (UTC)": _dates(results.records),
            "Code": origin_of(results.records, "source"),
            "As now": all(map(is_current, results.records)),
            "Computed again in an empty folder by": "SLFKIT_RESULTS=again slfkit reproduce "
            f"--profile {results.profile} --study {results.study.name}",
        }
        for results in studies
        if results.records
    ]


def _seeds(rows: Sequence[Row]) -> str:
    """Say how many cells have how many seeds, most seeds first."""
    counts = Counter(seeds_of_cells(rows))
    return ", ".join(
        f"{counts[seeds]} with {seeds} seed{'s' * (seeds != 1)}" for seeds in sorted(counts)[::-1]
    )


def missing_runs(studies: Sequence[Results]) -> list[Row]:
    """Return a row for each study that has runs without a record, keyed as ``MISSING``."""
    return [
        {
            "Study": results.study.name,
            "Runs": len(results.missing),
            "Seeds": ",".join(map(str, registry.seeds_of(results.missing))),
            "Command": registry.command(results.study.name, results.missing, results.profile),
        }
        for results in studies
        if results.missing
    ]
