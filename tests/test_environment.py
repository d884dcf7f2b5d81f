"""The three descriptions of the environment agree: the lock, environment.yml and pyproject.toml."""

import importlib.metadata
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text().splitlines()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
PINS = {canonicalize_name(Requirement(line).name): Requirement(line) for line in LOCK}


def asked_for():
    """Every requirement of the package and its extras."""
    extras = PROJECT["optional-dependencies"]
    return [Requirement(text) for text in sum(extras.values(), PROJECT["dependencies"])]


def pinned_version(requirement):
    (specifier,) = requirement.specifier
    assert specifier.operator == "=="
    return Version(specifier.version)


@pytest.mark.parametrize("line", LOCK)
def test_a_line_of_the_lock_is_one_plain_pin(line):
    requirement = Requirement(line)
    assert requirement.url is None and not requirement.extras
    assert pinned_version(requirement).local is None
    assert not re.search(r"--hash|://|@|\*|\\", line)


def test_the_lock_is_sorted_and_names_each_package_once_and_the_pair_that_belongs_together():
    names = [re.split("==", line)[0].lower() for line in LOCK]
    assert names == sorted(names) and len(PINS) == len(LOCK)
    assert {"torch==2.13.0", "torchvision==0.28.0"} <= {*LOCK}


@pytest.mark.parametrize("requirement", asked_for(), ids=str)
def test_what_the_package_asks_for_is_pinned_within_its_bounds(requirement):
    pin = PINS[canonicalize_name(requirement.name)]
    assert pin.marker is None
    assert requirement.specifier.contains(pinned_version(pin), prereleases=True)


@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_is_closed(python):
    """Whatever a pinned package needs is pinned too, but for a CUDA torch's own libraries."""
    reached, left = set(), [requirement.name for requirement in asked_for()]
    while left:
        name = canonicalize_name(left.pop())
        if name not in reached:
            reached.add(name)
            wanted = (canonicalize_name(need.name) for need in needs(name, python))
            left += [need for need in wanted if name != "torch" or need in PINS]
    pinned = {name for name, pin in PINS.items() if applies(pin, python)}
    assert reached <= pinned
    assert {name for name in pinned if is_installed(name)} <= reached  # and nothing else is


def test_the_lock_is_tried_for_every_python_that_is_supported():
    supported = Requirement(f"python{PROJECT['requires-python']}").specifier
    assert [f"3.{minor}" for minor in range(30) if supported.contains(f"3.{minor}.0")] == PYTHONS


def applies(requirement, python):
    """Whether a requirement holds on this platform under a version of Python, without extras."""
    versions = {"python_version": python, "python_full_version": f"{python}.0", "extra": ""}
    return not requirement.marker or requirement.marker.evaluate(versions)


def needs(name, python):
    """Requirements of an installed distribution; of one for another Python nothing is known."""
    if not is_installed(name):
        return []
    stated = map(Requirement, importlib.metadata.requires(name) or [])
    return [need for need in stated if applies(need, python)]


def is_installed(name):
    try:
        return bool(importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return False


def test_the_package_can_be_built_from_the_lock_alone():
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    for requirement in map(Requirement, build):
        assert requirement.specifier.contains(pinned_version(PINS[requirement.name]))


def test_conda_and_binder_get_the_same_versions():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    python, _, pip = environment["dependencies"]
    assert pip["pip"] == [*LOCK, "-e ."]
    version = python.removeprefix("python=")
    assert Requirement(f"python{PROJECT['requires-python']}").specifier.contains(version)


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a clone of git")
@pytest.mark.parametrize("path", ["tools/make_venv.sh", "Makefile", "requirements.lock"])
def test_a_clone_on_windows_keeps_the_ends_of_lines(path):
    """Git's core.autocrlf would write others, which a shell takes for commands."""
    command = ["git", "check-attr", "text", "eol", "--", path]
    said = subprocess.check_output(command, text=True, cwd=ROOT)
    assert said == f"{path}: text: auto\n{path}: eol: lf\n"
