"""Notebooks and their studies."""

import pytest

from slfkit.errors import ParameterError
from slfkit.experiments import registry
from slfkit.experiments.grid import SCALES
from slfkit.experiments.registry import studies_of


@pytest.mark.parametrize("profile", SCALES)
@pytest.mark.parametrize("notebook", registry.notebooks())
def test_every_notebook_has_studies_at_every_profile(notebook, profile):
    built = studies_of(notebook, profile=profile)
    assert built and {one.name for one in built} <= set(registry.experiments())
    assert all(one.profile == profile and one.specs() for one in built)


def test_a_notebook_that_runs_nothing_has_none():
    assert studies_of("90_computed", profile="paper") == ()


@pytest.mark.parametrize("page", ["02_channel", "08_who_pays", "10_decibels", "12_rivals"])
def test_a_modulation_that_cannot_send_the_codebook_is_refused_first(page):
    with pytest.raises(ParameterError, match="qam cannot send 32 codewords"):
        studies_of(page, modulation="qam")
    assert studies_of(page, modulation="qam", settings={"codewords": "64"})
    with pytest.raises(ParameterError, match="settings is 64: expected names and values"):
        studies_of(page, modulation="qam", settings=64)


def test_nothing_missing_needs_no_command():
    assert registry.command("channel_dissimilarity", ()) == ""
