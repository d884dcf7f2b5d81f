"""Progress is for terminals: anything else stays clean."""

import pytest

from slfkit.progress import bar
from slfkit.spec import PairSpec, TransceiverSpec

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


def test_an_error_inside_gets_out(capsys):
    with pytest.raises(ZeroDivisionError), bar(SPEC):
        raise ZeroDivisionError
