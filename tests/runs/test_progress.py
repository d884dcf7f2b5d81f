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


def follow(say):
    """Show a sweep of two runs, the first of which ends."""
    remaining = Remaining({"a": 7200.0, "b": 7200.0}, 1)
    with sweep_bar(remaining, say) as update:
        remaining.finished("a", 3600.0)
        update(["a: 1 h"])


def test_a_sweep_says_lines_alone_where_stderr_is_no_terminal(capsys):
    said = []
    follow(said.append)
    assert said == ["a: 1 h"] and capsys.readouterr() == ("", "")


def test_a_terminal_sees_how_far_a_sweep_has_come(capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    said = []
    follow(said.append)
    shown = capsys.readouterr().err
    assert "0/2 runs" in shown and "about 4.0 h left" in shown
    assert "1/2 runs" in shown and "50%" in shown and "about 60 min left" in shown
    assert said == ["a: 1 h"]
