"""Notebooks and their studies, and the command that computes just what is missing."""

import shlex

import pytest

from slfkit.errors import ParameterError
from slfkit.experiments import misalignment, registry, sweeps
from slfkit.experiments.grid import SCALES
from slfkit.experiments.registry import plan, studies_of


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


def test_the_unshown_claims_are_two_studies():
    order, fresh = studies_of("05_unshown", profile="smoke", frozen=[2])
    assert [cell.labels["order"] for cell in order.cells] == ["last", "first"]
    assert [cell.labels["reinitialise"] for cell in fresh.cells] == [True, False]


def missing(*cells):
    return registry.command("channel_dissimilarity", cells)


def test_nothing_missing_needs_no_command():
    assert missing() == ""


def test_cells_of_the_profiles_own_grid_need_no_seeds():
    cells = sweeps.channel_dissimilarity().cells
    command = missing(*cells)
    assert command == "slfkit reproduce --profile paper --study channel_dissimilarity"
    assert {cell.spec for cell in cells} <= set(plan("paper", ["channel_dissimilarity"]))


def test_cells_outside_it_name_their_seeds_and_are_then_computed():
    cells = sweeps.channel_dissimilarity(crossovers=[0.1], seeds=[7, 2]).cells
    words = shlex.split(missing(*cells))
    assert words[-2:] == ["--seeds", "2,7"]
    planned = plan("paper", ["channel_dissimilarity"], [2, 7])
    assert {cell.spec for cell in cells} <= set(planned)


def test_the_profile_is_named():
    cells = misalignment.misalignment("smoke").cells
    command = registry.command("misalignment", cells, "smoke")
    assert command == "slfkit reproduce --profile smoke --study misalignment"
