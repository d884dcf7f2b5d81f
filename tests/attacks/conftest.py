"""How hard these tests try; the root's conftest.py has the options."""

import pytest

REAL_KILLS = 20  # with --long


@pytest.fixture(scope="session")
def mutations(request):
    """Altered messages to try."""
    return request.config.getoption("--mutations")


@pytest.fixture(scope="session")
def kills(request):
    """Kills of a real sweep to try: as asked for, or in the long form of the tests."""
    return request.config.getoption("--kills") or REAL_KILLS * request.config.getoption("--long")
