"""What all tests share. It lies in the root because nbval reads notebooks/, not tests/."""

# What takes more than ten seconds, the longest first.
LONGEST = (
    "test_browser.py",
    "test_rerun.py",
    "test_paper_cell.py",
    "00_slf_in_code.ipynb",
    "test_pdf.py",
    "test_sweep.py",
    "test_notebooks.py",
    "test_cluster.py",
    "test_face.py",
    "test_kernel.py",
    "test_benchmarks.py",
)


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


def pytest_collection_modifyitems(config, items):
    """Leave out the long forms; let the longest files start first, so that no worker ends alone."""
    if not config.getoption("--long"):
        long = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in set(long)]
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


def pytest_addoption(parser):
    """Add how hard the tests try."""
    parser.addoption("--long", action="store_true", help="also what is marked long, as CI does")
    parser.addoption("--mutations", type=int, default=10_000, help="altered messages to try")
    parser.addoption("--kills", type=int, default=0, help="kills of a real sweep to try")
