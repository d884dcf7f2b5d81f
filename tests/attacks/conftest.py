"""How hard these tests try; the root's conftest.py has the options."""

import pytest


@pytest.fixture(scope="session")
def mutations(request):
    """Altered messages to try."""
    return request.config.getoption("--mutations")


@pytest.fixture(scope="session")
def kills(request):
    """Kills of a sweep to try."""
    return request.config.getoption("--kills")
