"""Raw and Dataset: what a loader hands over, and what candidates are trained on, shared through a folder."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gridlab.errors import DataError
from gridlab.records.files import in_one_sentence, sync_folder

Kind = Literal["classification", "regression"]


@dataclass(frozen=True, eq=False)
class Raw:
    """What a loader hands over, as its source has it; `prepare` checks it and makes the Dataset."""

    X: ArrayLike
    """(n, …) numbers of any type."""
    y: ArrayLike
    """(n,) labels or targets."""
    source: str
    """Where it comes from, as every refusal names it: the file, or the function."""
    scale: float = 1.0
    """What X is divided by unless the sweep says otherwise."""
    features: Sequence[str] = ()
    """Names of a row's features, where the source has them."""
    kind: Kind | None = None
    """What the labels are for unless the sweep says it, where their numbers would not tell."""
    place: Callable[[int, int | None], str] | None = None
    """Where a bad value stands in the source, given its row and its place in the row (None: the label)."""

    def where(self, row: int, column: int | None) -> str:
        """A bad value's place, in the source's words or as one would index the array."""
        if self.place is not None:
            return self.place(row, column)
        if column is None:
            return f"y[{row}]"
        return f"X{[row, *map(int, np.unravel_index(column, np.shape(self.X)[1:]))]}"


@dataclass(frozen=True, eq=False)
class Dataset:
    """The rows that candidates are trained and scored on, and the held-out rows that none of them ever sees."""

    name: str
    """As the sweep file names it."""
    source: str
    """The file or function it was read from, for messages."""
    kind: Kind
    X: NDArray[np.float32]
    """(n, features) or (n, height, width, channels), scaled, rows contiguous."""
    y: NDArray[Any]
    """(n,): the labels as the file has them (int64, bool or text), or float32 targets."""
    X_test: NDArray[np.float32] | None
    """The held-out part, or None when `test_size` is 0."""
    y_test: NDArray[Any] | None
    classes: tuple[Any, ...]
    """The labels in sorted order, as plain Python values; empty for regression."""
    fingerprint: str
    """Hash of the kind and of all the arrays above, whatever file they came from."""
    scale: float = 1.0
    """What the source's numbers have been divided by: rows to be predicted are too."""
    features: tuple[str, ...] = ()
    """Names of a row's features, in their order; empty where the source has none."""

    @property
    def nbytes(self) -> int:
        """Memory that the rows take."""
        return self.X.nbytes

    def describe(self) -> dict[str, Any]:
        """What a run's record says of its data: plain JSON."""
        return {
            "name": self.name,
            "fingerprint": self.fingerprint,
            "kind": self.kind,
            "n": len(self.y),
            "n_test": 0 if self.y_test is None else len(self.y_test),
            "shape": list(self.X.shape[1:]),
            "classes": list(self.classes),
            "scale": self.scale,
            "features": list(self.features),
        }

    def save(self, folder: Path) -> Path:
        """Write the data under `folder`, once: a folder named by its fingerprint, which `open` takes.

        It appears whole or not at all, by rename, so any number of processes may save at the same time.

        Raises:
            StoreError: the folder cannot be written, or the disk is full.
        """
        target = folder / self.fingerprint
        if not _intact(target):
            with in_one_sentence(folder, "store the data for the workers"):
                self._write(target)
        return target

    @classmethod
    def open(cls, folder: Path) -> Dataset:
        """The data that `save` wrote, memory-mapped read-only: processes that open it share its pages.

        Raises:
            DataError: nothing whole is there.
        """
        try:
            meta = json.loads((folder / _META).read_text(encoding="utf-8"))
            arrays = {name: _mapped(folder / f"{name}.npy") for name in meta.pop("arrays")}
            missing: dict[str, Any] = {"X_test": None, "y_test": None}
            lists = {name: tuple(meta[name]) for name in ("classes", "features")}
            return cls(**{**missing, **meta, **arrays, **lists})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DataError(f"{folder}: no data set that gridlab saved, or not all of it ({error})") from error

    def _write(self, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        try:
            arrays = {name: getattr(self, name) for name in _ARRAYS if getattr(self, name) is not None}
            for name, array in arrays.items():
                np.save(fresh / f"{name}.npy", array, allow_pickle=False)
            meta = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in _ARRAYS}
            (fresh / _META).write_text(json.dumps({**meta, "arrays": list(arrays)}), encoding="utf-8")
            _put(fresh, target)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


_ARRAYS = ("X", "y", "X_test", "y_test")
_META = "dataset.json"


def fingerprint(kind: Kind, *arrays: NDArray[Any] | None) -> str:
    """A hash of 20 hexadecimal digits of arrays: their types, shapes and bytes."""
    hashed = hashlib.sha256(kind.encode())
    for array in arrays:
        hashed.update(b"none" if array is None else f"{array.dtype.str}{array.shape}".encode())
        if array is not None:
            hashed.update(np.ascontiguousarray(array).view(np.uint8).data)
    return hashed.hexdigest()[:20]


def many_classes(n: int, labels: NDArray[Any]) -> str:
    """What to add to a complaint about classes when the labels look like targets."""
    unlikely = n > 20 and labels.dtype.kind in "iu"
    return f" (there are {n:,} classes; `task: regression` makes the labels numbers to predict)" if unlikely else ""


def _put(fresh: Path, target: Path) -> None:
    """Rename a folder into its place; when another process was faster, its folder stays."""
    if target.exists() and not _intact(target):
        shutil.rmtree(target)  # what a power failure left; nobody could open it
    try:
        fresh.rename(target)
    except OSError:
        if not _intact(target):
            raise
    sync_folder(target.parent)


def _intact(target: Path) -> bool:
    try:
        return Dataset.open(target).fingerprint == target.name
    except DataError:
        return False


def _mapped(path: Path) -> NDArray[Any]:
    """The array as a plain ndarray over the mapped file: np.memmap's own class surprises some libraries."""
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
