"""`gridlab show --augment`: a picture of what augmentation does to a sample of the training images."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridlab.errors import GridlabError
from gridlab.records.results import load_results
from gridlab.sweep.spec import SweepSpec
from gridlab.training.augment import read_augment
from gridlab.training.check import checked
from gridlab.training.datasets.load import load_dataset
from gridlab.training.loading import load_object
from gridlab.training.worker import environment

SAMPLES, TIMES = 8, 9
"""Images of the sample, one a row; how often each is moved."""
SIDE = 64
"""Pixels of the picture that an image's longer side takes, at least."""
GAP = 4
"""Pixels between two images; twice as many after the first column, the images as they are."""


def write_picture(path: Path, out: Path | None = None) -> Path:
    """Write a picture whose rows are images of the sweep's data: as it is, then moved about again and again.

    Args:
        path: a sweep file, or a run's folder.
        out: the PNG file; by default `NAME-augment.png` in this directory, or `augment.png` in the run's folder.

    Returns:
        The file written.

    Raises:
        GridlabError: the sweep has no augmentation, or its data are no images.
    """
    spec = _spec(path)
    settings = _settings(spec, path)
    data = load_dataset(spec.data, base=spec.base, seed=spec.seed)
    if data.X.ndim != 4:
        raise GridlabError(
            f"{path}: augment moves images, and a row of {data.name} is {' × '.join(map(str, data.X.shape[1:]))}; "
            "give the data an image_shape"
        )
    images = np.asarray(data.X[np.random.default_rng(spec.seed).permutation(len(data.X))[:SAMPLES]])
    for name, value in environment("single", os.cpu_count() or 1, quiet=True).items():
        os.environ.setdefault(name, value)  # before Keras is imported
    moved = load_object("gridlab.training.augmenting:moved")(images, settings, TIMES, spec.seed)
    file = out or (path / "augment.png" if path.is_dir() else Path(f"{spec.name}-augment.png"))
    try:
        file.write_bytes(load_object("tensorflow:io").encode_png(mosaic(images, moved)).numpy())
    except OSError as error:
        raise GridlabError(f"{file}: cannot be written: {error.strerror}") from None
    return file


def mosaic(images: NDArray[Any], moved: NDArray[Any]) -> NDArray[np.uint8]:
    """(height, width, 1 or 3) of one picture.

    Args:
        images: (n, height, width, channels) in any range.
        moved: (times, n, height, width, channels), the same images moved.
    """
    low, high = float(images.min()), float(images.max())
    shades = (np.stack([images, *moved]) - low) / ((high - low) or 1.0)
    tiles = (np.clip(shades, 0, 1) * 255).astype(np.uint8)[..., : 3 if images.shape[-1] >= 3 else 1]
    zoom = -(-SIDE // max(images.shape[1:3]))
    tiles = tiles.repeat(zoom, axis=2).repeat(zoom, axis=3)
    tiles = np.pad(tiles, ((0, 0), (0, 0), (GAP, 0), (GAP, 0), (0, 0)), constant_values=128)
    columns = [np.concatenate([*column], axis=0) for column in tiles]
    columns[1] = np.pad(columns[1], ((0, 0), (GAP, 0), (0, 0)), constant_values=128)
    return np.pad(np.concatenate(columns, axis=1), ((0, GAP), (0, GAP), (0, 0)), constant_values=128)


def _spec(path: Path) -> SweepSpec:
    if path.is_file():
        return checked(path)[0]
    info = load_results(path).info
    base = Path(info.get("source_file") or "").parent
    return SweepSpec.model_validate({**info["spec"], "base": base})


def _settings(spec: SweepSpec, path: Path) -> dict[str, Any]:
    """The sweep's own, or else the first that a grid has."""
    asked = [spec.augment, *(value for grid in spec.grid for value in grid.get("augment", ()))]
    found = next((settings for settings in map(read_augment, asked) if settings is not None), None)
    if found is None:
        raise GridlabError(f"{path}: there is no augment in it, as in augment: {{rotation: 10°, zoom: 0.4}}")
    return found
