"""One notebook live under the smoke profile: computed from nothing, then read back."""

import io

from slfkit import notebooks
from slfkit.terminal import text_outputs

GIVEN = {"profile": "smoke", "crossovers": [0.2], "frozen": [4], "seeds": [0]}


def printed(path):
    return "\n".join(text_outputs(path))


def test_the_channel_notebook_computes_and_then_reads_what_it_computed(tmp_path, monkeypatch):
    monkeypatch.setenv("SLFKIT_RESULTS", str(tmp_path / "results"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    source = notebooks.find("02_channel")
    given = notebooks.check(source, GIVEN)
    first = notebooks.execute(source, tmp_path / "first.ipynb", given, log=io.StringIO())
    records = sorted((tmp_path / "results").rglob("*.json"))
    assert records and "smoke" in printed(first)
    written = {path: path.stat().st_mtime_ns for path in records}
    notebooks.execute(source, tmp_path / "second.ipynb", given, log=io.StringIO())
    again = sorted((tmp_path / "results").rglob("*.json"))
    assert {path: path.stat().st_mtime_ns for path in again} == written
