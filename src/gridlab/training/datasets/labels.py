"""Labels as they come → classes (whole numbers, text, truth values) or regression targets, and which of the two."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridlab.errors import DataError
from gridlab.training.datasets.dataset import Kind, Raw


def read_labels(raw: Raw, asked: Kind | None) -> tuple[NDArray[Any], Kind]:
    """The labels of `raw`, and what they are for: numbers with a fractional part are targets, all others classes.

    Args:
        raw: what a loader handed over.
        asked: what the sweep file says they are for, if it does.

    Returns:
        int64, bool or text labels for classification, float32 targets for regression; and the kind.

    Raises:
        DataError: a label is missing, or they are nothing of the sort.
    """
    y = _typed(raw, _flat(raw))
    if asked == "regression":
        return _targets(raw, y), "regression"
    if y.dtype.kind != "f":
        return y, "classification"
    whole = (y == np.floor(y)) & (np.abs(y) <= 2**53)
    if whole.all():
        return y.astype(np.int64), "classification"
    if asked == "classification":
        row = int(whole.argmin())
        raise DataError(
            f"{raw.source}: {raw.where(row, None)}: the label {y[row]} is no class; whole numbers or text are"
        )
    return _targets(raw, y), "regression"


def parsed(labels: Any) -> NDArray[Any]:
    """Labels that stand in a table as text: as whole numbers, as numbers, or as they stand.

    Args:
        labels: (n,) a pandas Series or an array.
    """
    try:
        numbers = np.asarray(pd.to_numeric(labels))
    except (ValueError, TypeError):
        numbers = np.empty(0, object)
    return np.array(list(labels), dtype=str) if numbers.dtype == object else numbers


def _flat(raw: Raw) -> NDArray[Any]:
    y = np.asarray(raw.y)
    if y.ndim == 2 and y.shape[1] == 1:
        return y[:, 0]
    if y.ndim != 1:
        raise DataError(
            f"{raw.source}: y has the shape {y.shape}; one label a row goes here (one-hot rows become labels by argmax)"
        )
    return y


def _typed(raw: Raw, y: NDArray[Any]) -> NDArray[Any]:
    """Labels as int64, float64, bool or text, none of them missing."""
    missing = pd.isna(y)
    if y.dtype.kind in "OSUT":
        missing |= y.astype(object) == ""
    if missing.any():
        raise DataError(f"{raw.source}: {raw.where(int(missing.argmax()), None)}: the label is missing")
    if y.dtype.kind in "OST":
        y = _from_objects(raw, y)
    if y.dtype.kind not in "biufU":
        raise DataError(f"{raw.source}: the labels are {y.dtype}; whole numbers, text or numbers go here")
    if y.dtype.kind == "f":
        y = y.astype(np.float64)
        if not np.isfinite(y).all():
            row = int(np.isfinite(y).argmin())
            raise DataError(f"{raw.source}: {raw.where(row, None)}: the label is {y[row]}, no finite number")
    return y.astype(np.int64) if y.dtype.kind in "iu" and y.dtype != np.uint64 else y


def _from_objects(raw: Raw, y: NDArray[Any]) -> NDArray[Any]:
    values = [value.decode("utf-8", "replace") if isinstance(value, bytes) else value for value in y.tolist()]
    texts = [isinstance(value, str) for value in values]
    if any(texts) and not all(texts):
        odd = texts.index(not texts[0])
        raise DataError(
            f"{raw.source}: {raw.where(odd, None)}: the label is {values[odd]!r}, the first was {values[0]!r}; "
            "all text or all numbers go here"
        )
    return np.array(values)


def _targets(raw: Raw, y: NDArray[Any]) -> NDArray[np.float32]:
    if y.dtype.kind == "U":
        raise DataError(f"{raw.source}: {raw.where(0, None)}: the label is {str(y[0])!r}; regression needs numbers")
    with np.errstate(over="ignore"):
        targets = y.astype(np.float32)
    if not np.isfinite(targets).all():
        row = int(np.isfinite(targets).argmin())
        raise DataError(f"{raw.source}: {raw.where(row, None)}: the label {y[row]} is too large for float32")
    return targets
