"""Where a record comes from: code, library, device, data and date."""

from __future__ import annotations

import ast
import hashlib
import platform
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from slfkit import __version__

# the files that decide the numbers; what data sets and stand-ins load is covered by checksums,
# and the sizes of messages by a test that packs them again
NUMERIC_FILES = (
    "channel.py",
    "early_stopping.py",
    "evaluation.py",
    "images.py",
    "models.py",
    "objective.py",
    "recovery.py",
    "rng.py",
    "runs/execution.py",
    "runs/workplace.py",
    "slf.py",
    "training.py",
)
PACKAGE = Path(__file__).parents[1]
_PARSING = threading.Lock()  # Python 3.11's parser fails where two threads use it at once


def source_hash(folder: Path = PACKAGE, own: Sequence[str] = ()) -> str:
    """Return a hash of the definitions that decide the numbers, 12 hex digits.

    Comments, docstrings, layout, imports and the file of a definition do not count: only a change
    of the code itself makes records stale. A second hash, of one kind's own files (``Spec.files``),
    follows after a "+", so that they make no other kind's records stale.
    """
    more = "+" + _hash_of(folder, own) if own else ""
    return _hash_of(folder, NUMERIC_FILES) + more


def _hash_of(folder: Path, names: Sequence[str]) -> str:
    definitions = []
    for name in names:
        text = (folder / name).read_text()
        with _PARSING:
            tree = ast.parse(text)
        _drop_docstrings(tree)
        definitions += [
            _dump(node)
            for node in tree.body
            if not isinstance(node, ast.Import | ast.ImportFrom | ast.Expr)
        ]
    return hashlib.sha256("\n".join(sorted(definitions)).encode()).hexdigest()[:12]


def _drop_docstrings(tree: ast.Module) -> None:
    """Take a bare string out of the beginning of every body."""
    for node in ast.walk(tree):
        match getattr(node, "body", None):
            case [ast.Expr(ast.Constant(str())), *rest]:
                node.body = rest


def _dump(node: Any) -> str:
    """Return what ``ast.dump`` of Python 3.11 does, so that every Python gives the same hash.

    Later ones leave out empty lists, and know a field for type parameters.
    """
    if isinstance(node, list):
        return "[" + ", ".join(map(_dump, node)) + "]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = [
        f"{name}={_dump(value)}"
        for name, value in ast.iter_fields(node)
        if name != "type_params" and (value is not None or not hasattr(type(node), name))
    ]
    return f"{type(node).__name__}({', '.join(fields)})"


def describe(
    device: str,
    checksums: Mapping[str, str],
    own: Sequence[str] = (),
    precision: str = "float32",
    compiled: bool = False,
) -> dict[str, Any]:
    """Return the provenance of a run on this machine now.

    Args:
        checksums: sha256 of each tensor of images used, by name.
        own: further files that decide the numbers of this kind of run.
    """
    import torch  # here, since hashing code needs none of it

    return {
        "slfkit": __version__,
        "source": source_hash(own=own),
        "torch": torch.__version__,
        "python": platform.python_version(),
        "device": device_name(device),
        "threads": torch.get_num_threads(),
        "precision": precision,
        **({"compiled": True} if compiled else {}),
        "data": dict(checksums),
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def device_name(device: str) -> str:
    """Return the processor's or the card's name."""
    if device.startswith("cuda"):
        import torch  # here, since a processor's name needs none of it

        return torch.cuda.get_device_name(device)
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
