"""The manifest: what was changed, is missing or is new by name, and what is committed agrees."""

import hashlib
import subprocess

import pytest

from slfkit.errors import RecordError
from slfkit.records import manifest
from slfkit.records.store import Store, project_root


@pytest.fixture
def folder(tmp_path):
    for name in ("pairs/a.json", "weights/b c.safetensors", "pairs/é.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    assert manifest.seal(tmp_path) == 3
    return tmp_path


def test_it_is_sorted_and_read_by_sha256sum(folder):
    text = (folder / "MANIFEST").read_text()
    names = [line.split("  ", 1)[1] for line in text.splitlines()]
    assert names == sorted(["pairs/a.json", "pairs/é.json", "weights/b c.safetensors"])
    assert text.startswith(hashlib.sha256(b"pairs/a.json").hexdigest() + "  pairs/a.json\n")
    subprocess.run(["sha256sum", "--check", "--quiet", "MANIFEST"], cwd=folder, check=True)


def test_what_is_as_it_was_entered_has_no_faults_and_a_folder_without_one_is_told(folder):
    (folder / ".claims").mkdir()
    (folder / ".claims" / "a").touch()  # hidden files, as of a run that goes on, do not count
    (folder / "pairs" / ".b.tmp").touch()
    found = manifest.held(folder)
    assert (found.faults(), found.told(), found.sealed) == ([], "", True)
    (folder / "MANIFEST").unlink()
    found = manifest.held(folder)
    assert not found.sealed and "has no MANIFEST, so changes go unseen" in found.told()


ZEROS = "0" * 63


@pytest.mark.parametrize("line", ["", "abc", f"0{ZEROS} one", f"{ZEROS}  two", f"g{ZEROS}  x"])
def test_a_damaged_manifest_is_refused_by_its_line(folder, line):
    path = folder / "MANIFEST"
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(RecordError, match="MANIFEST, line 4 is no digest and path: restore the f"):
        manifest.held(folder)


def committed_files(profile):
    """Return the files of a profile that git keeps; those of a checkout without git: all."""
    folder = project_root() / "results" / profile
    listed = subprocess.run(["git", "ls-files", "-z", "."], cwd=folder, capture_output=True)
    names = listed.stdout.decode().split("\0") if listed.returncode == 0 else manifest.files(folder)
    return {name for name in names if name and name != manifest.NAME}


@pytest.mark.parametrize("profile", ["paper", "smoke"])
def test_the_committed_manifest_is_that_of_the_committed_files(profile, monkeypatch):
    monkeypatch.delenv("SLFKIT_RESULTS", raising=False)
    found = manifest.held(Store(profile).folder)
    assert found.sealed and found.faults() == []
    forgotten = committed_files(profile) & set(found.new)
    assert not forgotten, f"slfkit verify --seal --profile {profile} enters {sorted(forgotten)}"
