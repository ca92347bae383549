"""Keras' data sets, from a cache that the tests fill: small ones in the very formats."""

from __future__ import annotations

import gzip
import hashlib
import io
import pickle
import struct
import subprocess
import sys
import tarfile

import numpy as np
import pytest

from gridlab.errors import DataError
from gridlab.training.datasets import keras_sets
from tests.training.datasets.contract import LoaderContract, load


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """Keras' cache, in a folder of the test's own."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    folder = tmp_path / "keras" / "datasets"
    folder.mkdir(parents=True)
    return folder


def pixels(n, *shape):
    return np.random.default_rng(n).integers(0, 256, (n, *shape)).astype(np.uint8)


def expect(monkeypatch, name, path):
    """Let the file be the right one."""
    right = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setattr(keras_sets, name, getattr(keras_sets, name)._replace(sha256=right))


def labels(n):
    return (np.arange(n) % 3).astype(np.uint8)


class InKerasCache(LoaderContract):
    scale = 255
    shape: tuple[int, ...] = (4, 5)

    @pytest.fixture(autouse=True)
    def filled(self, cache, monkeypatch):
        self.fill(cache, monkeypatch)

    def source(self, folder):
        X = pixels(30, *self.shape)
        return {}, X if X.ndim == 4 else X[..., np.newaxis], labels(30)

    def test_parts(self, loaded):
        X, X_test = (load(self.name, part=part).X for part in ("train", "test"))
        np.testing.assert_array_equal(load(self.name, part="all").X, np.concatenate([X, X_test]))
        assert (len(X), len(X_test)) == (30, 12)


class TestMnist(InKerasCache):
    name = "keras:mnist"

    def fill(self, cache, monkeypatch):
        train = {"x_train": pixels(30, 4, 5), "y_train": labels(30)}
        np.savez(cache / "mnist.npz", **train, x_test=pixels(12, 4, 5), y_test=labels(12))
        expect(monkeypatch, "MNIST", cache / "mnist.npz")


class TestFashionMnist(InKerasCache):
    name = "keras:fashion_mnist"

    def fill(self, cache, monkeypatch):
        (cache / "fashion-mnist").mkdir()
        for begins, n in (("train", 30), ("t10k", 12)):
            for what, array in (("images-idx3", pixels(n, 4, 5)), ("labels-idx1", labels(n))):
                header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
                path = cache / "fashion-mnist" / f"{begins}-{what}-ubyte.gz"
                path.write_bytes(gzip.compress(header + array.tobytes()))


def archive(path, batches):
    with tarfile.open(path, "w:gz") as tar:
        for name, batch in batches.items():
            content = pickle.dumps(batch, protocol=3)
            member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


class TestCifar10(InKerasCache):
    name = "keras:cifar10"
    shape = (32, 32, 3)

    def fill(self, cache, monkeypatch):
        X, y = pixels(30, 32, 32, 3).transpose(0, 3, 1, 2).reshape(30, -1), labels(30)
        test = pixels(12, 32, 32, 3).reshape(12, -1)
        batches = {
            f"data_batch_{i + 1}": {b"data": X[i * 6 : i * 6 + 6], b"labels": y[i * 6 : i * 6 + 6].tolist()}
            for i in range(5)
        }
        path = cache / "cifar-10-batches-py-target_archive"
        archive(path, {**batches, "test_batch": {b"data": test, b"labels": labels(12).tolist()}})
        expect(monkeypatch, "CIFAR10", path)


class Trap:
    def __reduce__(self):
        return print, ("this code must not run",)


def test_a_pickle_that_names_anything_but_arrays_is_not_read(cache, monkeypatch, capsys):
    path = cache / "cifar-10-batches-py-target_archive"
    archive(path, {f"data_batch_{i}": Trap() for i in range(1, 6)})
    expect(monkeypatch, "CIFAR10", path)
    with pytest.raises(pickle.UnpicklingError, match="print has no place in arrays"):
        load("keras:cifar10")
    assert capsys.readouterr().out == ""


def test_an_archive_of_another_hash_is_never_opened(cache, monkeypatch):
    archive(cache / "cifar-10-batches-py-target_archive", {"data_batch_1": Trap()})
    nowhere = keras_sets.CIFAR10._replace(url="http://127.0.0.1:9/cifar.tar.gz")
    monkeypatch.setattr(keras_sets, "CIFAR10", nowhere)
    with pytest.raises(DataError, match=r"keras:cifar10: http://127\.0\.0\.1:9/cifar\.tar\.gz cannot be downloaded"):
        load("keras:cifar10")


def test_addresses_and_hashes_are_those_of_keras():
    """Read from its source: importing it would take the backend along."""
    import importlib.util

    root = importlib.util.find_spec("keras").submodule_search_locations[0]
    for name in ("mnist", "cifar10"):
        with open(f"{root}/src/datasets/{name}.py", encoding="utf-8") as file:  # noqa: PTH123
            source = file.read()
        remote = getattr(keras_sets, name.upper())
        assert remote.sha256 in source
        assert remote.url.rpartition("/")[2] in source
        assert remote.cached.removesuffix("_archive") in source


def test_reading_them_loads_no_keras(cache):
    code = (
        "import sys; from gridlab.errors import GridlabError; from gridlab.training.datasets.keras_sets import mnist\n"
        "from gridlab.training.datasets import keras_sets as k\n"
        "k.MNIST = k.MNIST._replace(url='http://127.0.0.1:9/x')\n"
        "try: mnist()\nexcept GridlabError: print({'keras', 'tensorflow', 'jax'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
