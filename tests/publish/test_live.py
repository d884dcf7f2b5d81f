"""One notebook live under the smoke profile: computed from nothing, then read back."""

import io
import re

from slfkit.publish import kernel, notebooks
from slfkit.publish.notebooks import text_outputs

GIVEN = {"profile": "smoke", "crossovers": [0.2], "frozen": [4], "seeds": [0]}


def printed(path):
    return "\n".join(text_outputs(path))


def test_the_channel_notebook_computes_and_then_reads_that(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SLFKIT_RESULTS", str(tmp_path / "results"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    source = notebooks.find("02_channel")
    given = notebooks.check(source, GIVEN)
    first = kernel.execute(source, tmp_path / "first.ipynb", given, log=io.StringIO())
    records = sorted((tmp_path / "results").rglob("*.json"))
    assert records and "smoke" in printed(first)
    written = {path: path.stat().st_mtime_ns for path in records}
    again = notebooks.run("02_channel", GIVEN, output_dir=tmp_path / "runs")
    said = capsys.readouterr().out
    assert said.endswith(f"cells of the default run have no new one.\n\n{again}\n")
    assert re.search(r"f = 4, ε = 0.2 +MSE +no record +0\.\d{4} ", said)
    again = sorted((tmp_path / "results").rglob("*.json"))
    assert {path: path.stat().st_mtime_ns for path in again} == written
