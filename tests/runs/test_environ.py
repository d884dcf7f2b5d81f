"""Environment variables are set inside, and are as before outside, also after an error."""

import os

import pytest

from slfkit.runs.stopping import variables


def test_variables_hold_inside_and_only_there(monkeypatch):
    monkeypatch.setenv("SLFKIT_ONE", "before")
    monkeypatch.delenv("SLFKIT_TWO", raising=False)
    with variables({"SLFKIT_ONE": 1, "SLFKIT_TWO": "two"}):
        assert (os.environ["SLFKIT_ONE"], os.environ["SLFKIT_TWO"]) == ("1", "two")
    assert os.environ["SLFKIT_ONE"] == "before" and "SLFKIT_TWO" not in os.environ


def test_they_are_put_back_after_an_error(monkeypatch):
    monkeypatch.setenv("SLFKIT_ONE", "before")
    with pytest.raises(KeyError), variables({"SLFKIT_ONE": "inside"}):
        del os.environ["SLFKIT_ONE"]
        raise KeyError
    assert os.environ["SLFKIT_ONE"] == "before"
