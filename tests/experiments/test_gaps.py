"""The command that computes what is missing: just that, and nothing where nothing is."""

import shlex

from slfkit.experiments import misalignment, registry, sweeps
from slfkit.experiments.registry import plan


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
    assert registry.command("misalignment", cells, "smoke") == (
        "slfkit reproduce --profile smoke --study misalignment"
    )
