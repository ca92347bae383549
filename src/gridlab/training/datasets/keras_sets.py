"""Keras' own data sets, read from Keras' own cache without Keras: the process that plans a sweep never imports it.

Addresses, names and hashes are those of `keras.datasets`.
"""

from __future__ import annotations

import pickle
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np
from numpy.typing import NDArray

from gridlab.errors import DataError
from gridlab.training.datasets.dataset import Raw
from gridlab.training.datasets.fetched import Remote, fetched
from gridlab.training.datasets.files import refusing
from gridlab.training.datasets.idx import read_idx
from gridlab.training.datasets.npz import npz

BASE = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
MNIST = Remote(f"{BASE}mnist.npz", "mnist.npz", "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1")
CIFAR10 = Remote(
    "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
    "cifar-10-batches-py-target_archive",
    "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
)
FASHION = {"train": "train", "test": "t10k"}
"""Part → what Fashion-MNIST's files begin with."""
CIFAR10_BATCHES = {"train": [f"data_batch_{i}" for i in range(1, 6)], "test": ["test_batch"]}
HARMLESS = {("numpy", "ndarray"), ("numpy", "dtype")} | {
    (module, "_reconstruct") for module in ("numpy.core.multiarray", "numpy._core.multiarray")
}
"""What an array's pickle names, and nothing else may be named."""

Arrays = tuple[NDArray[Any], NDArray[Any]]


def mnist(part: Literal["train", "test", "all"] = "train") -> Raw:
    """MNIST: handwritten digits of 28 × 28 pixels; 60,000 to train, 10,000 to test (LeCun et al. 1998).

    Args:
        part: its training rows, its test rows, or both, in this order.

    Raises:
        DataError: it is not in the cache and cannot be downloaded.
    """
    path = str(fetched(MNIST, "keras:mnist"))

    def read(which: str) -> Arrays:
        raw = npz(path, f"x_{which}", f"y_{which}")
        return np.asarray(raw.X), np.asarray(raw.y)

    return _raw("keras:mnist", part, read)


def fashion_mnist(part: Literal["train", "test", "all"] = "train") -> Raw:
    """Fashion-MNIST: ten kinds of clothes, in the form of MNIST (Xiao et al. 2017).

    Args:
        part: its training rows, its test rows, or both, in this order.

    Raises:
        DataError: it is not in the cache and cannot be downloaded.
    """

    def read(which: str) -> Arrays:
        names = [f"{FASHION[which]}-{what}-ubyte.gz" for what in ("images-idx3", "labels-idx1")]
        files = [fetched(Remote(f"{BASE}{n}", f"fashion-mnist/{n}"), "keras:fashion_mnist") for n in names]
        X, y = map(read_idx, files)
        return X[..., np.newaxis], y

    return _raw("keras:fashion_mnist", part, read)


def cifar10(part: Literal["train", "test", "all"] = "train") -> Raw:
    """CIFAR-10: colour photographs of 32 × 32 pixels in ten classes; 50,000 to train, 10,000 to test (Krizhevsky 2009).

    Its archive holds pickles: it is opened only if its hash is right, and what they may name is arrays.

    Args:
        part: its training rows, its test rows, or both, in this order.

    Raises:
        DataError: it is not in the cache and cannot be downloaded.
    """
    path = fetched(CIFAR10, "keras:cifar10")
    return _raw("keras:cifar10", part, lambda which: _cifar(path, which))


def _raw(name: str, part: str, read: Callable[[str], Arrays]) -> Raw:
    parts = {"train": ["train"], "test": ["test"], "all": ["train", "test"]}.get(part)
    if parts is None:
        raise DataError(f"{name}: part: train, test or all goes here, not {part!r}")
    found = [read(which) for which in parts]
    X, y = (arrays[0] if len(arrays) == 1 else np.concatenate(arrays) for arrays in zip(*found, strict=True))
    return Raw(X, y, name, scale=255)


def _cifar(path: Path, which: str) -> Arrays:
    with refusing(path), tarfile.open(path) as archive:
        batches = [_batch(archive.extractfile(f"cifar-10-batches-py/{name}")) for name in CIFAR10_BATCHES[which]]
    X, y = (np.concatenate([batch[key] for batch in batches]) for key in (b"data", b"labels"))
    return X.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1), y


def _batch(file: IO[bytes] | None) -> dict[bytes, Any]:
    assert file is not None, "the archive's hash is right, so its members are there"
    batch: dict[bytes, Any] = _Arrays(file, encoding="bytes").load()
    return batch


class _Arrays(pickle.Unpickler):
    """Reads pickled arrays, and nothing that could do anything."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in HARMLESS:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in arrays")
        return super().find_class(module, name)
