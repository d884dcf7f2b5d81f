"""torchvision's data sets, also beside a torch that was built for the CPU alone.

The usual torchvision for Linux is a CUDA build. Beside a CPU-only torch its C++ operators cannot
load, and its import stops where it describes the first of them. Data sets need no operator, so
declaring the two it describes is enough.
"""

from __future__ import annotations

import difflib
import gzip
import hashlib
import importlib
import inspect
import shutil
import socket
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import library

from slfkit.data import folders, pictures
from slfkit.data.places import cache_root, data_root
from slfkit.data.standins import STANDINS
from slfkit.errors import DataError, ParameterError, one_line
from slfkit.images import Images
from slfkit.rng import generator

_NOT_LOADED = "operator torchvision::nms does not exist"
_SIGNATURE = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_declarations: list[library.Library] = []  # torch forgets an operator once its Library is collected
_TORCHVISION_NAMES = {"mnist": "MNIST", "cifar10": "CIFAR10"}
# where torchvision calls the two splits otherwise
_SPLITS = {"OxfordIIITPet": {"train": "trainval"}, "Imagenette": {"test": "val"}}
# md5 of the files in the archives whose md5 torchvision knows: the paper's images are no others
_UNPACKED = {
    "MNIST": {
        "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
        "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
        "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
        "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
    }
}
MOST_OF_REASON = 400  # characters of why a download failed
PATIENCE = 10.0  # seconds a server may be silent: a dead network must not hang the run


def import_torchvision() -> ModuleType:
    """Return the torchvision module, declaring its missing operators only if that import needs it.

    Raises:
        DataError: torchvision is missing or fails in any other way; says what to install.
    """
    try:
        try:
            return importlib.import_module("torchvision")
        except RuntimeError as error:
            if _NOT_LOADED not in str(error):
                raise
        _declare_operators()
        return importlib.import_module("torchvision")
    except (ImportError, OSError, RuntimeError) as error:
        raise DataError(
            f"torchvision cannot be imported ({one_line(str(error))}): install a torchvision that "
            "belongs to the installed torch, as torchvision 0.28.0 does to torch 2.13.0."
        ) from error


def _declare_operators() -> None:
    """Name torchvision::nms and torchvision::qnms without an implementation: a call still fails."""
    operators = library.Library("torchvision", "FRAGMENT")
    _declarations.append(operators)
    for name in ("nms", "qnms"):
        operators.define(name + _SIGNATURE)


def load(source: str, split: str) -> Images:
    """Load a split through torchvision.

    Raises:
        ParameterError: torchvision knows none of that name.
        DataError: the set is missing and cannot be downloaded, or is damaged.
    """
    kind, root = _dataset_class(source), data_root()
    try:
        return pictures.as_source(*_tensors(_open(kind, root, split), split), source)
    except Exception as error:  # a damaged file makes its reader fail in any way
        reason = one_line(str(error)) or type(error).__name__
        raise DataError(
            f"no usable {source} in {root} ({reason}): put the data "
            "set there in torchvision's layout, set SLFKIT_DATA to its folder, connect to a "
            "network for the download, or run with profile=quick, which needs no data"
        ) from error


def torchvision_name(source: str) -> str:
    """Return the one name of a torchvision set: its class's, but for ``mnist`` and ``cifar10``.

    Raises:
        ParameterError: torchvision knows none of that name.
        DataError: torchvision cannot be imported.
    """
    name = _dataset_class(source).__name__
    return {theirs: ours for ours, theirs in _TORCHVISION_NAMES.items()}.get(name, name)


def _dataset_class(source: str) -> type:
    """Return torchvision's data set class for a source name, letter case aside."""
    datasets = import_torchvision().datasets
    source = source.rpartition(":")[2]
    wanted = _TORCHVISION_NAMES.get(source, source).lower()
    classes = {name.lower(): name for name in datasets.__all__}
    usable = {low: name for low, name in classes.items() if _usable(getattr(datasets, name))}
    if wanted in usable:
        return getattr(datasets, usable[wanted])
    if wanted in classes:
        fault = "torchvision's, but no set that it can open by name: "
    else:
        known = {**usable, **{name: name for name in (*_TORCHVISION_NAMES, *STANDINS)}}
        near = difflib.get_close_matches(source.lower(), known, n=1)
        fault = "unknown: " + (f"did you mean {known[near[0]]!r}? Or " if near else "")
    raise ParameterError(
        f"source {source[:80]!r} is {fault}choose mnist, cifar10, glyphs, scenes, the "
        "class name of a torchvision classification set, such as FashionMNIST, or folder:PATH"
    )


def _usable(kind: Any) -> bool:
    """Tell whether a class opens, and downloads, one set of images from its root alone."""
    arguments = _arguments(kind)
    needed = {name for name, argument in arguments.items() if argument.default is argument.empty}
    return needed == {"root"} and "download" in arguments


def _arguments(kind: Any) -> dict[str, inspect.Parameter]:
    """Return what a class takes by name, also what it hands on to the class that it extends."""
    taken: dict[str, inspect.Parameter] = {}
    for each in getattr(kind, "__mro__", ()):
        own = inspect.signature(each.__init__).parameters
        taken = {**own, **taken}
        if "kwargs" not in own:
            break
    return {name: taken[name] for name in taken if name not in ("self", "kwargs")}


def _open(kind: type, root: Path, split: str) -> Any:
    """Open a torchvision data set; download it where it is missing and a network exists."""
    if hasattr(kind, "mirrors") and isinstance(kind.resources, list):
        root = _unpacked(kind, root)
    choice = _choice(kind, split)
    try:
        return kind(str(root), download=False, **choice)
    except RuntimeError as error:  # torchvision's word for missing or corrupt
        missing = str(error).split(". ")[0]
    patience = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    try:
        return kind(str(root), download=True, **choice)
    except Exception as error:
        reason = one_line(str(error))[:MOST_OF_REASON]
        raise RuntimeError(f"{missing}; the download failed: {reason}") from error
    finally:
        socket.setdefaulttimeout(patience)


def _choice(kind: type, split: str) -> dict[str, str | bool]:
    """Return the argument that makes a torchvision set open one split; {} if it has but one."""
    arguments = _arguments(kind)
    if "split" in arguments:
        return {"split": _SPLITS.get(kind.__name__, {}).get(split, split)}
    return {"train": split == "train"} if "train" in arguments else {}


def _unpacked(kind: type, root: Path) -> Path:
    """Return a root where a gzipped set of the MNIST family lies unpacked, whole and its own.

    torchvision unpacks beside the archives, which fails in a read-only folder and races between
    processes; so archives whose checksum is right are unpacked once into the platform's cache.
    What lies unpacked beside them is not asked: sets of the family share the names of files.
    """
    raw = root / kind.__name__ / "raw"
    archives = [(raw / name, md5) for name, md5 in kind.resources]
    if not all(archive.is_file() for archive, _ in archives):
        _require(kind.__name__, raw)
        return root
    for archive, md5 in archives:
        if hashlib.md5(archive.read_bytes()).hexdigest() != md5:
            raise RuntimeError(f"{archive.name} is corrupt: its md5 is not {md5}")
    target = cache_root() / "unpacked" / hashlib.md5(str(archives).encode()).hexdigest()[:12]
    if not target.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        _unpack([archive for archive, _ in archives], target, kind.__name__)
    return target


def _require(name: str, raw: Path) -> None:
    """Raise RuntimeError where an unpacked file is known not to be that of the set."""
    for file, md5 in _UNPACKED.get(name, {}).items():
        if (raw / file).is_file() and hashlib.md5((raw / file).read_bytes()).hexdigest() != md5:
            raise RuntimeError(f"{raw / file} is not {name}'s: its md5 is not {md5}")


def _unpack(archives: list[Path], target: Path, name: str) -> None:
    """Gunzip archives to ``target/name/raw``, whole or not at all."""
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        raw = Path(scratch) / "new" / name / "raw"
        raw.mkdir(parents=True)
        for archive in archives:
            with gzip.open(archive) as packed, (raw / archive.stem).open("wb") as plain:
                shutil.copyfileobj(packed, plain)
        try:
            raw.parents[1].rename(target)
        except OSError:  # another process was first
            if not target.is_dir():
                raise


def _tensors(dataset: Any, split: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Return pixels as uint8 (N, C, H, W), C of 1 or 3, and labels int64 (N,)."""
    if not hasattr(dataset, "data"):
        return pictures.of_dataset(dataset, _which(dataset, split))
    labels = torch.as_tensor(getattr(dataset, "targets", getattr(dataset, "labels", None)))
    pixels = torch.as_tensor(dataset.data)
    if pixels.ndim == 3:  # grey (N, H, W)
        pixels = pixels[:, None]
    elif pixels.shape[-1] in (1, 3):  # (N, H, W, C)
        pixels = pixels.permute(0, 3, 1, 2)
    if pixels.dtype != torch.uint8 or pixels.ndim != 4 or len(pixels) != len(labels):
        raise ValueError(f"images of shape {tuple(pixels.shape)} and type {pixels.dtype}")
    return pixels, labels.long()


def _which(dataset: Any, split: str) -> list[int]:
    """Return a split's items, shuffled as they lie by class; of a set without splits a fifth."""
    order = torch.randperm(len(dataset), generator=generator("items", len(dataset))).tolist()
    if _choice(type(dataset), split):
        return order
    tested = split == "test"
    return [item for place, item in enumerate(order) if (place % folders.EVERY == 0) == tested]
