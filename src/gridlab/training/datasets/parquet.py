"""Parquet: a table with a label column and numeric feature columns; pandas reads it, by pyarrow."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd

from gridlab.errors import DataError, described
from gridlab.training.datasets.csv import target_column
from gridlab.training.datasets.custom import as_raw
from gridlab.training.datasets.dataset import Raw
from gridlab.training.datasets.files import find_file, refusing
from gridlab.training.datasets.labels import parsed
from gridlab.training.loading import needed


def parquet(path: str, label: str | None = None, *, base: Path = Path()) -> Raw:
    """Features and labels of a Parquet file.

    Args:
        path: the file.
        label: the column to predict; by default the one called `label`. All the other columns are features.
        base: the sweep file's folder.

    Raises:
        DataError: the file is missing or damaged, there is no such column, or a cell is no number.
        GridlabError: pyarrow is not installed.
    """
    file = find_file(path, base)
    frame = read_parquet(file)
    target = target_column(file, list(frame.columns), label)
    labels = frame.pop(target)
    if labels.isna().any():
        raise DataError(f"{file}: row {int(labels.isna().argmax()) + 1}: the label is missing")
    return as_raw((frame, parsed(labels)), str(file))


def read_parquet(file: Path) -> pd.DataFrame:
    """The table of a Parquet file, its columns named by text and its rows counted from 1.

    Raises:
        DataError: it is no Parquet file, or a damaged one.
    """
    arrow = needed("pyarrow", "parquet", "reading Parquet files")
    with refusing(file):
        content = io.BytesIO(file.read_bytes())
    try:
        frame = pd.read_parquet(content, engine="pyarrow")
    except (ValueError, LookupError, TypeError, OSError, OverflowError, MemoryError, arrow.ArrowException) as error:
        raise DataError(f"{file}: is no Parquet file, or a damaged one ({described(error)})") from error
    frame.columns = [str(name) for name in frame.columns]
    return frame.set_axis(range(1, len(frame) + 1))
