"""Sources of images: stand-ins, torchvision's sets from a folder, and one error where they fail."""

import gzip
import hashlib
import os
import pickle
import socket
import time
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from own_images import idx

from slfkit.data import loading, torchvision_sets
from slfkit.data.places import data_root
from slfkit.data.torchvision_sets import import_torchvision
from slfkit.errors import DataError, ParameterError


@pytest.fixture
def offline(monkeypatch):
    """Refuse every connection at once, as a machine without a network does."""

    def refuse(*_, **__):
        raise OSError("the network is off")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    root = tmp_path / "data"
    root.mkdir()
    monkeypatch.setenv("SLFKIT_DATA", str(root))
    return root


def real(name):
    """Skip unless SLFKIT_DATA holds a real data set's folder."""
    root = os.environ.get("SLFKIT_DATA", "")
    if not os.path.isdir(os.path.join(root, name)):
        pytest.skip(f"SLFKIT_DATA names no folder with {name}: set it to test on the real data")


def fashion_files(per_split=5):
    """Return {file name: content} of a tiny FashionMNIST, deterministic."""
    draw = np.random.default_rng(0)
    files = {}
    for prefix in ("train", "t10k"):
        pixels = draw.integers(1, 256, (per_split, 28, 28), dtype=np.uint8)
        labels = np.arange(per_split, dtype=np.uint8) * 2
        files[f"{prefix}-images-idx3-ubyte"] = idx(pixels)
        files[f"{prefix}-labels-idx1-ubyte"] = idx(labels)
    return files


def write_all(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def zipped_fashion(folder, monkeypatch):
    """Lay a tiny FashionMNIST out as gzipped archives only, its checksums made known."""
    files = {f"{n}.gz": gzip.compress(c, mtime=0) for n, c in fashion_files().items()}
    write_all(folder / "FashionMNIST" / "raw", files)
    known = [(name, hashlib.md5(content).hexdigest()) for name, content in files.items()]
    kind = import_torchvision().datasets.FashionMNIST
    monkeypatch.setattr(kind, "resources", known)
    return folder / "FashionMNIST" / "raw"


@pytest.mark.parametrize("source", ["glyphs", "scenes"])
def test_stand_ins_load_like_any_source(source):
    images = loading.load(source, "train", 40)
    assert images.pixels.shape == (40, 3, 32, 32) and images.pixels.dtype == torch.uint8
    assert images.labels.shape == (40,) and images.labels.dtype == torch.int64
    assert images.sources == ((source, 10),)
    assert images.checksum() == loading.load(source, "train", 40).checksum()
    assert images.checksum() != loading.load(source, "test", 40).checksum()
    with pytest.raises(ParameterError, match="split 'valid' is unknown"):
        loading.load(source, "valid")


def test_mnist_is_padded_with_zeros_and_grey():
    real("MNIST")
    images = loading.load("mnist", "test")
    assert len(images) == 10_000 and images.sources == (("mnist", 10),)
    assert len(loading.load("mnist", "train")) == 60_000
    assert len(loading.load("mnist", "train", 100)) == 100
    assert images.labels.bincount().min() > 800 and images.labels.max() == 9
    assert images.pixels.max() == 255
    assert images.pixels[:, :, 2:30, 2:30].clone().sum() == images.pixels.sum()  # border of zeros
    assert torch.equal(images.pixels[:, 0], images.pixels[:, 2])


def test_cifar10_comes_as_it_is():
    real("cifar-10-batches-py")
    images = loading.load("cifar10", "test")
    assert images.pixels.shape == (10_000, 3, 32, 32) and images.sources == (("cifar10", 10),)
    assert images.labels.bincount().tolist() == [1_000] * 10
    assert (images.pixels.min(), images.pixels.max()) == (0, 255)
    assert not torch.equal(images.pixels[:, 0], images.pixels[:, 1])


def test_a_source_the_paper_does_not_use_works_by_its_name(folder):
    write_all(folder / "FashionMNIST" / "raw", fashion_files())
    for name in ("FashionMNIST", "fashionmnist"):
        images = loading.load(name, "train")
        assert images.pixels.shape == (5, 3, 32, 32)
        assert images.labels.tolist() == [0, 2, 4, 6, 8]
        assert images.classes == 9  # as many as its labels reach
        assert images.pixels[:, :, 2:30, 2:30].min() > 0 and images.pixels[:, :, :2].max() == 0
    with pytest.raises(ParameterError, match="has 5 train images, 6 were asked for"):
        loading.load(name, "train", 6)


def test_gzipped_archives_in_a_folder_that_must_not_be_written_to(folder, monkeypatch, offline):
    raw = zipped_fashion(folder, monkeypatch)
    raw.chmod(0o555)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    images = loading.load("FashionMNIST", "test")
    assert len(images) == 5
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    again = loading.load("FashionMNIST", "test")  # from the cache now
    assert again.checksum() == images.checksum()


def test_foreign_files_beside_archives_are_not_read_and_a_corrupt_archive_is_refused(
    folder, monkeypatch, offline
):
    raw = zipped_fashion(folder, monkeypatch)
    before = loading.load("FashionMNIST", "train").checksum()
    write_all(raw, fashion_files(per_split=4))
    assert loading.load("FashionMNIST", "train").checksum() == before
    archive = raw / "t10k-images-idx3-ubyte.gz"
    content = bytearray(archive.read_bytes())
    content[-9] ^= 1
    archive.write_bytes(content)
    with pytest.raises(DataError, match="t10k-images-idx3-ubyte.gz is corrupt"):
        loading.load("FashionMNIST", "test")


def test_images_of_another_set_under_mnists_name_are_refused(folder, offline):
    write_all(folder / "MNIST" / "raw", fashion_files())
    with pytest.raises(DataError, match="train-images-idx3-ubyte is not MNIST's: its md5 is not"):
        loading.load("mnist", "train")


def test_what_is_known_of_mnists_files_is_true_of_its_archives():
    real("MNIST")
    raw = data_root() / "MNIST" / "raw"
    archives = dict(import_torchvision().datasets.MNIST.resources)
    for name, md5 in torchvision_sets._UNPACKED["MNIST"].items():
        packed = (raw / f"{name}.gz").read_bytes()
        assert hashlib.md5(packed).hexdigest() == archives[f"{name}.gz"]
        assert hashlib.md5(gzip.decompress(packed)).hexdigest() == md5


WHOLE = fashion_files()["train-images-idx3-ubyte"]


@pytest.mark.parametrize(
    "damage", [b"", b"\0\0\x08\x03", b"no images at all, but a long text", WHOLE[:-100]]
)
def test_a_damaged_file_is_one_error(folder, damage):
    files = fashion_files() | {"train-images-idx3-ubyte": damage}
    write_all(folder / "FashionMNIST" / "raw", files)
    with pytest.raises(DataError, match="no usable FashionMNIST in .*profile=quick"):
        loading.load("FashionMNIST", "train")


def test_a_corrupt_batch_of_cifar10_is_refused(folder, offline):
    batch = pickle.dumps({"data": np.zeros((2, 3072), np.uint8), "labels": [0, 1]})
    names = [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch", "batches.meta"]
    write_all(folder / "cifar-10-batches-py", dict.fromkeys(names, batch))
    with pytest.raises(DataError, match="cifar10 in .* corrupted; the download failed"):
        loading.load("cifar10", "test")


@pytest.mark.parametrize("source", ["mnist", "cifar10", "FashionMNIST", "SVHN"])
def test_absent_data_without_a_network_is_one_quick_error(source, folder, offline):
    started = time.perf_counter()
    with pytest.raises(DataError) as caught:
        loading.load(source, "train")
    message = str(caught.value)
    for part in ("the network is off", str(folder), "SLFKIT_DATA", "profile=quick"):
        assert part in message
    assert "\n" not in message
    assert time.perf_counter() - started < 20
    assert socket.getdefaulttimeout() is None  # only the download was hurried


def test_a_silent_server_does_not_hang_the_run(folder, monkeypatch):
    monkeypatch.setattr(torchvision_sets, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, never answers
        port = silent.getsockname()[1]
        kind = import_torchvision().datasets.FashionMNIST
        monkeypatch.setattr(kind, "mirrors", [f"http://127.0.0.1:{port}/"])
        started = time.perf_counter()
        with pytest.raises(DataError, match="the download failed"):
            loading.load("FashionMNIST", "train")
        assert time.perf_counter() - started < 10


def test_larger_images_are_shrunk_and_colour_kept_and_other_shapes_refused(folder, monkeypatch):
    halves = np.zeros((2, 64, 96, 3), np.uint8)
    halves[:, :, 48:, 1] = 200  # the right half is green
    opened = SimpleNamespace(data=halves, targets=[0, 3])
    monkeypatch.setattr(torchvision_sets, "_open", lambda *_: opened)
    images = loading.load("SVHN", "train")
    assert images.pixels.shape == (2, 3, 32, 32) and images.classes == 4
    assert images.pixels[:, 1, :, :15].max() == 0 and (images.pixels[:, 1, :, 17:] == 200).all()
    assert images.pixels[:, (0, 2)].max() == 0
    opened.data = np.zeros((2, 8))
    with pytest.raises(DataError, match=r"images of shape \(2, 8\)"):
        loading.load("SVHN", "train")
