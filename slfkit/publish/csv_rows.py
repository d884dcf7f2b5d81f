"""What the pages show as CSV: every row behind a page's figures, each with its record."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from slfkit.experiments.registry import studies_of
from slfkit.records.store import Record, Store
from slfkit.reporting.rows import Row


def of_page(notebook: str) -> str:
    """Return the rows of all studies of a page as CSV, "" for a page without any.

    A row is one line. Where it holds a list, such as an alignment's epochs, each entry is a line
    of its own under the row's labels: ``part`` names the list, ``number`` the place in it from 1.

    Raises:
        RecordError: a stored record is damaged.
    """
    lines: list[Row] = []
    for study in studies_of(notebook, compute="none"):
        results, store = study.run(), Store(study.profile)
        for row, record in zip(results.rows, results.records, strict=True):
            lines += unrolled(row, {"study": study.name, "record": name_of(record, store)})
    return text(lines)


def text(lines: Iterable[Row], columns: Sequence[str] = ()) -> str:
    """Return lines as CSV under their names, "" if there are none; an absent value is empty.

    The columns are the names in their order, by default as the lines bring them.
    """
    known = list(lines)
    names = columns or list(dict.fromkeys(name for line in known for name in line))
    out = io.StringIO()
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(known)
    return out.getvalue() if known else ""


def name_of(record: Record, store: Store) -> str:
    """Return where a record lies in the project, such as results/paper/pairs/NAME.json."""
    path = store.record_path(record.spec).relative_to(store.folder.parent)
    return f"results/{path.as_posix()}"


def unrolled(row: Row, origin: Row) -> Iterator[Row]:
    """Yield a row without its lists of entries, then each entry of these with the row's labels."""
    labels = {**origin, **dict(row["cell"]), "seed": row["seed"]}
    filled = {name: value for name, value in row.items() if isinstance(value, list) and value}
    lists = {name: value for name, value in filled.items() if isinstance(value[0], Mapping)}
    aside = {"cell", *lists}
    yield {**origin, **dict(_flat({k: v for k, v in row.items() if k not in aside}))}
    for name, entries in lists.items():
        for number, entry in enumerate(entries, start=1):
            place = {"part": name, "number": number}
            yield {**dict(_flat(labels)), **place, **dict(_flat(entry, f"{name}."))}


def _flat(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield names and plain values: names of nested ones joined by dots, sequences as one text."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        elif isinstance(value, list | tuple):
            yield before + name, " ".join(map(str, value))
        else:
            yield before + name, value
