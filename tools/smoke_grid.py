"""Compute the smoke grid with the slfkit that PYTHONPATH names.

Run by ``carry_records.py`` on trees of any age, so it knows both layouts the package has had. On
stdin comes a JSON list of specifications, empty for the code's own smoke grid; on stdout go the
code's source hash and the specifications. Records go to SLFKIT_RESULTS. An argument names a kind:
then the grid has its runs and what they need, and the hash is of that kind's own files.
"""

from __future__ import annotations

import json
import sys

# the finder of an editable install would lend a tree the modules that only today's code has
sys.meta_path[:] = [
    finder for finder in sys.meta_path if "__editable__" not in getattr(finder, "__module__", "")
]
try:
    from slfkit.experiments.registry import plan
    from slfkit.records.provenance import source_hash
    from slfkit.records.spec import from_canonical
    from slfkit.records.store import Store
    from slfkit.runs.compute import compute
except ModuleNotFoundError:  # before the package had rooms
    from slfkit.provenance import source_hash
    from slfkit.reproduce import plan
    from slfkit.spec import from_canonical
    from slfkit.store import Store

    from slfkit.runs import compute

specs = [from_canonical(plain) for plain in json.load(sys.stdin)] or plan("smoke")
source = source_hash()
if sys.argv[1:]:
    wanted = [spec for spec in specs if spec.kind == sys.argv[1]]
    source = "+" + source_hash(own=wanted[0].files).partition("+")[2]
    for spec in wanted:  # grows as it is read
        wanted += [need for need in spec.needs() if need not in wanted]
    specs = [*dict.fromkeys(wanted[::-1])]
store = Store("smoke")
for spec in specs:
    compute(spec, store)
print(json.dumps({"source": source, "runs": [spec.canonical() for spec in specs]}))
