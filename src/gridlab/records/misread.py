"""`misread.npz`: the pictures that the best candidate read wrongly while they were held out, small enough to keep."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridlab.records.files import in_one_sentence, replace_file

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

FILE = "misread.npz"


class Misread(NamedTuple):
    """n pictures, the surest mistakes first."""

    candidate: int
    """Whose mistakes: its number in the plan."""
    total: int
    """Mistakes there were; n of them are kept."""
    of: int
    """Held-out predictions there were."""
    images: NDArray[np.uint8]
    """(n, height, width, channels), one channel or three."""
    rows: NDArray[np.int64]
    """(n,) where they lie in the data."""
    truth: NDArray[np.int64]
    """(n,) places of the true labels among the classes."""
    label: NDArray[np.int64]
    """(n,) places of the labels they were read as."""
    proba: NDArray[np.float64]
    """(n,) how sure the candidate was; NaN where it gives no probabilities."""


ARRAYS = ("images", "rows", "truth", "label", "proba")


def write_misread(folder: Path, found: Misread | None) -> None:
    """Replace the file; without pictures there is none.

    Raises:
        StoreError: the folder cannot be written.
    """
    with in_one_sentence(folder, f"write {FILE}"):
        if found is None:
            (folder / FILE).unlink(missing_ok=True)
            return
        content = io.BytesIO()
        np.savez_compressed(content, allow_pickle=False, **found._asdict())
        replace_file(folder / FILE, content.getvalue())


def read_misread(folder: Path | None) -> Misread | None:
    """What `write_misread` wrote; None where nothing whole is there."""
    if folder is None:
        return None
    try:
        with np.load(folder / FILE, allow_pickle=False) as kept:
            values = {name: kept[name] if name in ARRAYS else int(kept[name]) for name in Misread._fields}
            found = Misread._make(values.values())
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        return None
    whole = found.images.ndim == 4 and found.images.dtype == np.uint8 and found.images.shape[3] in (1, 3)
    return found if whole and {len(found.images)} == {len(getattr(found, name)) for name in ARRAYS} else None
