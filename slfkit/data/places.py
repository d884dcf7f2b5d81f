"""Where data sets lie, and what slfkit keeps for itself, on this machine."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_cache_dir

from slfkit.errors import DataError


def data_root() -> Path:
    """Return the folder of the data sets: ``SLFKIT_DATA``, else one in the platform's cache.

    Raises:
        DataError: ``SLFKIT_DATA`` names a folder that does not exist.
    """
    named = os.environ.get("SLFKIT_DATA")
    if named and not Path(named).is_dir():
        raise DataError(
            f"SLFKIT_DATA names {named}, which is not a folder: create it or correct the variable, "
            "or run with profile=quick, which needs no data"
        )
    return Path(named) if named else cache_root() / "data"


def cache_root() -> Path:
    """Return slfkit's folder in the platform's cache.

    Raises:
        DataError: this user has no home folder.
    """
    try:
        return Path(user_cache_dir("slfkit", appauthor=False)).expanduser()
    except RuntimeError as error:
        raise DataError(
            "this user has no home folder for slfkit's cache: set XDG_CACHE_HOME or HOME to a "
            "folder that can be written"
        ) from error
