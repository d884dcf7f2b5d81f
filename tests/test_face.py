"""The public names of the package: documented, and enough for the README."""

import inspect
import re
import subprocess
import sys

import pytest

import slfkit
from slfkit import aligners
from slfkit.records.store import project_root


@pytest.mark.parametrize("name", slfkit.__all__)
def test_each_public_name_is_there_and_says_what_it_is(name):
    assert name in dir(slfkit)
    assert inspect.getdoc(getattr(slfkit, name))


def test_maps_are_also_found_in_their_room_and_other_names_are_attribute_errors():
    with pytest.raises(AttributeError, match="module 'slfkit' has no attribute 'receiver'"):
        _ = slfkit.receiver
    assert "fit_ridge" in aligners.__all__ and "align" not in aligners.__all__
    with pytest.raises(AttributeError, match=r"'slfkit\.aligners' has no attribute 'align'"):
        _ = aligners.align
    for name in aligners.__all__:
        assert getattr(slfkit, name) is getattr(aligners, name)


def test_few_arguments_that_belong_together():
    for function in (slfkit.align, slfkit.pre_train, slfkit.environment):
        parameters = inspect.signature(function).parameters.values()
        assert sum(one.default is one.empty for one in parameters) <= 4


@pytest.mark.long
def test_the_first_code_of_the_readme_runs_and_slf_helps():
    """On a fifth of its images; notebook 00 does the same on all of them."""
    block = re.search(r"```python\n(.*?)```", (project_root() / "README.md").read_text(), re.DOTALL)
    run = subprocess.run(
        [sys.executable, "-c", block.group(1).replace("2_000", "400")],
        capture_output=True,
        text=True,
        check=True,
    )
    before, after = map(float, re.findall(r"MSE (\d\.\d\d), accuracy \d+%", run.stdout))
    assert after < before
