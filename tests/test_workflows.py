"""What runs on somebody else's machine: workflows, pre-commit hooks and the container file.

No host is asked: files are parsed, and what they name is compared with what the project has.
"""

import re
import shlex

import pytest
import yaml

from slfkit.records.store import project_root

ROOT = project_root()
FOLDER = ROOT / ".github" / "workflows"
PIN = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
ACTIONS = [*FOLDER.glob("*.yml"), *ROOT.glob(".github/actions/*/action.yml")]
WRITES = {  # what a job may do besides reading the repository
    ("pages", "deploy"): {"pages": "write", "id-token": "write"},
    ("release", "release"): {"contents": "write"},
}


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


def read(name):
    return yaml.safe_load(text(FOLDER / f"{name}.yml"))


def when(workflow):
    return workflow[True]  # YAML 1.1 reads the key `on` as a truth value


def commands(workflow):
    """Return the shell lines of all jobs."""
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    return "\n".join(step.get("run", "") for step in steps)


@pytest.fixture(params=sorted(path.stem for path in FOLDER.glob("*.yml")))
def name(request):
    return request.param


@pytest.mark.parametrize("path", ACTIONS, ids=lambda path: path.parent.name + "-" + path.stem)
def test_every_action_is_pinned_to_a_commit_and_says_its_version(path):
    used = re.findall(r"uses: (.*)", text(path))
    foreign = [one for one in used if one != "./.github/actions/environment"]
    assert used and [one for one in foreign if not PIN.fullmatch(one)] == []


def test_one_action_has_one_pin():
    pins = set(re.findall(r"uses: ([\w.-]+/\S+@.*)", "".join(map(text, ACTIONS))))
    assert len(pins) == len({pin.split("@")[0] for pin in pins}) > 0


def test_a_workflow_may_no_more_than_it_needs(name):
    workflow = read(name)
    assert workflow["permissions"] == {"contents": "read"}
    for job, content in workflow["jobs"].items():
        assert content.get("permissions", {}) == WRITES.get((name, job), {})
        assert 0 < content["timeout-minutes"] <= 60
    assert workflow["concurrency"]["group"]
    assert "secrets." not in text(FOLDER / f"{name}.yml")


def test_both_commands_of_the_readme_run_on_three_pythons():
    workflow = read("test")
    matrix = workflow["jobs"]["commands"]["strategy"]["matrix"]
    assert matrix == {"python": ["3.11", "3.12", "3.13"]}
    assert {"push", "pull_request"} <= when(workflow).keys()
    lines = commands(workflow).splitlines()
    assert re.findall(r"^make (book|test) +#", text("README.md"), flags=re.M) == ["book", "test"]
    assert "make test PYTHON=python OPTIONS=--long" in lines and "make book PYTHON=python" in lines
    assert "--nbval" in text("Makefile")


def test_every_target_that_a_workflow_makes_is_in_the_makefile(name):
    targets = re.findall(r"^make (\w+)", commands(read(name)), flags=re.M)
    assert targets and set(targets) <= set(re.findall(r"^(\w+):", text("Makefile"), re.M))


def test_links_are_checked_weekly_and_a_tag_makes_a_release():
    (timer,) = when(read("links"))["schedule"]
    minute, hour, *days, weekday = timer["cron"].split()
    assert minute.isdigit() and hour.isdigit() and weekday.isdigit() and days == ["*", "*"]
    assert when(read("release")) == {"push": {"tags": ["v*"]}}
    assert "_build/zip/slfkit.zip" in commands(read("release"))


def test_the_environment_is_kept_for_one_lock_and_one_python():
    action = yaml.safe_load(text(".github/actions/environment/action.yml"))
    cache = action["runs"]["steps"][1]["with"]
    assert cache["path"] == ".venv"
    for part in ("python-version", "requirements.lock", "pyproject.toml", "make_venv.sh"):
        assert part in cache["key"]


def test_the_hooks_are_the_linters_of_make_test_at_the_versions_of_the_lock():
    (repo,) = yaml.safe_load(text(".pre-commit-config.yaml"))["repos"]
    assert repo["repo"] == "local"  # so no revision can differ from the lock
    called = [shlex.split(hook["entry"]) for hook in repo["hooks"]]
    assert {hook["language"] for hook in repo["hooks"]} == {"system"}
    assert all(program.startswith(".venv/bin/") for program, *_ in called)
    made = re.findall(r"\$\(BIN\)/(ruff [a-z]+(?: --check)?|codespell)", text("Makefile"))
    hooked = {" ".join(words).removeprefix(".venv/bin/") for words in called}
    assert {one.removesuffix(" --force-exclude") for one in hooked} == {*made}
    pinned = re.findall(r"^(ruff|codespell)==", text("requirements.lock"), re.M)
    assert sorted(pinned) == ["codespell", "ruff"]


def test_the_container_has_a_pinned_base_the_lock_and_the_book_as_its_command():
    lines = [one for one in text("Dockerfile").splitlines() if one and not one.startswith("#")]
    assert re.fullmatch(r"FROM python:3\.1[1-4]-slim-\w+@sha256:[0-9a-f]{64}", lines[0])
    assert lines[-1] == 'CMD ["slfkit", "book"]'
    assert any("-r requirements.lock" in line for line in lines)
    assert {".venv", "_build", "runs"} <= set(text(".dockerignore").split())
