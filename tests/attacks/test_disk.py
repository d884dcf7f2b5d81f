"""A disk that is full, read-only or over quota at any step: nothing half-written, one sentence."""

import errno
import os
from pathlib import Path
from unittest import mock

import made_up
import nbformat
import pytest
import tiny
from click.testing import CliRunner

from slfkit.__main__ import main
from slfkit.publish import kernel
from slfkit.records import manifest
from slfkit.records.store import Store
from slfkit.runs import local, reserve
from slfkit.runs.cost import Speed

REASONS = (errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EIO)
STEPS = {"mkdir": Path, "open": Path, "fsync": os, "replace": os}
SPEC = tiny.transceiver()


def notebook(text):
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell(text, id="cell-00")], metadata={}
    )


WRITES = {
    "a record": lambda store, text: store.save(made_up.record(SPEC, wall_seconds=len(text))),
    "weights": lambda store, text: store.save_weights(SPEC, text.encode()),
    "a manifest": lambda store, text: manifest.seal(store.folder),
    "a notebook": lambda store, text: kernel.write(notebook(text), store.folder / "a" / "b.ipynb"),
}


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("reason", [*REASONS, "Ctrl-C"])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("what", WRITES)
def test_what_was_there_stays_and_nothing_half_written_is_left(
    store, monkeypatch, what, step, reason
):
    WRITES[what](store, "first")
    before = contents(store.folder)
    failure = KeyboardInterrupt() if reason == "Ctrl-C" else OSError(reason, os.strerror(reason))
    with monkeypatch.context() as patch:
        patch.setattr(STEPS[step], step, mock.Mock(side_effect=failure))
        with pytest.raises(type(failure)) as raised:
            WRITES[what](store, "another")
    assert raised.value is failure and contents(store.folder) == before


@pytest.mark.parametrize("reason", REASONS)
def test_a_sweep_says_so_in_one_sentence_and_goes_on_later(tmp_path, monkeypatch, reason):
    """The second record does not fit: the first is kept, and no run stays reserved."""
    monkeypatch.setenv("SLFKIT_RESULTS", str(tmp_path))
    monkeypatch.setattr("slfkit.runs.sweep._speed", lambda *_: Speed({}, 1e9, "from nothing"))
    stored = []

    def computed(missing, store, *_):
        with reserve.Reservations(store) as mine:
            for spec in missing:
                assert mine.may_start(spec)
                if stored:
                    raise OSError(reason, os.strerror(reason), str(store.record_path(spec)))
                stored.append(store.save(made_up.record(spec)))
                yield [(spec, 0.0)]

    monkeypatch.setattr(local, "computed", computed)
    command = ["reproduce", "--profile", "smoke", "--study", "misalignment", "--workers", "1"]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 2 and result.stderr.count("\n") == 1
    assert f": {os.strerror(reason)}: what was finished before is kept; mend the" in result.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == stored
    assert len(list(Store("smoke").records())) == 1
