"""Where slfkit keeps things: the platform's cache folder; data sets are tested in test_data."""

import os
from pathlib import Path

import pytest

from slfkit.data.places import cache_root, data_root
from slfkit.errors import DataError


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    return tmp_path


@pytest.mark.skipif(os.name == "nt", reason="another folder there")
@pytest.mark.parametrize(
    ("platform", "folder"), [("linux", ".cache/slfkit"), ("darwin", "Library/Caches/slfkit")]
)
def test_the_cache_is_where_the_platform_has_it(home, monkeypatch, platform, folder):
    monkeypatch.setattr("sys.platform", platform)
    assert cache_root() == home / folder


def test_a_data_folder_that_is_not_there_is_refused(home, monkeypatch):
    monkeypatch.setenv("SLFKIT_DATA", str(home))
    assert data_root() == home
    monkeypatch.setenv("SLFKIT_DATA", str(home / "none"))
    with pytest.raises(DataError, match="none, which is no folder: create it or correct"):
        data_root()
