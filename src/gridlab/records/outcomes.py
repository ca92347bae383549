"""Outcomes: what a candidate said of the rows it was not trained on, against the truth; confusion matrix and pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gridlab.errors import StoreError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridlab.records.results import Results


class Outcomes(NamedTuple):
    """The n held-out predictions of a candidate, all splits one after the other."""

    rows: NDArray[np.int64]
    """(n,) where they lie in the training data; with repeated splits a row comes more than once."""
    truth: NDArray[Any]
    """(n,) places of the true labels among the classes, or true targets."""
    predicted: NDArray[Any]
    """(n,) the same as predicted."""
    proba: NDArray[np.float64]
    """(n,) probability of the predicted label; NaN where none was given."""


class Confusion(NamedTuple):
    """Two labels that were taken for each other."""

    truth: int
    """Place of the true label among the classes."""
    predicted: int
    times: int
    share: float
    """Of all held-out rows with this true label."""


def outcomes(results: Results, candidate: int, *, proba: bool = True) -> Outcomes | None:
    """What a candidate said of its held-out rows; None where predictions or truth were not recorded or cannot be read.

    Args:
        results: the run.
        candidate: its number.
        proba: whether probabilities are wanted, which take most of the reading.
    """
    try:
        truth = results.truth
        said = {} if truth is None else results.predictions(candidate, "label", "value", *["proba"] * proba)
    except StoreError:  # the scores are there all the same
        return None
    parts = [_part(truth.rows[split], truth.y, arrays) for split, arrays in said.items() if arrays] if truth else []
    parts = [part for part in parts if len(part.predicted) == len(part.rows)]
    return Outcomes(*(np.concatenate(column) for column in zip(*parts, strict=True))) if parts else None


def confusion_matrix(found: Outcomes, n_classes: int) -> NDArray[np.int64]:
    """How often each true label (row) was predicted as each label (column): (n_classes, n_classes) counts."""
    cells = found.truth.astype(np.int64) * n_classes + found.predicted.astype(np.int64)
    return np.bincount(cells, minlength=n_classes**2).reshape(n_classes, n_classes)


def most_confused(matrix: NDArray[np.int64], most: int = 8) -> list[Confusion]:
    """The pairs of labels confused most often, most frequent first; pairs that never were are left out."""
    wrong = matrix.copy()
    np.fill_diagonal(wrong, 0)
    order = np.argsort(-wrong, axis=None, kind="stable")[:most]
    pairs = [divmod(int(cell), len(matrix)) for cell in order if wrong.flat[cell]]
    return [Confusion(t, p, int(matrix[t, p]), float(matrix[t, p] / matrix[t].sum())) for t, p in pairs]


def _part(rows: NDArray[Any], y: NDArray[Any], arrays: dict[str, NDArray[Any]]) -> Outcomes:
    if "value" in arrays:
        value = arrays["value"].reshape(len(arrays["value"]), -1)[:, 0]
        return Outcomes(rows.astype(np.int64), y[rows], value, np.full(len(value), np.nan))
    label = arrays["label"].astype(np.int64)
    proba = arrays["proba"][np.arange(len(label)), label] if "proba" in arrays else np.full(len(label), np.nan)
    return Outcomes(rows.astype(np.int64), y[rows].astype(np.int64), label, proba.astype(np.float64))
