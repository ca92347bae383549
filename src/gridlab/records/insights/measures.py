"""Scorers that can be asked of many candidates and many weightings of the samples at once, by matrix products.

A measure takes predictions of C candidates on n samples, the truth, and weights (n, B), and answers (C, B): the score
of each candidate with each weighting, as the scikit-learn scorer of that name gives it with `sample_weight`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

Score = Callable[["Array", "Array", "Array"], "Array"]

LEAST_PROBABILITY = 2.0**-24
"""The smallest that half precision, in which probabilities are kept, can hold."""


class Measure(NamedTuple):
    """A scorer on kept predictions."""

    takes: str
    """Which predictions: "label" (C, n) codes, "value" (C, n), or "proba", of which the true class' (C, n) is taken."""
    score: Score
    passes: int = 1
    """About how many products it takes."""


def _mean_of(each: Callable[[Array, Array], Array]) -> Score:
    """A score that is a mean over samples."""

    def score(predicted: Array, y: Array, weights: Array) -> Array:
        found: Array = _product(each(predicted, y), weights) / weights.sum(axis=0)
        return found

    return score


def _product(table: Array, weights: Array) -> Array:
    found: Array = (table.astype(np.float32) @ weights.astype(np.float32)).astype(np.float64)
    return found


def _rmse(predicted: Array, y: Array, weights: Array) -> Array:
    return -np.sqrt(-MEASURES["neg_mean_squared_error"].score(predicted, y, weights))


def _r2(predicted: Array, y: Array, weights: Array) -> Array:
    total = weights.sum(axis=0)
    spread = (y - y.mean()) ** 2 @ weights / total - ((y - y.mean()) @ weights / total) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Array = 1 + MEASURES["neg_mean_squared_error"].score(predicted, y, weights) / spread
    return found


def _by_class(average: str, of: str) -> Score:
    """Precision, recall or F1 by class, averaged; a class that is neither predicted nor there counts as 0, and nothing
    when averaging is weighted by the classes' sizes."""

    def score(predicted: Array, y: Array, weights: Array) -> Array:
        parts, sizes = [], []
        for code in np.unique(y):
            true = y == code
            hits = _product(predicted[:, true] == code, weights[true])
            size = weights[true].sum(axis=0)
            said = _product(predicted == code, weights) if of != "recall" else hits
            below = {"precision": said, "recall": size + 0 * hits, "f1": (said + size) / 2}[of]
            parts.append(np.divide(hits, below, out=np.zeros_like(hits), where=below > 0))
            sizes.append(size)
        return _averaged(np.array(parts), np.array(sizes), average)

    return score


def _averaged(parts: Array, sizes: Array, average: str) -> Array:
    """(classes, C, B) and (classes, B) → (C, B); "present" averages over the classes that are there."""
    weights = {"macro": np.ones_like(sizes), "weighted": sizes, "present": sizes > 0}[average]
    found: Array = (parts * weights[:, np.newaxis]).sum(axis=0) / weights.sum(axis=0)
    return found


ACCURACY = Measure("label", _mean_of(lambda predicted, y: predicted == y))
MEASURES = {
    "accuracy": ACCURACY,
    "f1_micro": ACCURACY,
    "precision_micro": ACCURACY,
    "recall_micro": ACCURACY,
    "balanced_accuracy": Measure("label", _by_class("present", "recall"), passes=10),
    **{
        f"{of}_{average}": Measure("label", _by_class(average, of), passes=10)
        for of in ("precision", "recall", "f1")
        for average in ("macro", "weighted")
    },
    "neg_log_loss": Measure("proba", _mean_of(lambda predicted, y: np.log(np.maximum(predicted, LEAST_PROBABILITY)))),
    "neg_mean_absolute_error": Measure("value", _mean_of(lambda predicted, y: -np.abs(predicted - y))),
    "neg_mean_squared_error": Measure("value", _mean_of(lambda predicted, y: -((predicted - y) ** 2))),
    "neg_root_mean_squared_error": Measure("value", _rmse),
    "r2": Measure("value", _r2),
}
"""Scorer → its measure. Micro averages equal accuracy where every sample has one label."""
