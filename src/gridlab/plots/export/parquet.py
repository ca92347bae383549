"""A run as Parquet: one row a candidate, the columns of `Results.table` with their types."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pyarrow
from pyarrow import parquet

from gridlab.plots.export.csv import write_table

if TYPE_CHECKING:
    import pandas as pd

    from gridlab.records.results import Results


def write_parquet(results: Results, where: str, overwrite: bool) -> str:
    """Write the candidates, in plan order; what is not known is null.

    Raises:
        StoreError: the file is there already, or cannot be written.
    """
    columns = {str(name): _array(str(name), column) for name, column in results.table.items()}
    stream = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), stream)
    return write_table(results, where, stream.getvalue(), overwrite)


def _array(name: str, column: pd.Series[Any]) -> pyarrow.Array:
    """A column of one type: numbers, booleans or text; JSON text where a parameter's values are of several kinds."""
    if column.dtype != object:
        return pyarrow.array(column, from_pandas=True)
    values = column.tolist()
    kinds = {_kind(value) for value in values if value is not None}
    if len(kinds) > 1:
        values = [None if value is None else json.dumps(value, ensure_ascii=False) for value in values]
    elif kinds == {float}:
        whole = all(isinstance(value, int) for value in values if value is not None)
        values = values if whole else [None if value is None else float(value) for value in values]
    unknown = pyarrow.string() if name == "error" else pyarrow.float64()
    return pyarrow.array(values, None if kinds else unknown)


def _kind(value: Any) -> type:
    return type(value) if isinstance(value, bool | str) else float
