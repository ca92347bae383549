"""Splits: which rows each fit of a candidate is trained and scored on; knows arrays, and nothing of models."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import KFold, RepeatedKFold, RepeatedStratifiedKFold, StratifiedKFold, check_cv

from gridlab.errors import DataError
from gridlab.records.files import in_one_sentence, replace_file
from gridlab.sweep.grid import digest
from gridlab.training.datasets.dataset import Dataset, many_classes

Rows = NDArray[np.int64]


class CrossValidation(Protocol):
    """What a sweep says of its splits."""

    @property
    def folds(self) -> int:
        """At least 2."""

    @property
    def shuffle(self) -> bool:
        """Whether the rows are shuffled first; repeats always are."""

    @property
    def repeats(self) -> int:
        """How often the rows are divided anew."""


@dataclass(frozen=True, eq=False)
class Splits:
    """The splits of a sweep; every candidate gets the same."""

    indices: tuple[tuple[Rows, Rows], ...]
    """Per split: the rows to train on, the rows to score on."""
    definition: dict[str, Any]
    """How they came about, as plain JSON: with the data's fingerprint it tells the rows, so it is part of every key."""

    def __len__(self) -> int:
        return len(self.indices)

    def save(self, folder: Path) -> Path:
        """Write the splits under `folder`, once: a file named by its content, which `open` takes.

        Raises:
            StoreError: the folder cannot be written, or the disk is full.
        """
        path = folder / f"splits-{digest([self.definition, _hash(self.indices)])}.npz"
        if not path.exists():
            parts = [rows for pair in self.indices for rows in pair]
            content = io.BytesIO()
            np.savez(
                content,
                definition=json.dumps(self.definition),
                ends=np.cumsum([*map(len, parts)]),
                rows=np.concatenate(parts),
            )
            with in_one_sentence(folder, "store the splits for the workers"):
                folder.mkdir(parents=True, exist_ok=True)
                replace_file(path, content.getvalue())
        return path

    @classmethod
    def open(cls, path: Path) -> Splits:
        """The splits that `save` wrote.

        Raises:
            DataError: nothing whole is there.
        """
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                parts = np.split(arrays["rows"], arrays["ends"])
                return cls(tuple(zip(parts[:-1:2], parts[1::2], strict=True)), json.loads(str(arrays["definition"])))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise DataError(f"{path}: no splits that gridlab saved, or not all of them ({error})") from error


def make_splits(dataset: Dataset, cv: CrossValidation, seed: int) -> Splits:
    """The splits that scikit-learn makes of a number of folds: stratified for classification, unshuffled unless asked.

    Args:
        dataset: the data; its held-out part has no share in them.
        cv: folds, shuffle and repeats. More than one repeat shuffles, whatever `shuffle` says, as scikit-learn does.
        seed: of the shuffling; it has no effect without.

    Raises:
        DataError: fewer rows, or fewer of a class, than folds.
    """
    _check_enough(dataset, cv.folds)
    stratified = dataset.kind == "classification"
    shuffle = cv.shuffle or cv.repeats > 1
    definition: dict[str, Any] = {"folds": cv.folds, "shuffle": shuffle, **({"seed": seed} if shuffle else {})}
    if cv.repeats > 1:
        kind = RepeatedStratifiedKFold if stratified else RepeatedKFold
        splitter = kind(n_splits=cv.folds, n_repeats=cv.repeats, random_state=seed)
        definition["repeats"] = cv.repeats
    else:
        kind = StratifiedKFold if stratified else KFold
        splitter = kind(cv.folds, shuffle=shuffle, random_state=seed if shuffle else None)
    indices = tuple(
        (train.astype(np.int64), test.astype(np.int64)) for train, test in splitter.split(dataset.y, dataset.y)
    )
    return Splits(indices, {"splitter": kind.__name__, **definition})


def splits_from(cv: Any, X: Any, y: Any, groups: Any = None) -> Splits:
    """The splits of a scikit-learn splitter, or of an iterable of (train, test) row numbers or masks.

    Their definition is a hash of the rows: equal rows, equal definition, wherever they came from.

    Raises:
        DataError: there is no split, an empty one, or a row that X does not have.
    """
    n = X.shape[0] if hasattr(X, "shape") else len(X)
    pairs: Iterable[tuple[Any, Any]] = check_cv(cv).split(X, y, groups)
    indices = tuple((_rows(train, n, i), _rows(test, n, i)) for i, (train, test) in enumerate(pairs))
    if not indices:
        raise DataError("cv: holds no split")
    return Splits(indices, {"splitter": "given", "splits": len(indices), "rows": _hash(indices)})


def _check_enough(dataset: Dataset, folds: int) -> None:
    if folds < 2:
        raise DataError(f"cv: {folds} folds; at least 2 go here")
    n = len(dataset.y)
    if n < folds:
        raise DataError(f"{dataset.source}: {n:,} rows are fewer than the {folds} folds of cv")
    if dataset.kind == "regression":
        return
    classes, counts = np.unique(dataset.y, return_counts=True)
    if counts.min() < folds:
        few = int(counts.argmin())
        raise DataError(
            f"{dataset.source}: class {classes[few]} has {counts[few]} rows to train on, fewer than the {folds} folds"
            f"{many_classes(len(classes), dataset.y)}"
        )


def _rows(given: Any, n: int, split: int) -> Rows:
    rows = np.asarray(given)
    if rows.dtype == bool and len(rows) == n:
        rows = np.flatnonzero(rows)
    if rows.ndim != 1 or rows.dtype.kind not in "iu" or not len(rows):
        raise DataError(f"cv: split {split}: row numbers go here, not {rows.dtype} of the shape {rows.shape}")
    if rows.min() < -n or rows.max() >= n:
        raise DataError(
            f"cv: split {split}: row {rows.max() if rows.max() >= n else rows.min()} is none of the {n:,} rows"
        )
    return np.where(rows < 0, rows + n, rows).astype(np.int64)


def _hash(indices: Iterable[tuple[Rows, Rows]]) -> str:
    hashed = hashlib.sha256()
    for pair in indices:
        for rows in pair:
            hashed.update(f"{len(rows)},".encode())
            hashed.update(np.ascontiguousarray(rows).data)
    return hashed.hexdigest()[:20]
