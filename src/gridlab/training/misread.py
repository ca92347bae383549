"""Which pictures the best candidate read wrongly: picked at the end of a run, where the data is, for the report."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from gridlab.records.misread import Misread
from gridlab.records.outcomes import Outcomes, outcomes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridlab.records.results import Results

MOST = 24
"""Pictures kept."""
LARGEST = 64
"""Pixels of a side; larger pictures are thinned."""
SMALLEST = 8
"""Pixels of a side of pictures that are not declared as such."""
ALIKE = 0.8
"""How much neighbours in a picture differ, at most, of what any two of its pixels do."""


def misread(X: Any, results: Results) -> Misread | None:
    """The surest mistakes of the best candidate on rows it was not trained on.

    None where there is no best candidate yet, nothing was predicted, the labels are no classes, or X holds no pictures.

    Args:
        X: (n, height, width, 1 or 3), or (n, side²) grey values laid out row by row.
        results: the run, with truth and predictions.
    """
    shown = pictures(X)
    if shown is None or results.best is None or not (results.info.get("data") or {}).get("classes"):
        return None
    found = outcomes(results, results.best["index"])
    if found is None:
        return None
    wrong = np.flatnonzero(found.truth != found.predicted)
    kept = wrong[np.argsort(-np.nan_to_num(found.proba[wrong]), kind="stable")][:MOST]
    some = Outcomes._make(column[kept] for column in found)
    pixels = _pixels(shown, some.rows)
    return Misread(results.best["index"], len(wrong), len(found.rows), pixels, *some)


def pictures(X: Any) -> NDArray[Any] | None:
    """X as (n, height, width, channels), if pictures are what it holds; flat rows show it by their neighbours."""
    if not isinstance(X, np.ndarray) or X.dtype.kind not in "fiu" or not X.size:
        return None
    if X.ndim == 4:
        return X if X.shape[3] in (1, 3) else None
    side = math.isqrt(X.shape[1]) if X.ndim == 2 else 0
    if side < SMALLEST or side * side != X.shape[1]:
        return None
    some = X[:500].astype(np.float64)
    anywhere = np.abs(some - np.random.default_rng(0).permutation(some, axis=1)).mean()
    beside, below = (np.abs(some[:, step:] - some[:, :-step]).mean() for step in (1, side))
    looks = some.min() >= 0 and max(beside, below) < ALIKE * anywhere
    return X.reshape(len(X), side, side, 1) if looks else None


def _pixels(X: NDArray[Any], rows: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Pictures as bytes, black at the data's least value and white at its greatest."""
    step = max(1, -(-max(X.shape[1:3]) // LARGEST))
    low, high = float(X.min()), float(X.max())
    shown = (np.asarray(X[rows, ::step, ::step], dtype=np.float64) - low) / (high - low or 1.0)
    return np.round(shown * 255).astype(np.uint8)
