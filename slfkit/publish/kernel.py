"""Executes one text notebook: jupytext, papermill, and a normal form that repeats byte for byte."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

from slfkit.errors import NotebookError
from slfkit.records.store import project_root, write_atomic

KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {"name": "python", "pygments_lexer": "ipython3"}
FOLDERS = ("SLFKIT_DATA", "SLFKIT_RESULTS")  # the kernel's own folder is another than ours
INJECTED = "Parameters of this run, in place of the defaults above"


def read(source: Path) -> Any:
    """Return the notebook a py:percent file describes: cells without outputs, in normal form.

    Raises:
        NotebookError: it cannot be read.
    """
    try:
        text = source.read_text(encoding="utf-8-sig")  # some editors put a byte-order mark first
        return normalise(_tool("jupytext").reads(text, fmt="py:percent"))
    except (OSError, UnicodeDecodeError) as error:
        raise NotebookError(f"{source} cannot be read as a text notebook: {error}") from error


def execute(
    source: Path,
    output: Path,
    parameters: Mapping[str, Any] | None = None,
    keep_failed: Path | None = None,
) -> Path:
    """Run a text notebook in a fresh kernel and write the executed .ipynb, whole or not at all.

    Cells run in the notebook's own folder, by the interpreter that runs slfkit; the bytes repeat.
    What cells write to stderr goes to ours and is never stored.

    Args:
        parameters: plain values in place of the defaults, checked before.
        keep_failed: a folder that keeps a notebook that failed, as <name>.failed.ipynb.

    Raises:
        NotebookError: names cell and exception.
    """
    source, output = Path(source).resolve(), Path(output).resolve()
    notebook = _inject(read(source), parameters or {})
    with tempfile.TemporaryDirectory(prefix="slfkit-") as scratch, _own_kernel(Path(scratch)):
        draft = Path(scratch) / "draft.ipynb"
        try:
            executed = normalise(_papermill(notebook, draft, source.parent))
            _require_all_ran(executed)
        except Exception as error:
            kept = _keep(draft, keep_failed, source.stem)
            raise NotebookError(_failure(source, error, kept)) from error
    return write(executed, output)


def normalise(notebook: Any) -> Any:
    """Return a notebook with all that varies between repetitions fixed or dropped, in place.

    Cell ids become cell-00, cell-01, ...; execution counts 1..n over the cells that ran; times,
    tool metadata and stderr go; neighbouring pieces of stdout become one. Tags and other metadata
    of the author stay.
    """
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = type(notebook.metadata)(kernelspec=KERNELSPEC, language_info=LANGUAGE)
    count = 0
    for index, cell in enumerate(notebook.cells):
        cell.id = f"cell-{index:02d}"
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
        if not cell.metadata.get("tags", True):
            del cell.metadata["tags"]
        if cell.cell_type == "code":
            count += cell.execution_count is not None
            _normalise_code(cell, count)
    return notebook


def write(notebook: Any, output: Path) -> Path:
    """Write a notebook, whole or not at all, and return its path."""
    nbformat = _tool("nbformat")
    nbformat.validate(notebook)
    write_atomic(output, (nbformat.writes(notebook).rstrip("\n") + "\n").encode())
    return output


def _tool(name: str) -> Any:
    """Import a tool that only the extra [book] installs."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise NotebookError(
            f"{error.name} is not installed and notebooks need it: pip install 'slfkit[book]'"
        ) from error


def _normalise_code(cell: Any, count: int) -> None:
    cell.execution_count = None if cell.execution_count is None else count
    outputs = []
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stderr":
            continue  # papermill has shown it already: warnings are not results
        if "execution_count" in output:
            output.execution_count = count
        if outputs and output.output_type == "stream" == outputs[-1].output_type:
            outputs[-1].text += output.text  # how stdout is cut into messages depends on timing
        else:
            outputs.append(output)
    cell.outputs = outputs


def _inject(notebook: Any, parameters: Mapping[str, Any]) -> Any:
    """Add the cell with the given parameters behind the tagged one, as papermill does."""
    if not parameters:
        return notebook
    parameterize = _tool("papermill.parameterize").parameterize_notebook
    prepared = _tool("papermill.iorw").load_notebook_node(notebook)
    return normalise(parameterize(prepared, parameters, comment=INJECTED))


def _papermill(notebook: Any, draft: Path, folder: Path) -> Any:
    policy = "auto" if _tool("zmq").has("curve") else "disabled"  # unencrypted kernels warn
    return _tool("papermill").execute_notebook(
        notebook,
        re.sub(r"[{}]", r"\g<0>\g<0>", str(draft)),  # papermill fills in what is in braces
        cwd=folder,
        kernel_name="python3",
        progress_bar=False,
        stderr_file=sys.stderr,
        shutdown_kernel="immediate",  # a graceful end prints tracebacks where Ctrl-C comes first
        config=_tool("traitlets.config").Config(KernelManager={"transport_encryption": policy}),
    )


@contextlib.contextmanager
def _own_kernel(scratch: Path) -> Iterator[None]:
    """Make `python3` mean this interpreter, free of the user's own Jupyter and plot settings."""
    spec = scratch / "jupyter" / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    # Frozen modules would make the debugger warn on stderr.
    describe = _tool("ipykernel.kernelspec").get_kernel_dict
    kernel = describe(python_arguments=["-X", "frozen_modules=off"])
    spec.write_text(json.dumps(kernel | {"env": _kernel_environment(scratch)}))
    ours = {"JUPYTER_PATH": str(spec.parents[2]), "JUPYTER_RUNTIME_DIR": str(scratch / "runtime")}
    with patch.dict(os.environ, ours):
        yield


def _kernel_environment(scratch: Path) -> dict[str, str]:
    """Return the variables a kernel gets, so that it behaves alike for every user."""
    (scratch / "matplotlibrc").touch()
    paths = [str(project_root()), os.environ.get("PYTHONPATH")]  # the kernel imports this slfkit
    ours = {name: str(Path(os.environ[name]).resolve()) for name in FOLDERS if os.environ.get(name)}
    return ours | {
        "IPYTHONDIR": str(scratch / "ipython"),
        "MATPLOTLIBRC": str(scratch / "matplotlibrc"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "PYTHONSTARTUP": "",
    }


def _require_all_ran(notebook: Any) -> None:
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and cell.execution_count is None:
            reason = "did not run" if cell.source.strip() else "is empty"
            raise NotebookError(f"cell {index} {reason}, and a strict run needs every cell to run")


def _keep(draft: Path, folder: Path | None, stem: str) -> Path | None:
    """Keep the notebook that failed in `folder`, when there is one to keep; return its path."""
    if folder is None or not draft.exists():
        return None
    notebook = _tool("nbformat").read(draft, as_version=4)
    return write(normalise(notebook), Path(folder) / f"{stem}.failed.ipynb")


def _failure(source: Path, error: Exception, kept: Path | None) -> str:
    """Say in one sentence which cell failed and why."""
    if hasattr(error, "ename"):
        first = error.source.strip().splitlines()[0]
        message = f"{error.ename}: {error.evalue}" if error.evalue else error.ename
        what = f" in cell {error.cell_index} (`{first}`): {message}"
    else:
        what = f": {str(error) or type(error).__name__}"
    where = f" (kept as {kept})" if kept else ""
    return " ".join(f"{source.name} failed{what}{where}".split())
