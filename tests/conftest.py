"""What tests of all rooms share."""

import sys

import pytest

from slfkit.records.store import Store


@pytest.fixture
def store(tmp_path):
    """An empty store."""
    return Store("smoke", tmp_path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A store that all tests of a file share: what one has computed, others find there."""
    return Store("smoke", tmp_path_factory.mktemp("records"))


@pytest.fixture(autouse=True)
def _figures_closed():
    """Close the figures of a test, where it has drawn any."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
