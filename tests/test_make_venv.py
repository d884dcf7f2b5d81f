"""How `make` comes to its environment, with interpreters that only note what they are asked."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
PINNED = re.search(r"^torch==(.*)$", (ROOT / "requirements.lock").read_text(), re.MULTILINE)[1]
CARD = any(Path("/dev").glob("nvidia*"))
PYTHON = """#!/bin/sh
echo "$(basename "$0") $*" >> "$LOG"
case "$*" in
    *print*) echo {version} ;;
    *"not (3, 11)"*) exit {out_of_range} ;;
    *ensurepip*) exit {lacks_venv} ;;
    "-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
    *"index versions torch"*) echo "torch (9.9)"; echo "Available versions: $TORCHES" ;;
    *"-r requirements.lock"*)
        if [ -n "$REAL" ]; then exec "$REAL" -m pip install --no-index --dry-run packaging; fi
        echo "Collecting numpy"; echo "ERROR: no numpy" >&2; exit ${{PIP_FAILS:-0}} ;;
esac
"""
SYSTEM = """#!/bin/sh
echo ${SYSTEM:-Linux}
"""
INSTALLED = [
    "python -m pip install -r requirements.lock --disable-pip-version-check",
    "python -m pip install --no-deps --no-build-isolation -e . --disable-pip-version-check",
]
TOOLS = "sh make mkdir cp cat rm ls sed tail date touch basename dirname".split()


class Checkout:
    """A folder with the files that make the environment, and a PATH with nothing but fakes."""

    def __init__(self, folder):
        self.root, self.path, self.log = folder / "checkout", folder / "bin", folder / "log"
        (self.root / "tools").mkdir(parents=True)
        self.path.mkdir()
        for name in ("Makefile", "requirements.lock", "pyproject.toml", "tools/make_venv.sh"):
            shutil.copy(ROOT / name, self.root / name)
        for tool in TOOLS:
            (self.path / tool).symlink_to(shutil.which(tool))
        self.write("uname", SYSTEM)

    def write(self, name, text):
        (self.path / name).write_text(text)
        (self.path / name).chmod(0o755)

    def add(self, name, version="3.12.4", out_of_range=0, lacks_venv=0):
        self.write(
            name, PYTHON.format(version=version, out_of_range=out_of_range, lacks_venv=lacks_venv)
        )

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

    def installed(self):
        """What was asked but the list of versions."""
        return [line for line in self.asked() if "index" not in line]

    @property
    def stamped(self):
        return (self.root / ".venv" / ".installed").exists()


@pytest.fixture
def bare(tmp_path):
    """A checkout where no Python is installed."""
    return Checkout(tmp_path)


@pytest.fixture
def checkout(bare):
    bare.add("python3")
    return bare


def the_one_line(result):
    """The script's only line on stderr; make adds its own about the target behind it."""
    assert result.returncode != 0
    lines = [line for line in result.stderr.splitlines() if not line.startswith("make: ***")]
    assert len(lines) == 1, result.stderr
    return lines[0]


def test_the_environment_is_made_from_the_lock_and_its_cost_and_each_step_are_told(checkout):
    result = checkout.make()
    assert result.returncode == 0, result.stderr
    assert checkout.stamped
    assert checkout.installed()[-3:] == ["python3 -m venv --clear .venv", *INSTALLED]
    before = checkout.asked()
    assert checkout.make().returncode == 0
    assert checkout.asked() == before  # the second call asks nothing
    cost, *steps = result.stdout.splitlines()
    assert "about a minute" in cost and "1.4 GB" in cost and "5.2 GB" in cost
    assert [re.sub(r"\d+ s$", "N s", step) for step in steps] == [
        "slfkit: making .venv with Python 3.12.4 ... N s",
        "slfkit: installing the packages of requirements.lock ... N s",
        "slfkit: installing slfkit ... N s",
    ]


def test_a_changed_lock_updates_the_environment_without_emptying_it(checkout):
    checkout.make()
    checkout.log.unlink()
    stamp = checkout.root / ".venv" / ".installed"
    os.utime(stamp, (1, 1))
    assert "about a minute" not in checkout.make().stdout
    assert checkout.installed() == INSTALLED
    assert stamp.stat().st_mtime > 1


def test_an_interrupted_installation_leaves_no_stamp_and_starts_again_from_nothing(checkout):
    result = checkout.make(PIP_FAILS="1")
    assert result.returncode != 0 and not checkout.stamped
    assert result.stdout.endswith("requirements.lock ... failed\n")
    assert result.stderr.startswith("Collecting numpy\nERROR: no numpy\n")
    checkout.log.unlink()
    checkout.make()
    assert "python3 -m venv --clear .venv" in checkout.asked()
    assert checkout.stamped


@pytest.mark.parametrize(("given", "taken"), [({}, "python3.13"), ({"PYTHON": "snake"}, "snake")])
def test_the_named_or_newest_interpreter_that_runs_and_is_in_range_is_taken(bare, given, taken):
    bare.add("python3.14", out_of_range=127)  # a shim whose version is not installed
    for name in ("python3.13", "python3.12", "snake"):
        bare.add(name)
    bare.make(**given)
    assert f"{taken} -m venv --clear .venv" in bare.asked()


@pytest.mark.parametrize("given", [{}, {"PYTHON": "python3"}])
def test_a_python_out_of_range_is_one_line(bare, given):
    bare.add("python3", version="3.9.2", out_of_range=1)
    line = the_one_line(bare.make(**given))
    assert "3.9.2" in line and "3.11 to 3.14" in line and "PYTHON=" in line
    assert not (bare.root / ".venv").exists()


def test_no_python_at_all_or_by_its_name_or_without_its_venv_module_is_one_line(bare):
    assert "python3 is not installed" in the_one_line(bare.make())
    assert "'serpent' does not run" in the_one_line(bare.make(PYTHON="serpent"))
    bare.add("python3", version="3.11.2", lacks_venv=1)
    assert "apt install python3.11-venv" in the_one_line(bare.make())


def test_the_range_is_that_of_the_package():
    """The script's own test, asked of each Python by its number."""
    bounds = re.search(r"sys\.exit\((.*?)\)'", (ROOT / "tools/make_venv.sh").read_text())[1]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    supported = SpecifierSet(project["requires-python"])
    for minor in range(9, 18):
        refused = eval(bounds, {"sys": SimpleNamespace(version_info=(3, minor, 0))})
        assert refused != supported.contains(f"3.{minor}.0"), minor


@pytest.mark.parametrize("take", [shutil.copytree, Path.rename])
def test_a_copied_or_moved_checkout_makes_an_environment_of_its_own(checkout, tmp_path, take):
    checkout.make()
    original = checkout.root
    checkout.root = tmp_path / "elsewhere"
    take(original, checkout.root)
    checkout.log.unlink()
    said = checkout.make().stdout
    assert take is Path.rename or f"copied from {original.resolve()}" in said
    assert "python3 -m venv --clear .venv" in checkout.asked()
    checkout.log.unlink()
    checkout.make()
    assert not checkout.log.exists()  # the second call asks nothing here either


@pytest.mark.parametrize("given", ["variable", "file"])
def test_a_configured_user_installation_does_not_stop_pip(checkout, tmp_path, given):
    """With the pip of the environment under test, which refuses --user as .venv's does."""
    (tmp_path / "pip.conf").write_text("[install]\nuser = true\n")
    user = {"PIP_USER": "1"} if given == "variable" else {"PIP_CONFIG_FILE": tmp_path / "pip.conf"}
    result = checkout.make(REAL=sys.executable, **user)
    assert result.returncode == 0, result.stderr
    assert checkout.stamped


@pytest.mark.parametrize(
    ("versions", "system", "warned"),
    [
        (f"9.9, {PINNED}, 1.0", "Linux", not CARD),
        (PINNED, "Linux", not CARD),
        (PINNED, "Darwin", False),
        (f"9.9, {PINNED}+cpu, {PINNED}, 1.0", "Linux", False),
        (f"9.9, {PINNED}, 1.0\n  INSTALLED: {PINNED}", "Linux", False),
        (f"9.9, 1{PINNED}, 1.0", "Linux", False),
        ("", "Linux", False),
    ],
)
def test_a_cuda_build_without_a_card_is_told_in_one_line(checkout, versions, system, warned):
    lines = checkout.make(TORCHES=versions, SYSTEM=system).stdout.splitlines()
    told = [line for line in lines if "PIP_EXTRA_INDEX_URL" in line]
    assert len(told) == warned and len(lines) == 4 + warned


def test_where_a_card_is_seen_its_build_is_taken_in_silence(checkout):
    checkout.add("nvidia-smi")
    assert "PIP_EXTRA_INDEX_URL" not in checkout.make(TORCHES=PINNED).stdout
