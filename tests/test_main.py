"""The command: light at the start, one line for an error, refusals before anything is computed."""

import os
import subprocess
import sys
from unittest import mock

import pytest
from click.testing import CliRunner

from slfkit.__main__ import main
from slfkit.errors import Interrupted, ParameterError
from slfkit.publish.arguments import parse_seeds, parse_settings
from slfkit.runs.compiling import compiling

HEAVY = {"torch", "torchvision", "matplotlib", "papermill", "jupytext", "nbformat", "IPython"}


def slfkit(*arguments):
    """Run the command in a process of its own; return its status, stderr and what it imported."""
    code = (
        "import sys, slfkit.__main__ as m\n"
        f"try: m.main({list(arguments)!r}, prog_name='slfkit')\n"
        "finally: print('IMPORTED', *sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stderr, set(done.stdout.partition("IMPORTED")[2].split())


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["--version"]])
def test_help_is_light(arguments):
    status, stderr, imported = slfkit(*arguments)
    assert (status, stderr) == (0, "")
    assert not HEAVY & imported


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-p", "crossover", "0.2"], "has no parameter 'crossover': did you mean 'crossovers'?"),
        (["-p", "crossovers", "0.2"], "crossovers is 0.2: expected list of float"),
        (["-p", "crossovers", "[1.5]"], "crossover"),
        (["-p", "frozen", "[9]"], "frozen"),
        (["-p", "settings", "{codeword: 64}"], "no setting 'codeword': did you mean 'codewords'?"),
        (["-p", "frozen", "[1]", "-p", "frozen", "[2]"], "frozen is given twice"),
        (["--profile", "quik"], "quik"),
    ],
)
def test_a_wrong_parameter_is_refused_in_one_line_without_loading_anything(arguments, message):
    status, stderr, imported = slfkit("run", "02_channel", *arguments)
    assert status == 2
    assert stderr.startswith("slfkit: ") and message in stderr and stderr.count("\n") == 1
    assert not HEAVY & imported


def test_an_unknown_notebook_is_refused_with_the_nearest():
    status, stderr, _ = slfkit("run", "02_chanel")
    assert status == 2 and stderr.count("\n") == 1 and "did you mean '02_channel'?" in stderr


@pytest.mark.parametrize(
    ("text", "seeds"),
    [("0-4", (0, 1, 2, 3, 4)), ("0,2", (0, 2)), ("7", (7,)), (" 3 - 4, 1,3 ", (1, 3, 4))],
)
def test_seeds(text, seeds):
    assert parse_seeds(text) == seeds


@pytest.mark.parametrize("text", ["", "a", "4-0", "-1", "0-", "1.5", "0,,1", "0-99999", "٣"])
def test_other_forms_of_seeds_are_refused(text):
    with pytest.raises(ParameterError, match="expected numbers and ranges such as 0-4 or 0,2,7"):
        parse_seeds(text)


def test_wrong_seeds_are_one_line_on_the_command_line():
    result = CliRunner().invoke(main, ["reproduce", "--seeds", "4-0"])
    assert result.exit_code == 2
    assert result.stderr.startswith("slfkit: --seeds is '4-0'") and result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--scheduler", "host:8786"], "--scheduler is 'host:8786': expected one such as tcp://"),
        (["--scheduler", "tcp://host"], "expected one such as tcp://host:8786"),
        (["--scheduler", "tcp://a:1", "--workers", "2"], "--workers 2 is for this machine only"),
        (["--set", "codewords"], "--set is 'codewords': expected NAME=VALUE such as codewords=64"),
        (["--set", "=64"], "--set is '=64': expected NAME=VALUE"),
        (["--set", "beta=1", "--set", "beta=2"], "--set beta is given twice"),
        (["--set", "codeword=64"], "there is no setting 'codeword': did you mean 'codewords'?"),
        (["--set", "codewords=1"], "setting codewords 1 must be at least 2"),
        (["--study", "misalignmint"], "study 'misalignmint' is unknown: choose misalignment,"),
    ],
)
def test_reproduce_refuses_in_one_line_without_loading_anything(arguments, message):
    status, stderr, imported = slfkit("reproduce", *arguments)
    assert status == 2
    assert stderr.startswith("slfkit: ") and message in stderr and stderr.count("\n") == 1
    assert not (HEAVY | {"distributed"}) & imported


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["reproduce", "--seeds", ""], "--seeds is empty: give a value, or leave it out"),
        (["reproduce", "--scheduler", ""], "--scheduler is empty"),
        (["run", "02_channel", "--profile", ""], "--profile is empty"),
        (["run", "02_channel", "--output="], "--output is empty"),
        (["verify", "--profile", ""], "--profile is empty"),
        (["source", "glyphs", "--save", ""], "--save is empty"),
        (["source", "glyphs", "--count", "5"], "--count 5 without --save writes nothing: add"),
    ],
)
def test_what_would_count_as_not_given_is_refused(arguments, message):
    status, stderr, imported = slfkit(*arguments)
    assert status == 2
    assert stderr.startswith("slfkit: ") and message in stderr and stderr.count("\n") == 1
    assert not HEAVY & imported


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(28, "No space left on device", "/full/a.json"), "/full/a.json: No space left"),
        (PermissionError(13, "Permission denied", "/mine"), "/mine: Permission denied: what was"),
        (TimeoutError("too slow"), "slfkit: too slow: what was finished before is kept"),
    ],
)
def test_what_the_system_refuses_is_one_line(monkeypatch, error, message):
    def refuse(*_):
        raise error

    monkeypatch.setattr("slfkit.runs.sweep.reproduce", refuse)
    result = CliRunner().invoke(main, ["reproduce"])
    assert result.exit_code == 2 and message in result.stderr
    assert result.stderr.count("\n") == 1 and "run the same command again" in result.stderr


def test_ctrl_c_is_one_line_and_its_status(monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("slfkit.runs.verify.verify", stop)
    result = CliRunner().invoke(main, ["verify"])
    assert result.exit_code == 130 and result.stderr.count("\n") == 1
    assert result.stderr.startswith("slfkit: stopped by SIGINT")


def test_a_closed_pipe_ends_quietly(monkeypatch):
    def refuse(*_):
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr("slfkit.runs.sweep.reproduce", refuse)
    result = CliRunner().invoke(main, ["reproduce"])
    assert (result.exit_code, result.output) == (1, "")


def test_escapes_from_records_and_errors_are_only_printed(monkeypatch):
    """A terminal would obey them."""

    def verify(*_, say):
        say("  stale: \x1b]0;title\x07 and\x9b31m more\nlines, eps = ε")
        raise ParameterError("\x1b[2J\0")

    monkeypatch.setattr("slfkit.runs.verify.verify", verify)
    result = CliRunner().invoke(main, ["verify"])
    assert result.stdout == "  stale: \\x1b]0;title\\x07 and\\x9b31m more lines, eps = ε\n"
    assert result.stderr == "slfkit: \\x1b[2J\\x00\n"


def test_a_terminal_without_greek_letters_shows_their_numbers():
    code = "from slfkit.publish.arguments import any_terminal; any_terminal(); print('ε = 0.3, é')"
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment)
    assert (done.returncode, done.stdout) == (0, b"\\u03b5 = 0.3, \xe9\n")


def test_settings_are_names_and_texts():
    assert parse_settings(["codewords=64", " beta = 1e-1 "]) == {"codewords": "64", "beta": "1e-1"}
    assert parse_settings([]) == {}


@pytest.mark.parametrize("address", ["tcp://host:8786", "tcp://10.0.0.1:1", "tcp://[::1]:8786"])
def test_addresses_of_schedulers_arrive(address, monkeypatch):
    calls = []
    monkeypatch.setattr("slfkit.runs.sweep.reproduce", lambda *arguments: calls.append(arguments))
    assert CliRunner().invoke(main, ["reproduce", "--scheduler", address]).exit_code == 0
    assert calls[0][-2] == address


def test_a_stopped_sweep_is_one_line_and_the_signals_status(monkeypatch):
    def stop(*_):
        raise Interrupted("stopped by SIGTERM", 15)

    monkeypatch.setattr("slfkit.runs.sweep.reproduce", stop)
    result = CliRunner().invoke(main, ["reproduce"])
    assert (result.exit_code, result.stderr) == (143, "slfkit: stopped by SIGTERM\n")


def test_an_error_over_several_lines_is_printed_as_one(monkeypatch):
    def refuse(*_):
        raise ParameterError("two\n  lines")

    monkeypatch.setattr("slfkit.publish.notebooks.run", refuse)
    result = CliRunner().invoke(main, ["run", "02_channel"])
    assert (result.exit_code, result.stderr) == (2, "slfkit: two lines\n")


def test_the_parameters_of_a_run_arrive_as_texts(monkeypatch):
    calls = []
    monkeypatch.setattr("slfkit.publish.notebooks.run", lambda *arguments: calls.append(arguments))
    arguments = ["run", "02", "-p", "a", "[0.2]", "-p", "b", "-1", "--profile", "quick"]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    assert calls == [("02", {"a": "[0.2]", "b": "-1"}, "quick", None)]


def test_images_of_a_source_are_described_or_written(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    made = tmp_path / "made"
    result = CliRunner().invoke(main, ["source", "glyphs", "--save", str(made), "--count", "200"])
    assert (result.exit_code, result.output) == (0, f"200 images of glyphs written to {made}\n")
    result = CliRunner().invoke(main, ["source", f"folder:{made}"])
    assert ": 10 classes, 160 train and 40 test images of 3 x 32 x 32\n" in result.output
    result = CliRunner().invoke(main, ["source", f"folder:{tmp_path / 'none'}"])
    assert result.exit_code == 2 and result.stderr.startswith("slfkit: ")


def test_compiling_is_asked_for_by_an_option_and_left_out_without_a_compiler(monkeypatch):
    """The runs of a sweep see it in their environment."""
    asked = []
    monkeypatch.setattr(
        "slfkit.runs.sweep.reproduce", lambda *given: asked.append(os.environ.get("SLFKIT_COMPILE"))
    )
    monkeypatch.setattr("slfkit.runs.compiling.compiler", lambda: "c++")
    with mock.patch.dict(os.environ):
        os.environ.pop("SLFKIT_COMPILE", None)
        result = CliRunner().invoke(main, ["reproduce", "--profile", "smoke", "--compile"])
        assert (result.exit_code, asked, compiling()) == (0, ["1"], True)
        monkeypatch.setattr("slfkit.runs.compiling.compiler", lambda: None)
        assert not compiling()
        result = CliRunner().invoke(main, ["reproduce", "--profile", "smoke", "--compile"])
        assert result.exit_code == 0 and "no C++ compiler was found" in result.output


@pytest.mark.parametrize(
    ("arguments", "secret", "message"),
    [
        (["david"], "a secret for the test", "address '': expected HOST:PORT"),
        (["alice", "--listen", "h:1"], "a secret for the test", "address '': expected HOST:PORT"),
        (["alice", "--connect", "h:1"], "", "SLFKIT_SECRET is not set"),
        (["david", "--listen", "h:1"], "short", "the shared secret has 5 bytes"),
        (["alone", "--crossover", "1.5"], "", "crossover probability 1.5 is outside"),
        (["alone", "--profile", "quik"], "", "profile 'quik' is unknown"),
    ],
)
def test_a_side_of_a_wire_is_refused_before_anything_is_trained(
    arguments, secret, message, monkeypatch, tmp_path
):
    monkeypatch.setenv("SLFKIT_SECRET", secret)
    monkeypatch.setenv("SLFKIT_RESULTS", str(tmp_path))
    result = CliRunner().invoke(main, ["wire", *arguments])
    assert result.exit_code == 2 and message in result.stderr and result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
