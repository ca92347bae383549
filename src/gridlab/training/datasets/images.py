"""A folder of images per class: `cats/1.png`, `dogs/1.jpg`, …; the folders' names are the labels."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gridlab.errors import DataError, described
from gridlab.training.datasets.dataset import Raw
from gridlab.training.datasets.files import find_folder
from gridlab.training.datasets.labels import parsed
from gridlab.training.loading import needed

ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".pgm", ".ppm"})
"""Files that count as images; all others are passed over."""
MODES = {"grayscale": "L", "rgb": "RGB"}
"""What an image is turned into, in Pillow's words."""
GREY = frozenset({"1", "L", "LA"})
DEEP = frozenset({"I", "F"})
"""Beginnings of the modes with more than 8 bits a pixel, which Pillow would cut off."""


def images(
    path: str,
    size: Sequence[int] | None = None,
    color: Literal["grayscale", "rgb"] | None = None,
    *,
    base: Path = Path(),
) -> Raw:
    """Images and the names of their folders; sorted by folder and file, so that every machine sees the same order.

    Args:
        path: the folder of the classes' folders.
        size: [height, width] to which each image is resized (bilinear); by default all must be of one size.
        color: grayscale or rgb; by default grayscale where every image is. Transparency is dropped.
        base: the sweep file's folder.

    Raises:
        DataError: there are no images, they differ in size, or one cannot be read.
        GridlabError: Pillow is not installed.
    """
    folder = find_folder(path, base)
    files = [file for inner in sorted(_visible(folder)) if inner.is_dir() for file in image_files(inner)]
    if not files:
        raise DataError(f"{folder}: holds no folder with images in it; one folder a class goes here")
    return Raw(
        read_images(files, size, color),
        parsed([file.parent.name for file in files]),
        str(folder),
        scale=255,
        place=lambda row, column: str(files[row]),
    )


def image_files(folder: Path) -> list[Path]:
    """The images in a folder, by name."""
    return sorted(file for file in _visible(folder) if file.suffix.lower() in ENDINGS and file.is_file())


def read_images(files: Sequence[Path], size: Sequence[int] | None, color: str | None) -> NDArray[np.uint8]:
    """(n, height, width, channels) bytes of images.

    Raises:
        DataError: they differ in size, or one cannot be read.
    """
    if size is not None and (len(size) != 2 or not all(isinstance(n, int) and n > 0 for n in size)):
        raise DataError(f"size: [height, width] in pixels goes here, not {size!r}")
    if color is None:
        color = "grayscale" if all(_mode(file) in GREY for file in files) else "rgb"
    first = _pixels(files[0], size, color)
    found = np.empty((len(files), *first.shape), np.uint8)
    for i, file in enumerate(files):
        pixels = first if i == 0 else _pixels(file, size, color)
        if pixels.shape != first.shape:
            (here, there) = (f"{shape[0]} × {shape[1]}" for shape in (pixels.shape, first.shape))
            raise DataError(f"{file}: is {here} pixels, {files[0]} {there}; `size: [height, width]` makes them equal")
        found[i] = pixels
    return found


def _mode(file: Path) -> str:
    with _open(file) as image:
        return str(image.mode)


def _pixels(file: Path, size: Sequence[int] | None, color: str) -> NDArray[np.uint8]:
    pillow = needed("PIL.Image", "images", "reading images")
    with _open(file) as image:
        if image.mode.partition(";")[0] in DEEP:
            raise DataError(f"{file}: has more than 8 bits a pixel; images of bytes go here")
        try:
            made = image.convert(MODES[color])
            made = made if size is None else made.resize((size[1], size[0]), pillow.Resampling.BILINEAR)
        except (OSError, ValueError, SyntaxError, MemoryError) as error:
            raise DataError(f"{file}: is truncated or damaged ({described(error)})") from error
    return np.asarray(made, np.uint8).reshape(made.height, made.width, -1)


def _open(file: Path) -> Any:
    pillow = needed("PIL.Image", "images", "reading images")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a bomb: a few bytes that unpack into gigabytes
            return pillow.open(file)
    except (OSError, ValueError, SyntaxError, Warning, pillow.DecompressionBombError) as error:
        raise DataError(f"{file}: cannot be read as an image ({described(error)})") from error


def _visible(folder: Path) -> Iterator[Path]:
    return (entry for entry in folder.iterdir() if not entry.name.startswith("."))
