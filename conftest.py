"""What all tests share. It lies in the root because nbval reads notebooks/, not tests/."""


def pytest_collectstart(collector):
    """Let nbval leave out what its string comparison cannot judge: figures, and stderr.

    PNG is left out by nbval itself. Committed notebooks store no stderr, as
    tests/publish/test_committed.py checks.
    """
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += (
            "application/papermill.record/image/png",
            "image/svg+xml",
            "stderr",
        )


def pytest_collection_modifyitems(items):
    """Let the tests in a browser start first: they take longest, and others run beside them."""
    items.sort(key=lambda item: item.path.name != "test_browser.py")
