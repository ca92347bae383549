"""Data sets of one's own: a function that returns (X, y), or arrays given in Python."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from gridlab.errors import DataError
from gridlab.training.datasets.dataset import Raw

NAMES = (("X", "y"), ("data", "target"), ("x", "y"))
"""What a dict's or an object's features and labels may be called."""


def as_raw(value: Any, source: str) -> Raw:
    """Whatever holds features and labels, as a Raw.

    Args:
        value: (X, y), a dict or an object with X and y (scikit-learn's Bunch: data and target), or a Raw; X and y as
            numpy arrays, pandas DataFrame and Series, or lists.
        source: where it comes from, for messages.

    Raises:
        DataError: it holds nothing of the sort, or its rows have different lengths.
    """
    if isinstance(value, Raw):
        return value
    X, y = _pair(value, source)
    if hasattr(X, "todense"):
        raise DataError(f"{source}: X is sparse; a dense array goes here (X.toarray())")
    if isinstance(X, pd.DataFrame):
        return Raw(_cells(X), _array(y, "y", source), source, place=_Places(X), features=[*map(str, X.columns)])
    return Raw(_array(X, "X", source), _array(y, "y", source), source)


def _cells(frame: pd.DataFrame) -> Any:
    """The cells as one array; pandas' own numbers (Int64, …) as floats, a missing one as NaN."""
    cells = frame.to_numpy()
    if cells.dtype == object and all(map(pd.api.types.is_numeric_dtype, frame.dtypes)):
        cells = frame.to_numpy(np.float64, na_value=np.nan)
    return cells


class _Places:
    """Where a bad value stands in a DataFrame."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    def __call__(self, row: int, column: int | None) -> str:
        where = f"row {self._frame.index[row]!r}"
        return where if column is None else f"{where}, column {self._frame.columns[column]}"


def _pair(value: Any, source: str) -> tuple[Any, Any]:
    if isinstance(value, tuple | list) and len(value) == 2:
        return value[0], value[1]
    for X, y in NAMES:
        if isinstance(value, Mapping) and X in value and y in value:
            return value[X], value[y]
        if hasattr(value, X) and hasattr(value, y):
            return getattr(value, X), getattr(value, y)
    raise DataError(f"{source}: (X, y) goes here, or a dict with X and y, not {type(value).__name__}")


def _array(values: Any, name: str, source: str) -> Any:
    try:
        return np.asarray(values)
    except ValueError as error:  # numpy's word for ragged rows
        lengths = [
            np.shape(row) if hasattr(row, "shape") else len(row) if hasattr(row, "__len__") else None for row in values
        ]
        odd = next((i for i, length in enumerate(lengths) if length != lengths[0]), None)
        if odd is None:
            raise DataError(f"{source}: {name} is no array: {error}") from error
        raise DataError(f"{source}: {name}[{odd}] has the length {lengths[odd]}, {name}[0] {lengths[0]}") from None
