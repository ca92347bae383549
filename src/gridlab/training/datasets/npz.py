"""npz: arrays as numpy.savez writes them; nothing in them is ever unpickled."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.npyio import NpzFile
from numpy.typing import NDArray

from gridlab.errors import DataError, did_you_mean
from gridlab.training.datasets.dataset import Raw
from gridlab.training.datasets.files import find_file, refusing

PAIRS = (
    ("X", "y"),
    ("x", "y"),
    ("X_train", "y_train"),
    ("x_train", "y_train"),
    ("images", "labels"),
    ("data", "labels"),
    ("data", "target"),
    ("arr_0", "arr_1"),
)
"""The names that features and labels go by; the first pair that is there is taken."""


def npz(path: str, features: str | None = None, label: str | None = None, *, base: Path = Path()) -> Raw:
    """Features and labels of an .npz file.

    Args:
        path: the file.
        features: name of the array of features, (n, …); by default X, x_train, images, data or such.
        label: name of the array of labels, (n,); by default y, y_train, labels, target or such.
        base: the sweep file's folder.

    Bytes of three dimensions are images: they get their channel, and a scale of 255, as all bytes do.

    Raises:
        DataError: the file is missing, damaged, no npz, or holds pickled objects or no such array.
    """
    file = find_file(path, base)
    with refusing(file), _opened(file) as arrays:
        X_name, y_name = _names(file, arrays.files, features, label)
        X, y = _array(file, arrays, X_name), _array(file, arrays, y_name)
    bytewise = X.dtype == np.uint8
    return Raw(X[..., np.newaxis] if bytewise and X.ndim == 3 else X, y, str(file), scale=255 if bytewise else 1)


def read_features(file: Path, features: str | None) -> NDArray[Any]:
    """The features alone: the array of that name, or else one of those they usually go by.

    Raises:
        DataError: as `npz` does.
    """
    with refusing(file), _opened(file) as arrays:
        usual = [name.replace("train", "test") for name, _ in PAIRS]
        known = [name for name in (features, *usual, *(name for name, _ in PAIRS)) if name in arrays.files]
        if not known:
            raise DataError(f"{file}: holds no array {usual[0]}; {did_you_mean(features or usual[0], arrays.files)}")
        return _array(file, arrays, known[0])


_DAMAGE = (ValueError, KeyError, EOFError, MemoryError, OverflowError, RuntimeError, zipfile.BadZipFile, zlib.error)
"""What numpy and zipfile raise over a damaged file."""


@contextmanager
def _opened(file: Path) -> Iterator[NpzFile]:
    with file.open("rb") as stream:  # numpy would leave a damaged file open
        try:
            arrays = np.load(stream, allow_pickle=False)
        except _DAMAGE:
            arrays = None
        if not isinstance(arrays, NpzFile):
            raise DataError(f"{file}: is no npz file, or a damaged one (numpy.savez writes them)")
        with arrays:
            yield arrays


def _names(file: Path, known: list[str], features: str | None, label: str | None) -> tuple[str, str]:
    told = [name if name.isprintable() else repr(name) for name in known]  # a damaged file's may hold anything
    for asked in (features, label):
        if asked is not None and asked not in known:
            raise DataError(f"{file}: holds no array {asked!r}; {did_you_mean(str(asked), told)}")
    for X_name, y_name in PAIRS:
        pair = (features or X_name, label or y_name)
        if set(pair) <= set(known):
            return pair
    raise DataError(
        f"{file}: which of its arrays are features and labels? Name them with `features` and `label` "
        f"(it holds {', '.join(told) or 'none'})"
    )


def _array(file: Path, arrays: NpzFile, name: str) -> NDArray[Any]:
    try:
        found = arrays[name]
    except _DAMAGE as error:
        if "allow_pickle" in str(error):
            raise DataError(
                f"{file}: {name} holds pickled Python objects, which could run any code; "
                "save numbers or text (X.astype(float), y.astype(str))"
            ) from None
        raise DataError(f"{file}: {name} is truncated or damaged ({error})") from error
    if not isinstance(found, np.ndarray):
        raise DataError(f"{file}: {name} is no array")
    return found
