"""Runs text notebooks strictly: parameters are checked by name, type and range before a kernel.

notebooks/NN_name.py (py:percent) is written by hand, NN_name.ipynb executed from it.
"""

import hashlib
import json
import os
from pathlib import Path

from slfkit.errors import NotebookError, ParameterError
from slfkit.notebook_execution import execute, read
from slfkit.parameters import Parameter, convert, nearest, parameters, parse_value
from slfkit.sources import resolve

__all__ = ["Parameter", "check", "execute", "execute_all", "find", "given_values", "parameters"]
__all__ += ["parse_value", "read", "run", "sources"]


def find(name):
    """Return the path of the text notebook called `name`: 02_channel, 02, or a path to it.

    Raises NotebookError for an unknown name, with the nearest known one.
    """
    path = Path(name)
    if path.suffix in (".py", ".ipynb") and path.with_suffix(".py").is_file():
        return path.with_suffix(".py").resolve()
    known = {source.stem: source for source in sources()}
    matches = [stem for stem in known if path.name in (stem, stem.split("_")[0], f"{stem}.py")]
    if len(matches) == 1:
        return known[matches[0]]
    raise NotebookError(f"there is no notebook '{name}'{nearest(str(name), known)}")


def sources():
    """Return the paths of the project's text notebooks, in the order of their numbers."""
    return sorted((_root() / "notebooks").glob("[0-9][0-9]_*.py"))


def check(path, given):
    """Return the values `given` (name -> value) for a notebook, converted to their exact types.

    Names and types are checked against the parameters cell, ranges by building the notebook's
    study; nothing is computed. An int is taken for a float; no value may be infinite or NaN.
    Raises ParameterError for an unknown name, a wrong type or a value out of range.
    """
    known, stem = parameters(path), Path(path).stem
    for name in given:
        if name not in known:
            raise ParameterError(f"{stem} has no parameter '{name}'{nearest(name, known)}")
    given = {name: convert(known[name], value) for name, value in given.items()}
    if "sources" in given:  # a folder's name is its content's, here and on another machine
        given["sources"] = [resolve(source) for source in given["sources"]]
    _build_study(stem, {name: parameter.default for name, parameter in known.items()} | given)
    return given


def given_values(source, given, profile=None):
    """Return the checked values of one run: `given`, texts parsed, and the profile if there is one.

    Raises ParameterError as `check` does, and when `given` names another profile.
    """
    if profile is not None and given.get("profile", profile) != profile:
        raise ParameterError(f"two profiles are given, {given['profile']} and {profile}: name one")
    given = given | ({} if profile is None else {"profile": profile})
    known = parameters(source)
    return check(source, {name: _parsed(known, name, value) for name, value in given.items()})


def run(name, given=None, profile=None, output_dir=None):
    """Run one notebook with new parameters, print its text outputs and its path, return the path.

    Where parameters are new, a table of the notebook's default results against the new ones ends
    the outputs; defaults without a record are not computed for it.

    `given` maps names to values or, as the command line does, to their texts. The executed
    notebook goes to `output_dir` (default: runs/ in the project) as NN_name-<hash of the
    parameters>.ipynb. Raises ParameterError before a kernel starts, NotebookError when it fails.
    """
    from slfkit.comparison import compare
    from slfkit.terminal import text_outputs

    source = find(name)
    values = given_values(source, given or {}, profile)
    output_dir = Path(output_dir or _root() / "runs")
    output = output_dir / f"{source.stem}-{_short_hash(values)}.ipynb"
    path = execute(source, output, values, keep_failed=output_dir)
    defaults = {name: parameter.default for name, parameter in parameters(source).items()}
    beside = compare(source.stem, values, defaults)
    print(*text_outputs(path), *([f"\n{beside}\n"] if beside else []), path, sep="\n")
    return path


def execute_all(profile=None, output=None, only=None):
    """Execute every notebook of the project and return the paths of the .ipynb files.

    Without a profile each goes beside its text, or to the folder `output`, with its default
    parameters. With one it is injected, and the files go to `output` or runs/<profile>, never
    over the committed ones. `only` names the text notebooks to execute; None takes all.
    Raises NotebookError naming each notebook that failed; the file that
    had been there for it stays.
    """
    root = _root()
    folder = Path(output or root / (f"runs/{profile}" if profile else "notebooks"))
    jobs = [
        (source, folder / f"{source.stem}.ipynb", given_values(source, {}, profile), root / "runs")
        for source in (sources() if only is None else only)
    ]
    # A profile computes live and the second notebook reads runs of the first: one at a time.
    outcomes = list(map(_outcome, jobs)) if profile else _in_two_processes(jobs)
    errors = [str(outcome) for outcome in outcomes if isinstance(outcome, NotebookError)]
    if errors:
        raise NotebookError("; ".join(errors))
    return outcomes


def _in_two_processes(jobs):
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    workers = min(2, os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(_outcome, jobs))


def _outcome(job):
    """Execute one job and return its path, or the error, so that the others still run."""
    try:
        return execute(*job)
    except NotebookError as error:
        return error


def _root():
    from slfkit.store import project_root

    return project_root()


def _parsed(known, name, value):
    if name in known and isinstance(value, str):
        return parse_value(value, known[name])
    return value


def _build_study(stem, values):
    """Let the notebook's study refuse values out of range; a notebook without one skips this."""
    from slfkit.by_notebook import studies_of

    studies_of(stem, **values)


def _short_hash(values):
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:8]
