"""Runs text notebooks strictly: parameters are checked by name, type and range before a kernel.

notebooks/NN_name.py (py:percent) is written by hand, NN_name.ipynb executed from it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from slfkit.data.sources import resolve
from slfkit.errors import Interrupted, NotebookError, ParameterError, nearest
from slfkit.experiments import settings
from slfkit.experiments.registry import studies_of
from slfkit.publish.comparison import compare
from slfkit.publish.kernel import execute
from slfkit.publish.parameters import convert, parameters, parse_value
from slfkit.records.fields import at_least
from slfkit.records.spec import PROFILES, AlignmentSpec
from slfkit.records.store import project_root
from slfkit.runs.stopping import Stopped, stoppable

Job = tuple[Path, Path, dict[str, Any], Path]  # the arguments of ``kernel.execute``


def find(name: str | Path) -> Path:
    """Return the path of the text notebook of this name: 02_channel, 02, or a path to it.

    Raises:
        NotebookError: there is none; names the nearest.
    """
    path = Path(name)
    if path.suffix in (".py", ".ipynb") and path.with_suffix(".py").is_file():
        return path.with_suffix(".py").resolve()
    stems = {source.stem: source for source in sources()}
    if len(path.parts) > 1 and not path.is_file():
        raise NotebookError(f"there is no file {path}{nearest(path.stem, stems)}")
    matches = [stem for stem in stems if path.name in (stem, stem.split("_")[0], f"{stem}.py")]
    if len(matches) == 1:
        return stems[matches[0]]
    raise NotebookError(f"there is no notebook '{name}'{nearest(str(name), stems)}")


def sources() -> list[Path]:
    """Return the paths of the project's text notebooks, in the order of their numbers."""
    return sorted((project_root() / "notebooks").glob("[0-9][0-9]_*.py"))


def given_values(
    path: Path, given: Mapping[str, Any], profile: str | None = None
) -> dict[str, Any]:
    """Return the values of one run: those given, texts or not, as their exact types, and a profile.

    Names and types are checked against the parameters cell, ranges by building the notebook's
    studies; nothing is computed. An int is taken for a float; no value may be infinite or NaN.

    Raises:
        ParameterError: an unknown name, a wrong type, a value out of range, or two profiles.
    """
    if profile is not None and given.get("profile", profile) != profile:
        raise ParameterError(f"two profiles are given, {given['profile']} and {profile}: name one")
    values = {**given, **({} if profile is None else {"profile": profile})}
    declared = parameters(path)
    for name, parameter in declared.items():
        if name in values:
            read = parse_value if isinstance(values[name], str) else convert
            values[name] = read(values[name], parameter)
    if values.get("profile", PROFILES[0]) not in PROFILES:
        raise ParameterError(
            f"profile {values['profile']!r} is unknown: choose {', '.join(PROFILES)}"
        )
    for name in values:
        if name not in declared:
            raise ParameterError(f"{path.stem} has no parameter '{name}'{nearest(name, declared)}")
    if "sources" in values:  # a folder's name is its content's, here and on another machine
        values["sources"] = [resolve(source) for source in values["sources"]]
    if "settings" in values:
        values["settings"] = settings.checked(values["settings"])
    if not studies_of(path.stem, **_defaults(path) | values):
        _check_like_fields(values)
    return values


def _check_like_fields(values: Mapping[str, Any]) -> None:
    """Check the parameters of a page without a study as fields of the same names are checked."""
    checks = {f.name: f.metadata["check"] for f in dataclasses.fields(AlignmentSpec)}
    checks["images"] = at_least(1)
    for name, value in values.items():
        if checks.get(name) and (wrong := checks[name](value)):
            raise ParameterError(f"{name} {value!r} {wrong}")


def _defaults(path: Path) -> dict[str, Any]:
    return {name: parameter.default for name, parameter in parameters(path).items()}


def run(
    name: str,
    given: Mapping[str, Any] | None = None,
    profile: str | None = None,
    output_dir: str | Path | None = None,
) -> Path:
    """Run one notebook with new parameters; print its text outputs and its path, and return that.

    Where parameters are new, a table of the notebook's default results against the new ones ends
    the outputs; defaults without a record are not computed for it.

    Args:
        given: names to values or, as the command line has them, to their texts.
        output_dir: gets NN_name-<hash of the parameters>.ipynb; runs/ in the project by default.

    Raises:
        ParameterError: before a kernel starts.
        NotebookError: the folder cannot be written, or the notebook fails.
        Interrupted: Ctrl-C or SIGTERM.
    """
    source = find(name)
    values = given_values(source, given or {}, profile)
    folder = _writable(Path(output_dir or project_root() / "runs").resolve())
    short_hash = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:8]
    try:
        with stoppable():
            path = execute(source, folder / f"{source.stem}-{short_hash}.ipynb", values, folder)
    except Stopped as error:  # the kernel and its folder are gone by now
        raise Interrupted(
            f"stopped by {error.signal.name}: what was computed is stored, and the same command "
            "goes on there",
            error.signal,
        ) from None
    beside = compare(source.stem, values, _defaults(source))
    print(*text_outputs(path), *([f"\n{beside}\n"] if beside else []), path, sep="\n")
    return path


def _writable(folder: Path) -> Path:
    """Return a folder for results, made if it is missing; asked before anything is computed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise NotebookError(
            f"{folder} cannot be written ({error.strerror}), so nothing was computed: give "
            "--output a folder that can"
        ) from error
    return folder


def execute_all(
    profile: str | None = None,
    output: str | Path | None = None,
    only: Sequence[Path] | None = None,
) -> list[Path]:
    """Execute every notebook of the project and return the paths of the .ipynb files.

    Args:
        profile: injected into each; without one, the default parameters are taken.
        output: the folder of the files. By default runs/<profile>, never over the committed ones,
            and without a profile beside the texts.
        only: the text notebooks to execute; None takes all.

    Raises:
        NotebookError: names each notebook that failed; the file that was there for it stays.
    """
    root = project_root()
    folder = _writable(Path(output or root / (f"runs/{profile}" if profile else "notebooks")))
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


def _in_two_processes(jobs: Sequence[Job]) -> list[Path | NotebookError]:
    workers = min(2, os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(_outcome, jobs))


def _outcome(job: Job) -> Path | NotebookError:
    """Execute one job and return its path, or the error, so that the others still run."""
    try:
        return execute(*job)
    except NotebookError as error:
        return error


def text_outputs(path: Path) -> list[str]:
    """Return the text outputs of an executed notebook: printed text, Markdown, tables as text."""
    import nbformat  # only the extra [book] installs it

    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    texts = [_text(output) for cell in code for output in cell.outputs]
    return [text for text in texts if text]


def _text(output: Any) -> str:
    if output.output_type == "stream":
        return output.text.rstrip()
    data = output.get("data", {})
    plain = data.get("text/plain", "")
    named = plain.startswith("<")  # just the name of an object
    return data.get("text/markdown", "" if named else plain).rstrip()
