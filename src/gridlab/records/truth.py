"""Truth: what out-of-fold predictions are to be compared with, in `truth.npz`, once for all fits of a run."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gridlab.errors import StoreError
from gridlab.records.files import in_one_sentence, replace_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

FILE = "truth.npz"


class Truth(NamedTuple):
    """The rows that candidates were trained and scored on, and which of them each split was scored on."""

    y: NDArray[Any]
    """(rows,): codes of the labels, as predictions keep them (places in the sorted classes), or targets."""
    rows: tuple[NDArray[np.int32], ...]
    """Per split: the rows that it was scored on, in the order of its predictions."""


def truth_of(y: Any, classes: Sequence[Any], tested: Sequence[Any]) -> Truth | None:
    """The truth of labels or targets as a data set has them; None where they are not one number or label a row.

    Args:
        y: (rows,) labels or targets.
        classes: the labels in sorted order; empty for targets.
        tested: per split, the numbers, or a mask, of the rows that it is scored on.
    """
    values = np.asarray(y)
    if values.ndim != 1 or not (len(classes) or values.dtype.kind in "iuf"):
        return None
    if len(classes):
        values = np.searchsorted(np.asarray(classes), values).astype(np.min_scalar_type(len(classes) - 1))
    return Truth(values, tuple(_numbered(np.asarray(rows)) for rows in tested))


def _numbered(rows: NDArray[Any]) -> NDArray[np.int32]:
    return (np.flatnonzero(rows) if rows.dtype == bool else rows).astype(np.int32)


def write_truth(folder: Path, truth: Truth | None) -> None:
    """Replace the truth in a run folder; None takes it away."""
    with in_one_sentence(folder, "keep the true labels"):
        if truth is None:
            (folder / FILE).unlink(missing_ok=True)
            return
        content = io.BytesIO()
        ends = np.cumsum([len(rows) for rows in truth.rows])
        np.savez_compressed(content, y=truth.y, rows=np.concatenate(truth.rows), ends=ends)
        replace_file(folder / FILE, content.getvalue())


def read_truth(folder: Path) -> Truth | None:
    """The truth in a run folder; None where there is none: an older run, or rows without a single label each.

    Raises:
        StoreError: it is there and cannot be read.
    """
    path = folder / FILE
    if not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return Truth(arrays["y"], tuple(np.split(arrays["rows"], arrays["ends"])[:-1]))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise StoreError(f"{path}: the true labels cannot be read ({error}); the scores of this run can") from error
