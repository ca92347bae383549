"""CSV in Kaggle's form: a header, a label column, numeric feature columns; gzipped or not.

pandas reads it, straight into float32. What it cannot read is read again, slowly, to name the line and the column.
"""

from __future__ import annotations

import csv as standard
import io
import warnings
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from gridlab.errors import DataError, did_you_mean
from gridlab.training.datasets.dataset import Raw
from gridlab.training.datasets.files import find_file, is_gzip, open_binary, refusing
from gridlab.training.datasets.labels import parsed

ENCODING = "utf-8-sig"
"""UTF-8; the mark that Excel puts before it is no part of the first column's name."""


def csv(path: str, label: str | None = None, *, base: Path = Path()) -> Raw:
    """Features and labels of a CSV file with a header.

    Args:
        path: the file, .csv or .csv.gz.
        label: the column to predict: whole numbers, text, or numbers; by default the one called `label`. All the other
            columns are features.
        base: the sweep file's folder.

    Raises:
        DataError: the file is missing, empty, ragged or no text in UTF-8; there is no such column; text stands where
            numbers belong.
    """
    file = find_file(path, base)
    target = target_column(file, read_header(file), label)
    frame = read_csv(file, {target})
    y = parsed(frame.pop(target))
    columns = list(frame.columns)
    return Raw(frame.to_numpy(np.float32), y, str(file), place=place_in(file, columns), features=columns)


def read_header(file: Path) -> list[str]:
    """The names of a file's columns.

    Raises:
        DataError: the file is empty, a column has no name, or two have the same.
    """
    with refusing(file):
        return _header(file)


def read_csv(file: Path, text: Collection[str]) -> pd.DataFrame:
    """The table of a file: the columns of `text` as they stand there, all others as float32.

    Raises:
        DataError: as `csv` does.
    """
    with refusing(file):
        return _read(file, _header(file), text)


def place_in(file: Path, columns: Sequence[str]) -> Callable[[int, int | None], str]:
    """Tells the line, and the column among those given, of a row of the file."""
    return partial(_place, file, columns)


def _header(file: Path) -> list[str]:
    names = next((row for _, row in _rows(file)), [])
    if not names:
        raise DataError(f"{file}: is empty")
    if "" in names:
        raise DataError(
            f"{file}: column {names.index('') + 1} has no name (row numbers by pandas? index=False leaves them out)"
        )
    twice = [name for i, name in enumerate(names) if name in names[:i]]
    if twice:
        raise DataError(f"{file}: column {twice[0]} stands there twice")
    return names


def target_column(file: Path, header: Sequence[str], label: str | None) -> str:
    """The column to predict, among those of a table's header.

    Raises:
        DataError: there is no such column, or no other.
    """
    wanted = "label" if label is None else str(label)
    if wanted not in header:
        what = "no column label; say which it is with `label`" if label is None else f"no column {wanted}"
        raise DataError(f"{file}: {what}; {did_you_mean(wanted, header)}")
    if len(header) == 1:
        raise DataError(f"{file}: has no column but {wanted} (in a CSV file, commas go between the columns)")
    return wanted


def _read(file: Path, header: Sequence[str], text: Collection[str]) -> pd.DataFrame:
    types: dict[str, type] = defaultdict(lambda: np.float32, dict.fromkeys(text, str))
    try:
        with warnings.catch_warnings(), np.errstate(over="ignore"):
            warnings.simplefilter("error", pd.errors.ParserWarning)
            return pd.read_csv(
                file,
                dtype=types,
                names=header,
                header=0,
                index_col=False,
                na_filter=False,  # a label may be called "NA" or "None"
                encoding=ENCODING,
                compression="gzip" if is_gzip(file) else None,
            )
    except (ValueError, OverflowError, pd.errors.ParserWarning) as error:
        if isinstance(error, UnicodeDecodeError):
            raise
        raise DataError(f"{file}: {_trouble(file, header, text) or error}") from error


def _trouble(file: Path, header: Sequence[str], text: Collection[str]) -> str | None:
    """The first thing in the file that is not as it should be."""
    rows = _rows(file)
    next(rows)
    try:
        for line, row in rows:
            if len(row) != len(header):
                return f"line {line} has {len(row)} cells where the header has {len(header)}"
            for column, cell in zip(header, row, strict=True):
                if column not in text and not _is_number(cell):
                    return f"line {line}, column {column}: {_shown(cell)} where a number belongs"
    except standard.Error as error:
        return str(error)
    return None


def _place(file: Path, columns: Sequence[str], row: int, column: int | None) -> str:
    for number, (line, _) in enumerate(_rows(file), start=-1):
        if number == row:
            return f"line {line}" if column is None else f"line {line}, column {columns[column]}"
    return f"row {row + 1}"


def _rows(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Every row with the line it begins on, counted from 1; blank lines are left out, as pandas does."""
    with open_binary(file) as raw, io.TextIOWrapper(raw, encoding=ENCODING, newline="") as text:
        reader = standard.reader(text)
        line = 1
        for row in reader:
            if len(row) > 1 or "".join(row).strip():
                yield line, row
            line = reader.line_num + 1


def _is_number(cell: str) -> bool:
    try:
        return "_" not in cell and bool(np.isfinite(float(cell)))
    except ValueError:
        return False


def _shown(cell: str) -> str:
    return repr(cell if len(cell) <= 40 else f"{cell[:40]}…") if cell.strip() else "an empty cell"
