"""The command: one line for an error, and what arrives of its arguments."""

import os
import re
import subprocess
import sys
from unittest import mock

import pytest
from click.testing import CliRunner

from slfkit.__main__ import main
from slfkit.errors import Interrupted, ParameterError
from slfkit.publish.arguments import parse_seeds, parse_settings
from slfkit.runs.compiling import compiling


def test_the_list_of_commands_is_cut_nowhere():
    said = CliRunner().invoke(main, ["--help"], terminal_width=60).stdout.partition("Commands:")[2]
    assert len(said.split("\n  ")) == len(main.commands) + 1 and "..." not in said


@pytest.mark.parametrize(
    ("text", "seeds"),
    [("0-4", (0, 1, 2, 3, 4)), ("0,2", (0, 2)), ("7", (7,)), (" 3 - 4, 1,3 ", (1, 3, 4))],
)
def test_seeds(text, seeds):
    assert parse_seeds(text) == seeds


def test_settings_are_names_and_texts():
    assert parse_settings(["codewords=64", " beta = 1e-1 "]) == {"codewords": "64", "beta": "1e-1"}
    assert parse_settings([]) == {}


AGAIN = "what was finished before is kept; .* run the same command again.*"


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (OSError(28, "No space left", "/full/a.json"), 2, f"/full/a.json: No space left: {AGAIN}"),
        (PermissionError(13, "Not yours", "/mine"), 2, f"/mine: Not yours: {AGAIN}"),
        (TimeoutError("too slow"), 2, f"too slow: {AGAIN}"),
        (BrokenPipeError(32, "Broken pipe"), 1, ""),  # who reads has had enough
        (KeyboardInterrupt(), 130, "stopped by SIGINT: .*"),
        (Interrupted("stopped by SIGTERM", 15), 143, "stopped by SIGTERM"),
        (ParameterError("two\n  lines"), 2, "two lines"),
    ],
)
def test_what_stops_a_command_is_one_line_and_a_status(monkeypatch, error, status, says):
    monkeypatch.setattr("slfkit.runs.sweep.reproduce", mock.Mock(side_effect=error))
    result = CliRunner().invoke(main, ["reproduce"])
    assert (result.exit_code, result.stdout) == (status, "")
    assert re.fullmatch(says and f"slfkit: {says}\n", result.stderr)


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


@pytest.mark.parametrize("address", ["tcp://host:8786", "tcp://10.0.0.1:1", "tcp://[::1]:8786"])
def test_addresses_of_schedulers_arrive(address, monkeypatch):
    reproduce = mock.Mock()
    monkeypatch.setattr("slfkit.runs.sweep.reproduce", reproduce)
    assert CliRunner().invoke(main, ["reproduce", "--scheduler", address]).exit_code == 0
    assert reproduce.call_args.args[-2] == address


def test_the_parameters_of_a_run_arrive_as_texts(monkeypatch):
    run = mock.Mock()
    monkeypatch.setattr("slfkit.publish.notebooks.run", run)
    arguments = ["run", "02", "-p", "a", "[0.2]", "-p", "b", "-1", "--profile", "quick"]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    run.assert_called_once_with("02", {"a": "[0.2]", "b": "-1"}, "quick", None)


def test_images_of_a_source_are_described_or_written(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    made = tmp_path / "made"
    result = CliRunner().invoke(main, ["source", "glyphs", "--save", str(made), "--count", "200"])
    assert (result.exit_code, result.output) == (0, f"200 images of glyphs written to {made}\n")
    result = CliRunner().invoke(main, ["source", f"folder:{made}"])
    assert ": 10 classes, 160 train and 40 test images of 3 x 32 x 32\n" in result.output


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
