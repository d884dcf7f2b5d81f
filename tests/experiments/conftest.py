"""What the tests of experiments share."""

import sys

import pytest


@pytest.fixture(autouse=True)
def _figures_closed():
    """Close the figures of a test, where it has drawn any."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
