"""The book as the tests see it, made once however many test files ask for it."""

from functools import cache

from slfkit.publish.build import render
from slfkit.records.store import project_root


@cache
def built_book():
    """Return the folder of the book, made again from the committed notebooks as they stand."""
    return render(project_root())
