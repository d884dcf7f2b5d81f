"""A `slfkit` for commands of pages that are run as they stand there."""

import os
import sys
from pathlib import Path

from slfkit.records.store import project_root


def own_command(folder):
    """Return variables with which `slfkit` is this tree's, wherever another is installed."""
    folder.mkdir(exist_ok=True)
    command = folder / "slfkit"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m slfkit "$@"\n')
    command.chmod(0o755)
    programs = (str(folder), str(Path(sys.executable).parent), os.environ["PATH"])
    return {**os.environ, "PATH": os.pathsep.join(programs), "PYTHONPATH": str(project_root())}
