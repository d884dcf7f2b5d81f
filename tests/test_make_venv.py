"""How `make` comes to its environment, with interpreters that only note what they are asked."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PYTHON = """#!/bin/sh
echo "$(basename "$0") $*" >> "$LOG"
case "$*" in
    *print*) echo {version} ;;
    *"not (3, 11)"*) exit {out_of_range} ;;
    *ensurepip*) exit {lacks_venv} ;;
    "-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
    *"-r requirements.lock") exit ${{PIP_FAILS:-0}} ;;
esac
"""


class Checkout:
    """A folder with the files that make the environment, and a PATH with nothing but fakes."""

    def __init__(self, folder):
        self.root, self.path, self.log = folder / "checkout", folder / "bin", folder / "log"
        (self.root / "tools").mkdir(parents=True)
        self.path.mkdir()
        for name in ("Makefile", "requirements.lock", "pyproject.toml", "tools/make_venv.sh"):
            shutil.copy(ROOT / name, self.root / name)
        for tool in ("sh", "make", "mkdir", "cp", "touch", "basename", "dirname"):
            (self.path / tool).symlink_to(shutil.which(tool))

    def add(self, name, version="3.12.4", out_of_range=0, lacks_venv=0):
        fake = self.path / name
        fake.write_text(
            PYTHON.format(version=version, out_of_range=out_of_range, lacks_venv=lacks_venv)
        )
        fake.chmod(0o755)

    def make(self, **variables):
        environment = {"PATH": str(self.path), "LOG": str(self.log), **variables}
        return subprocess.run(
            ["make", "-s", ".venv/.installed"],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
        )

    def asked(self):
        return self.log.read_text().splitlines()

    @property
    def stamped(self):
        return (self.root / ".venv" / ".installed").exists()


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


def the_one_line(result):
    """The script's only line on stderr; make adds its own about the target behind it."""
    assert result.returncode != 0
    lines = [line for line in result.stderr.splitlines() if not line.startswith("make: ***")]
    assert len(lines) == 1, result.stderr
    return lines[0]


def test_the_environment_is_made_from_the_lock_and_holds_slfkit(checkout):
    checkout.add("python3")
    result = checkout.make()
    assert result.returncode == 0, result.stderr
    assert checkout.stamped
    assert checkout.asked()[-3:] == [
        "python3 -m venv --clear .venv",
        "python -m pip install --disable-pip-version-check -r requirements.lock",
        "python -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e .",
    ]


def test_the_second_call_asks_nothing(checkout):
    checkout.add("python3")
    checkout.make()
    before = checkout.asked()
    assert checkout.make().returncode == 0
    assert checkout.asked() == before


def test_a_changed_lock_updates_the_environment_without_emptying_it(checkout):
    checkout.add("python3")
    checkout.make()
    checkout.log.unlink()
    stamp = checkout.root / ".venv" / ".installed"
    os.utime(stamp, (1, 1))
    checkout.make()
    assert len(checkout.asked()) == 2
    assert stamp.stat().st_mtime > 1


def test_an_interrupted_installation_leaves_no_stamp_and_starts_again_from_nothing(checkout):
    checkout.add("python3")
    assert checkout.make(PIP_FAILS="1").returncode != 0
    assert not checkout.stamped
    checkout.log.unlink()
    checkout.make()
    assert "python3 -m venv --clear .venv" in checkout.asked()
    assert checkout.stamped


def test_the_newest_interpreter_that_runs_and_is_in_range_is_taken(checkout):
    checkout.add("python3.13", out_of_range=127)  # a shim whose version is not installed
    checkout.add("python3.12")
    checkout.add("python3.11")
    checkout.make()
    assert "python3.12 -m venv --clear .venv" in checkout.asked()


def test_a_named_interpreter_goes_before_the_others(checkout):
    checkout.add("python3.12")
    checkout.add("snake")
    checkout.make(PYTHON="snake")
    assert "snake -m venv --clear .venv" in checkout.asked()


@pytest.mark.parametrize("given", [{}, {"PYTHON": "python3"}])
def test_a_python_out_of_range_is_one_line(checkout, given):
    checkout.add("python3", version="3.9.2", out_of_range=1)
    line = the_one_line(checkout.make(**given))
    assert "3.9.2" in line and "3.11 to 3.13" in line and "PYTHON=" in line
    assert not (checkout.root / ".venv").exists()


def test_no_python_at_all_is_one_line(checkout):
    assert "python3 is not installed" in the_one_line(checkout.make())


def test_a_named_python_that_does_not_exist_is_one_line(checkout):
    assert "'serpent' does not run" in the_one_line(checkout.make(PYTHON="serpent"))


def test_a_missing_venv_module_names_its_package(checkout):
    checkout.add("python3", version="3.11.2", lacks_venv=1)
    assert "apt install python3.11-venv" in the_one_line(checkout.make())
