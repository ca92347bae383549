"""IDX, the format of MNIST: a magic number, the sizes, then the numbers themselves, big-endian; gzipped or not.

Described on http://yann.lecun.com/exdb/mnist/. The sizes are believed only as far as there are bytes for them.
"""

from __future__ import annotations

import math
import struct
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from gridlab.errors import DataError
from gridlab.training.datasets.dataset import Raw
from gridlab.training.datasets.files import find_file, open_binary, refusing

TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
"""The third byte of the magic number → numpy's name of the type."""

CHUNK = 2**20
"""Bytes read at a time."""


def idx(path: str, labels: str | None = None, *, base: Path = Path()) -> Raw:
    """Images and their labels.

    Args:
        path: the images, (n, height, width) or any shape of two dimensions and more.
        labels: the labels, (n,); by default the file called as `path` is but for MNIST's naming: labels for images,
            y_ for X_, idx1 for idx3, with or without .gz.
        base: the sweep file's folder.

    Raises:
        DataError: a file is missing, truncated, longer than it says, or not IDX.
    """
    images = find_file(path, base)
    beside = _labels_file(images) if labels is None else find_file(labels, base)
    X, y = read_idx(images), read_idx(beside)
    if X.ndim < 2:
        raise DataError(f"{images}: holds {X.ndim} dimension, as labels do; the images go under `path`")
    if y.ndim != 1:
        raise DataError(f"{beside}: holds {y.ndim} dimensions, as images do; the labels go under `labels`")
    bytewise = X.dtype == np.uint8
    return Raw(X[..., np.newaxis] if X.ndim == 3 else X, y, str(images), scale=255 if bytewise else 1)


def read_idx(path: Path) -> NDArray[Any]:
    """The array of one IDX file, in this machine's byte order."""
    with refusing(path), open_binary(path) as file:
        dtype, shape = _header(path, file)
        expected = math.prod(shape) * dtype.itemsize
        content = _read(file, expected + 1)
    if len(content) < expected:
        raise DataError(
            f"{path}: is truncated: its header promises {' × '.join(map(str, shape))} values, {expected:,} bytes, "
            f"and {len(content):,} follow"
        )
    if len(content) > expected:
        raise DataError(f"{path}: goes on after the {expected:,} bytes that its header promises")
    return np.frombuffer(content, dtype).reshape(shape).astype(dtype.newbyteorder("="), copy=False)


def _header(path: Path, file: IO[bytes]) -> tuple[np.dtype[Any], tuple[int, ...]]:
    magic = file.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in TYPES or magic[3] == 0:
        raise DataError(
            f"{path}: is no IDX file: it begins with {magic.hex(' ') or 'nothing'}, not with 00 00 08 03 or such"
        )
    sizes = file.read(4 * magic[3])
    if len(sizes) < 4 * magic[3]:
        raise DataError(f"{path}: is truncated within its header")
    shape = struct.unpack(f">{magic[3]}I", sizes)
    if len(shape) > 8:
        raise DataError(f"{path}: is no IDX file of images or labels: it promises {len(shape)} dimensions")
    return np.dtype(TYPES[magic[2]]), shape


def _read(file: IO[bytes], most: int) -> bytes:
    """At most so many bytes, taken piece by piece: what a header promises is not allocated before it is there."""
    content = bytearray()
    while len(content) < most and (piece := file.read(min(CHUNK, most - len(content)))):
        content += piece
    return bytes(content)


def _labels_file(images: Path) -> Path:
    name = images.name
    for ours, theirs in (("images", "labels"), ("idx3", "idx1")):
        name = name.replace(ours, theirs)
    if name[:2] in ("X_", "x_"):
        name = f"y_{name[2:]}"
    if name == images.name:
        raise DataError(f"{images}: its name does not tell where the labels are; name their file with `labels`")
    guesses = [images.with_name(name), images.with_name(f"{name}.gz"), images.with_name(name.removesuffix(".gz"))]
    for guess in guesses:
        if guess.is_file():
            return guess
    raise DataError(f"{images}: there is no {name} beside it; name the file of the labels with `labels`")
