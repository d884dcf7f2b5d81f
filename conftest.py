"""What all tests share. It lies in the root because nbval reads notebooks/, not tests/."""

import pytest


def pytest_collectstart(collector):
    """Let nbval leave out what its string comparison cannot judge: figures, and stderr.

    PNG is left out by nbval itself. Committed notebooks store no stderr (tests/test_committed.py).
    """
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += (
            "application/papermill.record/image/png",
            "image/svg+xml",
            "stderr",
        )


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items):
    """Keep a file on one worker of xdist's ``--dist loadgroup``, and all tests of the built book.

    The book is built once then, and starts first, for its tests take longest.
    """
    for item in items:
        needs_book = hasattr(getattr(item, "module", None), "built_book")
        needs_book = needs_book or "site" in getattr(item, "fixturenames", ())
        item.add_marker(pytest.mark.xdist_group("book" if needs_book else str(item.path)))
    items.sort(key=lambda item: item.get_closest_marker("xdist_group").args != ("book",))
