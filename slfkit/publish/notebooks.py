"""Runs text notebooks strictly: parameters are checked by name, type and range before a kernel.

notebooks/NN_name.py (py:percent) is written by hand, NN_name.ipynb executed from it.
"""

from __future__ import annotations

import hashlib
import json
import os
from html.parser import HTMLParser
from pathlib import Path

from slfkit.data.sources import resolve
from slfkit.errors import NotebookError, ParameterError
from slfkit.publish.kernel import execute
from slfkit.publish.parameters import convert, nearest, parameters, parse_value


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
    from slfkit.publish.comparison import compare

    pass

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
    from slfkit.records.store import project_root

    return project_root()


def _parsed(known, name, value):
    if name in known and isinstance(value, str):
        return parse_value(value, known[name])
    return value


def _build_study(stem, values):
    """Let the notebook's study refuse values out of range; a notebook without one skips this."""
    from slfkit.experiments.registry import studies_of

    studies_of(stem, **values)


def _short_hash(values):
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:8]


def text_outputs(path):
    """Return the text outputs of the executed notebook `path`, one string each; no figures.

    Printed text as it is, tables as rows of padded columns.
    """
    import nbformat

    notebook = nbformat.read(Path(path), as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    texts = [_text(output) for cell in code for output in cell.outputs]
    return [text for text in texts if text]


def _text(output):
    if output.output_type == "stream":
        return output.text.rstrip()
    data = output.get("data", {})
    plain = data.get("text/plain", "")
    if plain and not plain.startswith("<"):  # not just the name of an object
        return plain.rstrip()
    if "text/markdown" in data:
        return data["text/markdown"].rstrip()
    return table_text(data.get("text/html", ""))


def table_text(html):
    """Return the text of an HTML fragment, the cells of its tables in columns."""
    reader = _Reader()
    reader.feed(html)
    widths = {}
    for row in reader.rows:
        for column, cell in enumerate(row[:-1]):
            widths[column] = max(widths.get(column, 0), len(cell))
    lines = ["  ".join(c.ljust(widths.get(i, 0)) for i, c in enumerate(row)) for row in reader.rows]
    return "\n".join(line.rstrip() for line in lines if line.strip())


class _Reader(HTMLParser):
    """Collects rows of cells; text outside tables is a row of one cell."""

    HIDDEN = ("style", "script")

    def __init__(self):
        super().__init__()
        self.rows, self.hidden = [], False

    def handle_starttag(self, tag, attrs):
        self.hidden = self.hidden or tag in self.HIDDEN
        if tag in ("tr", "p", "div", "caption", "br", "li"):
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        self.hidden = self.hidden and tag not in self.HIDDEN

    def handle_data(self, data):
        words = " ".join(data.split())
        if words and not self.hidden:
            self.rows = self.rows or [[]]
            row = self.rows[-1]
            row[-1:] = [f"{row[-1]} {words}".strip() if row else words]
