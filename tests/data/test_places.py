"""Where slfkit keeps things; data sets themselves are tested in test_loading."""

import pytest

from slfkit.data import loading, places
from slfkit.data.places import cache_root, data_root
from slfkit.errors import DataError


def test_data_lies_in_the_named_folder_if_there_is_one_or_in_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_root() == tmp_path / "slfkit"
    monkeypatch.delenv("SLFKIT_DATA", raising=False)
    assert data_root() == tmp_path / "slfkit" / "data"
    monkeypatch.setenv("SLFKIT_DATA", str(tmp_path))
    assert data_root() == tmp_path
    monkeypatch.setenv("SLFKIT_DATA", str(tmp_path / "none"))
    with pytest.raises(DataError, match="none, which is not a folder: create it or .*quick"):
        loading.load("mnist", "test")
    assert len(loading.load("glyphs", "test", 3)) == 3  # stand-ins need none


def test_a_user_without_a_home_is_told_what_to_set(monkeypatch):
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(places, "user_cache_dir", lambda *_, **__: "~nobody-here/.cache/slfkit")
    with pytest.raises(DataError, match="has no home folder .*set XDG_CACHE_HOME or HOME"):
        cache_root()
