"""A run as CSV: one row a candidate, every column of `Results.table`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gridlab.errors import StoreError
from gridlab.records.files import in_one_sentence, replace_file

if TYPE_CHECKING:
    from gridlab.records.results import Results


def write_csv(results: Results, where: str, overwrite: bool) -> str:
    """Write the candidates, in plan order; numbers that are not known are empty cells.

    Raises:
        StoreError: the file is there already, or cannot be written.
    """
    text = results.table.to_csv(index=False, lineterminator="\n")
    return write_table(results, where, text.encode("utf-8", "replace"), overwrite)


def write_table(results: Results, where: str, content: bytes, overwrite: bool) -> str:
    """Write a table's file, whole or not at all, and say so."""
    path = Path(where)
    if path.exists() and not overwrite:
        raise StoreError(f"{path}: is there already; --overwrite replaces it")
    with in_one_sentence(path, "write it"):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, content)
    n, m = results.table.shape
    return f"{path}: {n:,} candidates × {m} columns"
