"""Notebooks and their studies: parameters checked without torch, one or several studies each."""

import pytest

from slfkit.errors import ParameterError
from slfkit.experiments import registry
from slfkit.experiments.grid import SCALES
from slfkit.experiments.registry import BY_NOTEBOOK, studies_of


@pytest.mark.parametrize("profile", SCALES)
@pytest.mark.parametrize("notebook", BY_NOTEBOOK)
def test_every_notebook_has_studies_at_every_profile(notebook, profile):
    built = studies_of(notebook, profile=profile)
    assert built and {one.name for one in built} <= set(registry.STUDIES)
    assert all(one.profile == profile and one.specs() for one in built)


def test_a_notebook_that_runs_nothing_has_none():
    assert studies_of("90_computed", profile="paper") == ()


@pytest.mark.parametrize("name", ["downlink", "uplink", "power"])
def test_a_link_that_carries_nothing_is_refused(name):
    with pytest.raises(ParameterError, match=f"{name} 0.0 must be above zero"):
        studies_of("04_recovery", **{name: 0.0})


def test_the_unshown_claims_are_two_studies():
    order, fresh = studies_of("05_unshown", profile="smoke", frozen=[2])
    assert [cell.labels["order"] for cell in order.cells] == ["last", "first"]
    assert [cell.labels["reinitialise"] for cell in fresh.cells] == [True, False]
