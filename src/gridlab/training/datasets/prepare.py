"""Raw → Dataset: checked, limited, split from its held-out part, float32 once, fingerprinted."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split
from sklearn.utils import resample

from gridlab.errors import DataError
from gridlab.training.datasets.dataset import Dataset, Raw, fingerprint, many_classes
from gridlab.training.datasets.labels import read_labels
from gridlab.training.datasets.options import Preparation

Rows = NDArray[np.intp]


def prepare(name: str, raw: Raw, options: Preparation, seed: int) -> Dataset:
    """The Dataset of what a loader handed over.

    `limit` takes a random subset, stratified for classification, that keeps the source's order. `test_size` then takes
    the held-out part: the very rows, in the same order, of scikit-learn's
    `train_test_split(X, y, test_size=…, stratify=y, random_state=seed)`, without `stratify` for regression.

    Args:
        name: what the sweep file calls it.
        raw: what the loader handed over.
        options: the sweep file's.
        seed: of the subset and of the held-out part.

    Raises:
        DataError: anything wrong with the data, in one sentence.
    """
    raw = replace(raw, X=_numbers(raw))
    _check_rows(raw)
    y, kind = read_labels(raw, options.task or raw.kind)
    strata = y if kind == "classification" else None
    _check_classes(raw, strata)
    rows = _limited(raw, strata, len(y), options.limit, seed)
    train, test = _split(raw, strata, rows, options.test_size, seed)
    X, X_test = _features(raw, train, options), None if test is None else _features(raw, test, options)
    arrays = (X, y[train], X_test, None if test is None else y[test])
    classes = () if strata is None else tuple(np.unique(strata).tolist())
    scale, features = _scale(raw, options), tuple(map(str, raw.features))
    return Dataset(name, raw.source, kind, *arrays, classes, fingerprint(kind, *arrays), scale, features)


def prepare_features(raw: Raw, options: Preparation) -> NDArray[np.float32]:
    """The features alone, of rows that are to be predicted: checked, scaled and shaped as in training.

    Raises:
        DataError: anything wrong with them, in one sentence.
    """
    raw = replace(raw, X=_numbers(raw))
    _check_rows(raw)
    return _features(raw, np.arange(len(np.asarray(raw.X))), options)


def _numbers(raw: Raw) -> NDArray[Any]:
    """X as an array of numbers of some type."""
    X = np.asarray(raw.X)
    if X.ndim < 2:
        raise DataError(f"{raw.source}: X has the shape {X.shape}; (rows, features) goes here")
    if X.dtype.kind in "biuf":
        return X
    if X.dtype.kind not in "OUST":
        raise DataError(f"{raw.source}: X holds {X.dtype}; numbers go here")
    for row, cells in enumerate(X.reshape(len(X), int(np.prod(X.shape[1:]))).tolist()):
        for column, cell in enumerate(cells):
            if not isinstance(cell, int | float | np.number | np.bool_):
                raise DataError(f"{raw.source}: {raw.where(row, column)}: {cell!r} where a number belongs")
    return X.astype(np.float64)


def _check_rows(raw: Raw) -> None:
    shape, labels = np.shape(raw.X), np.size(raw.y, 0) if np.ndim(raw.y) else 1
    if shape[0] != labels:
        raise DataError(f"{raw.source}: {shape[0]:,} rows of features and {labels:,} labels; one label a row goes here")
    if 0 in shape:
        raise DataError(f"{raw.source}: holds no {'rows' if shape[0] == 0 else 'features'}")


def _check_classes(raw: Raw, strata: NDArray[Any] | None) -> None:
    if strata is not None and (strata == strata[0]).all():
        raise DataError(
            f"{raw.source}: all {len(strata):,} rows have the label {strata[0]}; classification needs two classes"
        )


def _limited(raw: Raw, strata: NDArray[Any] | None, n: int, limit: int | None, seed: int) -> Rows:
    everything = np.arange(n)
    if limit is None or limit >= n:
        return everything
    chosen = np.sort(resample(everything, replace=False, n_samples=limit, stratify=strata, random_state=seed))
    _check_none_lost(raw, strata, everything, chosen, f"limit: {limit}")
    return chosen


def _split(raw: Raw, strata: NDArray[Any] | None, rows: Rows, test_size: float, seed: int) -> tuple[Rows, Rows | None]:
    if not test_size:
        return rows, None
    why = f"test_size: {test_size}"
    held_out = test_size if isinstance(test_size, int) else int(np.ceil(test_size * len(rows)))
    if held_out >= len(rows):
        raise DataError(f"{raw.source}: {why} leaves nothing to train on: there are {len(rows):,} rows")
    among = None if strata is None else strata[rows]
    if among is not None:
        _check_stratifiable(raw, among, held_out, why)
    train, test = train_test_split(rows, test_size=held_out, stratify=among, random_state=seed)
    _check_none_lost(raw, strata, rows, train, why)
    return train, test


def _check_stratifiable(raw: Raw, labels: NDArray[Any], held_out: int, why: str) -> None:
    classes, counts = np.unique(labels, return_counts=True)
    if counts.min() < 2:
        raise DataError(
            f"{raw.source}: {why}: class {classes[counts.argmin()]} has 1 row, a stratified part needs 2 of each"
            f"{many_classes(len(classes), labels)}"
        )
    if min(held_out, len(labels) - held_out) < len(classes):
        raise DataError(
            f"{raw.source}: {why} makes {held_out:,} rows held out of {len(labels):,}; "
            f"each of the {len(classes)} classes needs a row on both sides"
        )


def _check_none_lost(raw: Raw, strata: NDArray[Any] | None, before: Rows, after: Rows, why: str) -> None:
    if strata is not None and len(lost := np.setdiff1d(strata[before], strata[after])):
        raise DataError(f"{raw.source}: {why} leaves no row of class {lost[0]} to train on")


def _features(raw: Raw, rows: Rows, options: Preparation) -> NDArray[np.float32]:
    """The rows as float32, scaled and shaped: the only copy made of them, and none where they are so already."""
    X = np.asarray(raw.X)
    chosen = X if len(rows) == len(X) and (rows[:-1] < rows[1:]).all() else X[rows]
    scale = _scale(raw, options)
    with np.errstate(all="ignore"):  # what is not finite then is refused below
        if scale == 1:
            features = np.ascontiguousarray(chosen, np.float32)
        else:
            features = np.empty(chosen.shape, np.float32)
            np.divide(chosen, np.float32(scale), out=features, dtype=np.float32, casting="unsafe")
    _check_finite(raw, features, rows)
    return _shaped(raw, features, options.image_shape)


def _scale(raw: Raw, options: Preparation) -> float:
    return raw.scale if options.scale is None else options.scale


def _check_finite(raw: Raw, features: NDArray[np.float32], rows: Rows) -> None:
    flat = features.reshape(len(features), -1)
    good = np.isfinite(flat).all(axis=1)
    if not good.all():
        row = int(good.argmin())
        column = int(np.isfinite(flat[row]).argmin())
        value = np.asarray(raw.X)[rows[row]].ravel()[column]
        size = ", too large for float32," if np.isfinite(value) else ""
        where = raw.where(int(rows[row]), column)
        raise DataError(f"{raw.source}: {where}: {value}{size} where a finite number belongs")


def _shaped(
    raw: Raw, features: NDArray[np.float32], shape: tuple[int, ...] | Literal["square"] | None
) -> NDArray[np.float32]:
    if shape is None or (shape == "square" and features.ndim == 4):
        return features
    there = int(np.prod(features.shape[1:]))
    if shape == "square":
        side = math.isqrt(there)
        shape = (*features.shape[1:], 1) if features.ndim == 3 else (side, side, 1)
        if features.ndim == 2 and side**2 != there:
            raise DataError(f"{raw.source}: image_shape: {there:,} values a row are no square; give height and width")
    wanted = int(np.prod(shape))
    if there != wanted:
        asked = " × ".join(map(str, shape))
        raise DataError(f"{raw.source}: image_shape: {asked} makes {wanted:,} values a row, but there are {there:,}")
    return features.reshape(len(features), *shape)
