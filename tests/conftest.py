"""What tests of all rooms share."""

import pytest

from slfkit.records.store import Store


@pytest.fixture
def store(tmp_path):
    """An empty store."""
    return Store("smoke", tmp_path)
