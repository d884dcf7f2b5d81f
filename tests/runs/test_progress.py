"""Progress is for terminals: anything else stays clean."""

import pytest

from slfkit.records.spec import PairSpec, TransceiverSpec
from slfkit.runs.cost import Remaining
from slfkit.runs.progress import bar, sweep_bar

SPEC = TransceiverSpec("glyphs", 0.1)


@pytest.mark.parametrize("spec", [SPEC, PairSpec(SPEC, SPEC, 0.1, "glyphs")])
def test_silent_where_stderr_is_no_terminal(spec, capsys):
    with bar(spec) as after:
        after({"loss": 0.5})
    assert capsys.readouterr() == ("", "")


def test_a_terminal_sees_the_run_and_its_epochs(capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with bar(SPEC) as after:
        after({"loss": 0.123456, "mse": 0.5})
    shown = capsys.readouterr()
    assert shown.out == ""
    assert SPEC.stem in shown.err and "/30" in shown.err and "loss=0.1235" in shown.err


@pytest.mark.parametrize("terminal", [False, True])
def test_a_terminal_sees_how_far_a_sweep_has_come_and_else_its_lines_alone(
    capsys, monkeypatch, terminal
):
    """Of two runs the first ends."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    said, remaining = [], Remaining({"a": 7200.0, "b": 7200.0}, 1)
    with sweep_bar(remaining, said.append) as update:
        remaining.finished("a", 3600.0)
        update(["a: 1 h"])
    out, shown = capsys.readouterr()
    assert (out, said) == ("", ["a: 1 h"]) and bool(shown) == terminal
    for part in ("0/2 runs", "about 4.0 h left", "1/2 runs", "50%", "about 60 min left"):
        assert (part in shown) == terminal
