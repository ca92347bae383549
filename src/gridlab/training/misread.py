"""Which pictures the best candidate read wrongly: picked at the end of a run, where the data is, for the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gridlab.records.misread import Misread
from gridlab.records.outcomes import outcomes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridlab.records.results import Results

MOST = 40
"""Pictures kept."""
LARGEST = 64
"""Pixels of a side; larger pictures are thinned."""


def misread(X: Any, results: Results) -> Misread | None:
    """The surest mistakes of the best candidate on rows it was not trained on.

    None where there is no best candidate yet, nothing was predicted, the labels are no classes, or X holds no pictures:
    (n, height, width, 1 or 3).
    """
    shape = np.shape(X)
    pictures = len(shape) == 4 and shape[3] in (1, 3) and results.info.get("data", {}).get("classes")
    if results.best is None or not pictures:
        return None
    found = outcomes(results, results.best["index"])
    if found is None:
        return None
    wrong = np.flatnonzero(found.truth != found.predicted)
    kept = wrong[np.argsort(-np.nan_to_num(found.proba[wrong]), kind="stable")][:MOST]
    rows, truth, label, proba = (column[kept] for column in found)
    return Misread(results.best["index"], len(wrong), len(found.rows), _pixels(X, rows), rows, truth, label, proba)


def _pixels(X: NDArray[Any], rows: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Pictures as bytes, black at the data's least value and white at its greatest."""
    step = max(1, -(-max(X.shape[1:3]) // LARGEST))
    low, high = float(X.min()), float(X.max())
    shown = (np.asarray(X[rows, ::step, ::step], dtype=np.float64) - low) / (high - low or 1.0)
    return np.round(shown * 255).astype(np.uint8)
