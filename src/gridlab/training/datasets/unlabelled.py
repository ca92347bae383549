"""Rows to be predicted: the features of a file, checked against the training data's and prepared in the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridlab.errors import DataError, nearest
from gridlab.training.datasets.csv import place_in, read_csv, read_header
from gridlab.training.datasets.custom import as_raw
from gridlab.training.datasets.dataset import Raw
from gridlab.training.datasets.files import find_file
from gridlab.training.datasets.idx import read_idx
from gridlab.training.datasets.images import image_files, read_images
from gridlab.training.datasets.npz import read_features
from gridlab.training.datasets.options import Preparation
from gridlab.training.datasets.parquet import read_parquet
from gridlab.training.datasets.prepare import prepare_features

SHOWN = 5
"""Columns that a complaint names."""


class Trained(NamedTuple):
    """What rows to be predicted must be like."""

    shape: tuple[int, ...]
    """Of one row, as the model takes it."""
    scale: float
    features: Sequence[str]
    """Names of the columns, in their order; empty where the training data had none."""
    label: str
    """The label's column, which is passed over."""
    options: Mapping[str, Any]
    """The sweep's `data:` options."""


class Unlabelled(NamedTuple):
    """Rows to be predicted."""

    X: NDArray[np.float32]
    """(n, …), as the model takes them."""
    ids: Sequence[str] | None
    """What the rows are called in their file, if they are."""


def read_unlabelled(path: Path, trained: Trained, id_column: str | None, label: str | None = None) -> Unlabelled:
    """The rows of a CSV, Parquet, npz or IDX file, or of a folder of images (which are called by their file's name).

    Columns are found by name, whatever their order; the label's column is passed over where it is there.

    Args:
        path: the file, or the folder.
        trained: what they must be like.
        id_column: the column of the rows' names, if the file has one; it may be a feature too.
        label: what its label's column is called, if not as in training.

    Raises:
        DataError: a column is missing or was not there in training, or anything else is wrong with the file.
    """
    if path.is_dir():
        files = image_files(path)
        if not files:
            raise DataError(f"{path}: holds no images")
        color = "grayscale" if trained.shape[-1:] == (1,) else "rgb"
        raw = Raw(read_images(files, trained.options.get("size"), color), np.zeros(len(files)), str(path))
        return Unlabelled(_prepared(raw, trained), [file.name for file in files])
    file = find_file(path, Path())
    name = file.name.lower().removesuffix(".gz")
    if name.endswith((".npz", "ubyte", ".idx")):
        X = read_features(file, trained.options.get("features")) if name.endswith(".npz") else read_idx(file)
        return Unlabelled(_prepared(Raw(X, np.zeros(len(X)), str(file)), trained), None)
    return _of_table(file, trained, id_column, label, parquet=name.endswith((".parquet", ".pq")))


def _of_table(file: Path, trained: Trained, id_column: str | None, label: str | None, parquet: bool) -> Unlabelled:
    table = read_parquet(file) if parquet else None
    header = read_header(file) if table is None else list(table.columns)
    features = _features(file, header, trained, {id_column, label})
    if table is None:
        table = read_csv(file, {name for name in header if name not in features or name == id_column})
    ids = [str(name) for name in table[id_column]] if id_column in header else None
    if id_column in features:
        table[id_column] = pd.to_numeric(table[id_column], errors="coerce")
    raw = as_raw((table[features], np.zeros(len(table))), str(file))
    return Unlabelled(_prepared(raw if parquet else replace(raw, place=place_in(file, features)), trained), ids)


def _features(file: Path, header: Sequence[str], trained: Trained, spare: set[str | None]) -> list[str]:
    """The features' columns, in the order of training."""
    spare = (spare | {trained.label}) - {*trained.features}
    if not trained.features:
        return [name for name in header if name not in spare]
    missing = [name for name in trained.features if name not in header]
    extra = [name for name in header if name not in {*trained.features} | spare]
    if missing:
        near = nearest(missing[0], extra)
        hint = f"; is {near} meant by {missing[0]}?" if near else ""
        raise DataError(f"{file}: lacks {_listed(missing)} of the training data{hint}")
    if extra:
        raise DataError(
            f"{file}: has {_listed(extra)}, which the training data had not; --id names the column of the rows' ids"
        )
    return list(trained.features)


def _prepared(raw: Raw, trained: Trained) -> NDArray[np.float32]:
    return prepare_features(raw, Preparation(scale=trained.scale, image_shape=trained.shape))


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:SHOWN])
    more = f", … ({len(names)} in all)" if len(names) > SHOWN else ""
    return f"the column{'s' * (len(names) > 1)} {shown}{more}"
